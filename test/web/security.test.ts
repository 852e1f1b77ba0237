import { beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { openQuickLedger } from '../support/storage.ts';
import { basic } from './people.ts';
import {
  ask,
  ledgerOfFile,
  newCsv,
  openSite,
  post,
  problemIn,
  type Site,
  send,
  submitted,
} from './site.ts';
import { speak } from './speak.ts';

const given = ledgerOfFile();
const SIGN_IN = { user: 'ops', password: 'pässword: long' };

/** One of each kind of thing that is served. */
const EVERYTHING = [
  '/',
  '/plans/new',
  '/assets/app.css',
  '/assets/app.js',
  '/favicon.ico',
  '/queues',
  '/queues/api/queues',
  '/api',
  '/api/openapi.json',
  '/api/plans',
  '/api/plans/1/events',
  '/api/plans/1/numbers.csv',
  '/readyz',
  '/metrics',
  '/nothing',
  '/api/nothing',
];

describe('without a sign-in, on this machine', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(given);
  });

  test.each(['localhost', 'localhost:81', '127.0.0.1', '127.9.9.9:3000', '[::1]:3000'])(
    'it answers to the name %s',
    async (host) => {
      expect((await ask(site, '/api/plans', { headers: { host } })).status).toBe(200);
    },
  );

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    'evil.example:80',
  ])('a site that is called %s and made to lead here gets nothing', async (host) => {
    for (const path of EVERYTHING) {
      const { status, text } = await ask(site, path, { headers: { host } });
      expect({ path, status }).toEqual({ path, status: 403 });
      expect(text).toContain('does not answer to that name');
      expect(text).toContain('give it USERS_FILE, or WEB_USER and WEB_PASSWORD');
    }
  });

  test.each([
    ['a form of another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['another site, in an older browser', { origin: 'https://evil.example' }],
    ['another port, in an older browser', { origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', { origin: 'null' }],
    [
      'another site that says it was typed',
      { 'sec-fetch-site': 'none', origin: 'https://evil.example' },
    ],
  ])('what %s sends changes nothing', async (_, headers) => {
    const id = await submitted(site);
    expect(problemIn(await post(site, `/api/plans/${id}/start`, undefined, headers))).toMatchObject(
      [
        403,
        {
          code: 'not_allowed',
          message:
            'The request was sent by a page of another site, and only our own pages and ' +
            'programs may change something here. Nothing was changed.',
        },
      ],
    );
    expect((await send(site, '/api/plans', newCsv(), headers)).status).toBe(403);
    expect((await ask(site, `/api/plans/${id}`)).json.state).toBe('ready');
  });

  test('what our own pages send is taken, also through a proxy of another name', async () => {
    const id = await submitted(site);
    const ours = { origin: site.url, 'sec-fetch-site': 'same-origin' };
    expect((await post(site, `/api/plans/${id}/start`, undefined, ours)).status).toBe(200);
    const older = { origin: site.url };
    expect((await post(site, `/api/plans/${id}/pause`, undefined, older)).status).toBe(200);
    const proxied = { origin: 'https://orders.example', 'sec-fetch-site': 'same-origin' };
    expect((await post(site, `/api/plans/${id}/resume`, undefined, proxied)).status).toBe(200);
  });

  test('everything says that it may not be framed, guessed at or kept', async () => {
    for (const path of EVERYTHING.filter((each) => !each.endsWith('/events'))) {
      const { headers } = await ask(site, path);
      expect({ path, ...headers }).toMatchObject({
        path,
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).toContain("script-src 'self';");
      if (path.startsWith('/api')) expect(headers['cache-control']).toBe('no-store');
    }
  });

  test('our pages may load nothing from elsewhere and run no inline script', async () => {
    for (const path of ['/', '/api']) {
      const { headers, text } = await ask(site, path);
      expect(String(headers['content-security-policy']).split(';').sort()).toEqual([
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "script-src 'self'",
        "style-src 'self'",
      ]);
      expect(text).not.toMatch(/<script>|<style|style="| on\w+="/);
    }
  });

  test.each([
    '/assets/../server.ts',
    '/assets/%2e%2e/server.ts',
    '/assets/..%2fserver.ts',
    '/assets/%2e%2e%2f%2e%2e%2f%2e%2e%2fpackage.json',
    '/assets//etc/passwd',
    '/api/plans/1/..%2f..%2fpackage.json',
    '/api/plans/1/../../../package.json',
  ])('no file of the server is named by %s', async (path) => {
    // Raw on the wire: a client of HTTP would tidy the path.
    const answer = await speak(
      site,
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 40[034] /);
    expect(answer).not.toMatch(/devDependencies|root:|openWeb/);
  });

  test('it says that it is alive and ready', async () => {
    expect((await ask(site, '/healthz')).json).toEqual({ alive: true });
    expect((await ask(site, '/readyz')).json).toEqual({ ready: true });
  });
});

describe('with a sign-in', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(given, { signIn: SIGN_IN });
  });

  test.each<[string, Record<string, string>]>([
    ['no name', {}],
    ['a wrong password', basic('ops', 'wrong')],
    ['a wrong user', basic('oops', SIGN_IN.password)],
    ['no password', basic('ops', '')],
    ['another way of signing in', { authorization: 'Bearer ops' }],
    ['what cannot be read', { authorization: 'Basic %%%' }],
  ])('%s gets nothing but a word that we are alive', async (_, headers) => {
    // Of its own: too many wrong ones would have to wait.
    const site = await openSite(given, { signIn: SIGN_IN });
    for (const path of EVERYTHING) {
      const answer = await ask(site, path, { headers });
      expect({ path, status: answer.status }).toEqual({ path, status: 401 });
      expect(answer.headers['www-authenticate']).toBe('Basic realm="bulk-order", charset="UTF-8"');
    }
    expect((await ask(site, '/healthz', { headers })).status).toBe(200);
    expect((await send(site, '/api/plans', newCsv(), headers)).status).toBe(401);
  });

  test('the right pair opens everything, by any name that we are asked by', async () => {
    const headers = { ...basic(SIGN_IN.user, SIGN_IN.password), host: 'orders.example' };
    expect((await ask(site, '/api/plans', { headers })).status).toBe(200);
    expect((await ask(site, '/queues/api/queues', { headers })).status).toBe(200);
    // A name that was made to lead here: the browser has no password for it.
    expect((await ask(site, '/api/plans', { headers: { host: 'evil.example' } })).status).toBe(401);
  });

  test('what is done bears the name that signed in, beside one that was given', async () => {
    const right = basic(SIGN_IN.user, SIGN_IN.password);
    const { json } = await send(site, '/api/plans', newCsv(), right);
    expect(json.submittedBy).toBe('ops');
    const started = await post(site, `/api/plans/${json.id}/start`, { by: 'Grace' }, right);
    expect(started.json.events[0]).toMatchObject({ who: 'ops', by: 'Grace' });
  });
});

describe('it does not open', () => {
  test.each(['0.0.0.0', '::', '192.0.2.1', 'example.com'])(
    'on %s without a sign-in',
    async (host) => {
      const error = await openSite(given, { host }).catch((reason) => reason);
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({
        code: 'bad_config',
        message:
          `HOST is ${host}, which others can reach, and nobody would have to sign in. ` +
          'Set USERS_FILE, or WEB_USER and WEB_PASSWORD, or leave HOST at 127.0.0.1.',
      });
    },
  );

  test('on a port that is taken, and says what to do', async () => {
    const site = await openSite(given);
    const port = Number(new URL(site.url).port);
    // A ledger of its own, since its queues are opened before it listens.
    const error = await openSite(given, { port }).catch((reason) => reason);
    expect(error).toMatchObject({
      code: 'bad_config',
      message:
        `The web cannot listen on 127.0.0.1, port ${port}: another program listens there. ` +
        'Set PORT to a free one, or to 0 for any.',
    });
  });
});

test('it is not ready while the tables are not those it needs, and says so', async () => {
  const ledger = await openQuickLedger();
  const site = await openSite({ ...given, ledger });
  await ledger.script('delete from ledger.migrations');
  expect(problemIn(await ask(site, '/readyz'))).toMatchObject([
    503,
    { code: 'ledger_down', version: 0, message: expect.stringContaining('Run "migrate"') },
  ]);
  expect((await ask(site, '/healthz')).status).toBe(200);
});
