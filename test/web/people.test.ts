import { request as httpRequest } from 'node:http';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSources } from '../../src/config/addresses.ts';
import { accountEvents, planEvents, revokeToken } from '../../src/ledger/index.ts';
import type { UsersFile } from '../../src/people/index.ts';
import { until } from '../support/until.ts';
import { as, basic, bearer, cheapHash, PASSWORD, signedIn, tokenFor, usersFile } from './people.ts';
import { ask, ledgerOfFile, newCsv, openSite, post, type Site, send, submitted } from './site.ts';

const given = ledgerOfFile();
const HTML = { accept: 'text/html,application/xhtml+xml' };

/** A site whose file of users changes with `users.latest`. */
async function siteWith(options: Parameters<typeof openSite>[1] = {}) {
  const users: { latest: UsersFile } = { latest: usersFile() };
  return { users, site: await openSite(given, { users, ...options }) };
}

const sendForm = (site: Site, fields: Record<string, string>, headers = {}) =>
  ask(site, '/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  });

describe('the page to sign in on', () => {
  let site: Site;
  beforeAll(async () => {
    ({ site } = await siteWith());
  });

  test('is where a browser is led, and leads back to the page that was wanted', async () => {
    const led = await ask(site, '/plans/new?x=1', { headers: HTML });
    expect(led).toMatchObject({
      status: 303,
      headers: { location: '/sign-in?to=%2Fplans%2Fnew%3Fx%3D1' },
    });
    const page = await ask(site, led.headers.location!, { headers: HTML });
    expect(page.status).toBe(200);
    expect(page.text).toContain('name="to" value="/plans/new?x&#61;1"');
    const name = 'submit-person';
    const back = await sendForm(site, { name, password: PASSWORD, to: '/plans/new?x=1' });
    expect(back).toMatchObject({ status: 303, headers: { location: '/plans/new?x=1' } });
  });

  test.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    '/sign-in?to=/',
    '/sign-out',
    '/..//evil.example',
    '',
  ])('leads nobody to %j', async (to) => {
    const answer = await sendForm(site, { name: 'view-person', password: PASSWORD, to });
    expect(answer).toMatchObject({ status: 303, headers: { location: '/' } });
  });

  test('says the same of a wrong name as of a wrong password, and asks again', async () => {
    const ofName = await sendForm(site, { name: 'nobody', password: PASSWORD, to: '/unknown' });
    const ofPassword = await sendForm(site, { name: 'view-person', password: 'x', to: '/unknown' });
    for (const answer of [ofName, ofPassword]) {
      expect(answer.status).toBe(401);
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.text).toContain('The name or the password is wrong.');
      expect(answer.text).toContain('name="to" value="/unknown"');
    }
  });

  test('shows what was typed as a text, whatever it is', async () => {
    const answer = await sendForm(site, { name: '"><script>x</script>', password: 'x', to: '/' });
    expect(answer.text).not.toContain('<script>x');
    expect(answer.text).not.toContain('correct horse');
  });

  test('gives a cookie that no script and no other site sees, with TLS only over TLS', async () => {
    const fields = { name: 'view-person', password: PASSWORD, to: '/' };
    const cookieOf = async (headers = {}) =>
      (await sendForm(site, fields, headers)).headers['set-cookie']?.[0];
    expect(await cookieOf()).toMatch(/^bulk-order=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
    const secure = /^__Host-bulk-order=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Secure$/;
    expect(await cookieOf({ 'x-forwarded-proto': 'https' })).toMatch(secure);
    const origin = { origin: 'https://orders.example', 'sec-fetch-site': 'same-origin' };
    expect(await cookieOf(origin)).toMatch(secure);
  });

  test('takes no form of another site', async () => {
    const fields = { name: 'view-person', password: PASSWORD, to: '/' };
    const { status, headers } = await sendForm(site, fields, { 'sec-fetch-site': 'cross-site' });
    expect({ status, cookie: headers['set-cookie'] }).toEqual({ status: 403, cookie: undefined });
  });

  test('makes who guesses wait, by form and by header alike', async () => {
    const { site } = await siteWith();
    const wrong = { name: 'admin-person', password: 'wrong', to: '/' };
    for (let n = 0; n < 10; n++) {
      expect((await sendForm(site, wrong)).status).toBe(401);
      const headers = basic('admin-person', `wrong ${n}`);
      expect((await ask(site, '/api/plans', { headers })).status).toBe(401);
    }
    expect(await sendForm(site, wrong)).toMatchObject({
      status: 429,
      headers: { 'retry-after': expect.stringMatching(/^[12]$/) },
    });
    expect((await ask(site, '/api/plans', { headers: as('admin') })).status).toBe(429);
    expect((await ask(site, '/api/plans', { headers: bearer('bo_x') })).status).toBe(429);
    expect(JSON.stringify(site.log.lines)).not.toMatch(/wrong \d|"wrong"/);
    await until(
      async () => (await sendForm(site, { ...wrong, password: PASSWORD })).status === 303,
      {
        what: 'it may be tried again',
      },
    );
  });

  test('makes who guesses at once wait, too', async () => {
    const { site } = await siteWith();
    const tries = Array.from({ length: 60 }, (_, n) =>
      ask(site, '/api/plans', { headers: basic('admin-person', `guess ${n}`) }),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(21);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
  });

  test('is not there where no file says who may sign in', async () => {
    const site = await openSite(given, { signIn: { user: 'ops', password: PASSWORD } });
    const headers = basic('ops');
    expect((await ask(site, '/sign-in', { headers })).status).toBe(404);
    const answer = await ask(site, '/', { headers: HTML });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toContain('Basic');
  });

  test('also takes WEB_USER, who is an admin', async () => {
    const { site } = await siteWith({ signIn: { user: 'ops', password: 'pass: word long' } });
    const cookie = await signedIn(site, 'ops', 'pass: word long');
    expect((await ask(site, '/api/tokens', { headers: { cookie } })).status).toBe(200);
    const headers = basic('ops', 'pass: word long');
    expect((await ask(site, '/api/tokens', { headers })).status).toBe(200);
  });
});

describe('a session', () => {
  const isIn = async (site: Site, cookie: string) =>
    (await ask(site, '/api/plans', { headers: { cookie } })).status === 200;

  test('ends when its user gets another password, or is removed', async () => {
    const { site, users } = await siteWith();
    const [cookie, other] = [
      await signedIn(site, 'submit-person'),
      await signedIn(site, 'view-person'),
    ];
    expect(await isIn(site, cookie)).toBe(true);
    const changed = usersFile();
    changed.users[1]!.password = cheapHash('another good one');
    users.latest = changed;
    expect(await isIn(site, cookie)).toBe(false);
    expect(await isIn(site, other)).toBe(true);
    users.latest = { ...changed, users: changed.users.slice(1) };
    expect(await isIn(site, other)).toBe(false);
  });

  test('ends with the key, and a password that was right before is looked at again', async () => {
    const { site, users } = await siteWith();
    const cookie = await signedIn(site, 'view-person');
    expect((await ask(site, '/api/plans', { headers: as('view') })).status).toBe(200);
    const changed = usersFile();
    changed.users[0]!.password = cheapHash('another good one');
    users.latest = { ...changed, session_key: Buffer.alloc(32, 9).toString('base64url') };
    expect(await isIn(site, cookie)).toBe(false);
    expect((await ask(site, '/api/plans', { headers: as('view') })).status).toBe(401);
  });

  test('has the roles that its user has now', async () => {
    const { site, users } = await siteWith();
    const cookie = await signedIn(site, 'submit-person');
    const check = () => send(site, '/api/check', newCsv(), { cookie });
    expect((await check()).status).toBe(200);
    const changed = usersFile();
    changed.users[1]!.roles = ['view'];
    users.latest = changed;
    expect((await check()).status).toBe(403);
  });

  test('is good on every server with the same file', async () => {
    const [one, two] = [await siteWith(), await siteWith()];
    expect(await isIn(two.site, await signedIn(one.site, 'view-person'))).toBe(true);
  });

  test('of another name, another end or another signature is none', async () => {
    const { site } = await siteWith();
    const cookie = await signedIn(site, 'view-person');
    const [, name, end, signature] = /^bulk-order=([^.]+)\.(\d+)\.(.+)$/.exec(cookie)!;
    const admin = Buffer.from('admin-person').toString('base64url');
    for (const forged of [
      `${admin}.${end}.${signature}`,
      `${name}.${Number(end) + 1}.${signature}`,
      `${name}.${end}.${'A'.repeat(43)}`,
      `${name}.${end}.`,
      `${name}.${end}`,
      '',
      '..',
      `${name}.${end}.${signature}x`,
    ]) {
      expect(await isIn(site, `bulk-order=${forged}`), forged).toBe(false);
    }
    expect(await isIn(site, `other=1; bulk-order=${name}.${end}.${signature}; x=y`)).toBe(true);
  });

  test('is signed out of, and the browser is told to forget it', async () => {
    const { site } = await siteWith();
    const cookie = await signedIn(site, 'view-person');
    const page = await ask(site, '/', { headers: { cookie } });
    expect(page.text).toContain('action="/sign-out"');
    const out = await post(site, '/sign-out', undefined, { cookie });
    expect(out).toMatchObject({ status: 303, headers: { location: '/sign-in' } });
    for (const gone of out.headers['set-cookie']!) expect(gone).toMatch(/=; .*Max-Age=0$/);
  });

  test('changes nothing at the wish of another site', async () => {
    const { site } = await siteWith();
    const cookie = await signedIn(site, 'submit-person');
    const from = { cookie, 'sec-fetch-site': 'cross-site' };
    expect((await send(site, '/api/plans', newCsv(), from)).status).toBe(403);
    const older = { cookie, origin: 'https://evil.example' };
    expect((await send(site, '/api/plans', newCsv(), older)).status).toBe(403);
  });
});

describe('a token', () => {
  let site: Site;
  beforeAll(async () => {
    ({ site } = await siteWith());
  });

  test('does what its role may, and the events name it', async () => {
    const token = await tokenFor(site, 'submit', 'nightly');
    const { json } = await send(site, '/api/plans', newCsv(), bearer(token));
    expect(json).toMatchObject({ state: 'ready', submittedBy: 'token:nightly' });
    expect(json.events[0]).toMatchObject({ who: 'token:nightly', by: null });
    expect((await post(site, '/api/accounts/sandbox/pause', {}, bearer(token))).status).toBe(403);
  });

  test('is made by an admin, shown once, and nowhere in the database', async () => {
    const wish = { name: 'made', role: 'view', days: 7, why: 'for the dashboard' };
    const made = await post(site, '/api/tokens', wish, as('admin'));
    expect(made).toMatchObject({
      status: 201,
      json: {
        ...{ name: 'made', role: 'view', madeBy: 'admin-person', revokedAt: null },
        token: expect.stringMatching(/^bo_[\w-]{43}$/),
      },
    });
    const { token, ...rest } = made.json;
    expect((await ask(site, '/api/plans', { headers: bearer(token) })).status).toBe(200);
    const list = await ask(site, '/api/tokens', { headers: as('admin') });
    expect(list.json.tokens).toContainEqual(rest);
    const rows = await given.ledger.query('test', 'select t::text as row from ledger.tokens t');
    const events = await given.ledger.query('test2', 'select e::text as row from ledger.events e');
    expect(JSON.stringify([rows, events])).toContain('made');
    expect(JSON.stringify([rows, events, site.log.lines])).not.toContain(token.slice(3));
    expect(JSON.stringify(events)).toContain('for the dashboard');
  });

  test('that was revoked is refused within seconds', async () => {
    const token = await tokenFor(site, 'view', 'short-lived');
    const status = async () => (await ask(site, '/api/plans', { headers: bearer(token) })).status;
    expect(await status()).toBe(200);
    const path = '/api/tokens/short-lived';
    const gone = await ask(site, path, { method: 'DELETE', headers: as('admin') });
    expect(gone.json).toMatchObject({ name: 'short-lived', revokedAt: expect.any(String) });
    await until(async () => (await status()) === 401, { what: 'the token is refused' });
    const again = await ask(site, path, { method: 'DELETE', headers: as('admin') });
    expect(again.status).toBe(404);
  });

  test('that has ended is refused, and its name is free', async () => {
    const token = await tokenFor(site, 'view', 'ended');
    await expect(tokenFor(site, 'view', 'ended')).rejects.toMatchObject({ code: 'wrong_state' });
    await given.ledger.query(
      'test_end',
      `update ledger.tokens set made_at = made_at - interval '2 days',
         ends_at = ends_at - interval '2 days' where name = 'ended'`,
    );
    expect((await ask(site, '/api/plans', { headers: bearer(token) })).status).toBe(401);
    const next = await tokenFor(site, 'view', 'ended');
    expect((await ask(site, '/api/plans', { headers: bearer(next) })).status).toBe(200);
  });

  test.each<[string, object]>([
    ['no name', { role: 'view', days: 1 }],
    ['a name that marks another', { name: 'system:root', role: 'view', days: 1 }],
    ['no such role', { name: 'x', role: 'root', days: 1 }],
    ['no end', { name: 'x', role: 'view' }],
    ['a day that is none', { name: 'x', role: 'view', days: 0 }],
    ['more than a person may say', { name: 'x', role: 'view', days: 1, hash: 'aa' }],
  ])('with %s is not made', async (_, wish) => {
    expect((await post(site, '/api/tokens', wish, as('admin'))).status).toBe(400);
  });

  test.each(['bo_', `bo_${'A'.repeat(43)}`, 'x', `bo_${'A'.repeat(43)}'--`, '%00'])(
    'such as %s is none',
    async (token) => {
      expect((await ask(site, '/api/plans', { headers: bearer(token) })).status).toBe(401);
    },
  );

  test('works beside WEB_USER alone', async () => {
    const site = await openSite(given, { signIn: { user: 'ops', password: PASSWORD } });
    const token = await tokenFor(site, 'view', 'beside');
    expect((await ask(site, '/api/plans', { headers: bearer(token) })).status).toBe(200);
    expect((await post(site, '/api/tokens', {}, bearer(token))).status).toBe(403);
    await revokeToken(given.ledger, 'beside', { who: 'system:test' });
  });
});

describe('a proxy that signs people in', () => {
  const FAULTS: string[] = [];
  const open = () => siteWith({ proxies: readSources('127.0.0.2, 10.0.0.0/8', FAULTS) });

  /** A request from another address of this machine. */
  async function from(
    localAddress: string,
    site: Site,
    headers: Record<string, string>,
    path = '/api/plans',
  ): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    httpRequest(site.url + path, { localAddress, agent: false, headers })
      .once('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
      .once('error', reject)
      .end();
    return promise;
  }

  test('is believed from its own address only, whatever other headers say', async () => {
    const { site } = await open();
    const ada = { 'x-forwarded-user': 'ada@example.com', 'x-forwarded-groups': 'owners' };
    expect(await from('127.0.0.2', site, ada)).toBe(200);
    expect(await from('127.0.0.2', site, ada, '/api/tokens')).toBe(200);
    for (const more of [{}, { 'x-forwarded-for': '127.0.0.2' }, { 'x-real-ip': '10.0.0.1' }]) {
      expect(await from('127.0.0.1', site, { ...ada, ...more })).toBe(401);
      expect(await from('127.0.0.3', site, { ...ada, ...more })).toBe(401);
    }
  });

  test('gives the roles of its groups, and none for groups that the file does not name', async () => {
    const { site } = await open();
    const who = { 'x-forwarded-user': 'ada' };
    const ask = (groups: string, path: string) =>
      from('127.0.0.2', site, { ...who, 'x-forwarded-groups': groups }, path);
    expect(await ask('staff,buyers', '/plans/new')).toBe(200);
    expect(await ask('buyers', '/api/tokens')).toBe(403);
    expect(await ask('staff', '/api/plans')).toBe(403);
    expect(await ask('constructor,__proto__', '/api/plans')).toBe(403);
    expect(await from('127.0.0.2', site, who)).toBe(403);
  });

  test.each(['', 'a:b', 'breaker', 'ada,admin-person', 'x'.repeat(101)])(
    'names nobody by %j',
    async (name) => {
      const { site } = await open();
      const headers = { 'x-forwarded-user': name, 'x-forwarded-groups': 'owners' };
      expect(await from('127.0.0.2', site, headers)).toBe(401);
    },
  );

  test('gives a user of the file nothing that its groups do not have', async () => {
    const { site } = await open();
    expect(await from('127.0.0.2', site, { 'x-forwarded-user': 'admin-person' })).toBe(403);
  });

  test.each(['0.0.0.0/0', '::/0', 'localhost', '10.0.0.0/33', '10.0.0.1/', '', '1.2.3'])(
    'cannot be named by %j',
    (text) => {
      const faults: string[] = [];
      readSources(text, faults);
      expect(faults).toHaveLength(1);
    },
  );

  test('is known by IPv4 also where the server listens on IPv6', () => {
    expect(readSources('10.1.0.0/16', FAULTS).has('::ffff:10.1.2.3')).toBe(true);
    expect(readSources('10.1.0.0/16', FAULTS).has('::ffff:10.2.2.3')).toBe(false);
    expect(FAULTS).toEqual([]);
  });
});

describe('what is done', () => {
  test('is kept under who signed in, with the name that was given as a note', async () => {
    const { site } = await siteWith();
    const right = as('submit');
    const { json } = await send(site, '/api/plans?by=Boss', newCsv(), right);
    expect(json.submittedBy).toBe('Boss (signed in as submit-person)');
    await post(site, `/api/plans/${json.id}/start`, { by: 'submit-person' }, right);
    await post(site, `/api/plans/${json.id}/pause`, { by: 'system:root', why: 'lunch' }, right);
    const who = 'submit-person';
    expect(await planEvents(given.ledger, json.id)).toMatchObject([
      { kind: 'plan_paused', who, by: 'system:root', why: 'lunch' },
      { kind: 'plan_started', who, by: null },
      { kind: 'plan_submitted', who, by: 'Boss' },
    ]);
  });

  test('asks a person who signed in for no name', async () => {
    const { site } = await siteWith();
    const cookie = await signedIn(site, 'submit-person');
    const id = await submittedAs(site, cookie);
    await post(site, `/api/plans/${id}/start`, undefined, { cookie });
    const page = await ask(site, `/plans/${id}`, { headers: { cookie } });
    expect(page.text).toContain(`action="/plans/${id}/pause"`);
    expect(page.text).not.toContain('name="by"');
    const form = { method: 'POST', headers: { cookie, 'content-type': FORM }, body: 'why=lunch' };
    expect((await ask(site, `/plans/${id}/pause`, form)).status).toBe(303);
    const [event] = await planEvents(given.ledger, id);
    expect(event).toMatchObject({ kind: 'plan_paused', who: 'submit-person', by: null });
  });

  test('shows no button to who may not press it', async () => {
    const { site } = await siteWith();
    const id = await submitted(site, newCsv(), as('submit'));
    const [viewer, approver] = [
      await signedIn(site, 'view-person'),
      await signedIn(site, 'approve-person'),
    ];
    for (const cookie of [viewer, approver]) {
      for (const path of ['/', `/plans/${id}`, '/accounts', '/accounts/sandbox', '/unknown']) {
        const { status, text } = await ask(site, path, { headers: { cookie } });
        const posts = [...text.matchAll(/method="post" action="([^"]+)"/g)].map(([, to]) => to);
        expect({ path, status, posts }).toEqual({ path, status: 200, posts: ['/sign-out'] });
        expect(text).not.toContain('href="/plans/new"');
      }
    }
    const refused = await ask(site, `/plans/${id}/start`, {
      method: 'POST',
      headers: { cookie: viewer, 'content-type': FORM },
      body: 'rate=4',
    });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain(
      'This needs the role submit, and view-person has the role view.',
    );
  });
});

describe('the board', () => {
  test('is for admins, and only looked at unless it is configured otherwise', async () => {
    const { site } = await siteWith();
    const press = (headers = {}) =>
      ask(site, '/queues/api/queues/orders-sandbox/pause', { method: 'PUT', headers });
    expect((await ask(site, '/queues/api/queues', { headers: as('submit') })).status).toBe(403);
    const { json } = await ask(site, '/queues/api/queues', { headers: as('admin') });
    expect(json.queues[0]).toMatchObject({ name: 'orders-sandbox', readOnlyMode: true });
    expect((await press(as('submit'))).status).toBe(403);
    const refused = await press(as('admin'));
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('BOARD_CONTROLS=true');
  });

  test('keeps who pressed a button, and when', async () => {
    const { site } = await siteWith({ boardControls: true });
    for (const button of ['pause', 'resume']) {
      const path = `/queues/api/queues/orders-sandbox/${button}`;
      expect((await ask(site, path, { method: 'PUT', headers: as('admin') })).status).toBe(200);
    }
    const kinds = async () =>
      (await accountEvents(given.ledger, given.account.id, 2)).map(({ kind, who }) => [kind, who]);
    const who = 'admin-person';
    await until(
      async () =>
        JSON.stringify(await kinds()) ===
        JSON.stringify([
          ['queue_resumed', who],
          ['queue_paused', who],
        ]),
      { what: 'both presses are noted' },
    );
  });
});

const FORM = 'application/x-www-form-urlencoded';

async function submittedAs(site: Site, cookie: string): Promise<number> {
  return (await send(site, '/api/plans', newCsv(), { cookie })).json.id;
}
