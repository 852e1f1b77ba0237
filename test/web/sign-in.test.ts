import { beforeAll, describe, expect, test } from 'vitest';
import { readProxyAddresses } from '../../src/config/addresses.ts';
import { until } from '../support/until.ts';
import {
  as,
  basic,
  bearer,
  HTML,
  PASSWORD,
  sendForm,
  signedIn,
  siteWith,
  tokenFor,
} from './people.ts';
import { ask, ledgerOfFile, openSite, type Site } from './site.ts';

const given = ledgerOfFile();

describe('the page to sign in on', () => {
  let site: Site;
  beforeAll(async () => {
    ({ site } = await siteWith(given));
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

  test('makes who guesses wait, by form and by header alike, and logs and counts it', async () => {
    const { site } = await siteWith(given);
    const token = await tokenFor(site, 'view', 'patient');
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
    // Not even the right one is looked at, or guessing would go on.
    expect(await ask(site, '/api/plans', { headers: as('admin') })).toMatchObject({
      status: 429,
      json: { error: { code: 'busy' } },
    });
    expect((await ask(site, '/api/plans', { headers: bearer('bo_x') })).status).toBe(429);
    // Nobody guesses a token, so who has one need not wait.
    expect((await ask(site, '/api/plans', { headers: bearer(token) })).status).toBe(200);
    expect(JSON.stringify(site.log.lines)).not.toMatch(/wrong \d|"wrong"/);
    const told = site.log.lines.filter(({ msg }) => /wrong user or password/.test(String(msg)));
    expect(told).toHaveLength(20);
    expect(told[0]).toMatchObject({ level: 40, address: '127.0.0.1', name: 'admin-person' });
    const { text } = await ask(site, '/metrics', { headers: bearer(token) });
    expect(text).toMatch(/^bulk_order_sign_in_failures_total{why="wrong"} 20$/m);
    expect(text).toMatch(/^bulk_order_sign_in_failures_total{why="throttled"} 3$/m);
    await until(
      async () => (await sendForm(site, { ...wrong, password: PASSWORD })).status === 303,
      {
        what: 'it may be tried again',
      },
    );
  });

  test('makes who guesses at once wait, too', async () => {
    const { site } = await siteWith(given);
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
    const { site } = await siteWith(given, {
      signIn: { user: 'ops', password: 'pass: word long' },
    });
    const cookie = await signedIn(site, 'ops', 'pass: word long');
    expect((await ask(site, '/api/tokens', { headers: { cookie } })).status).toBe(200);
    const page = await ask(site, '/', { headers: { cookie } });
    expect(page.text).toContain('action="/sign-out"');
    const headers = basic('ops', 'pass: word long');
    expect((await ask(site, '/api/tokens', { headers })).status).toBe(200);
  });
});

describe('a proxy that signs people in', () => {
  const ADMIN = basic('admin-person');
  const FAULTS: string[] = [];
  let site: Site;
  beforeAll(async () => {
    const proxies = readProxyAddresses('127.0.0.2, 10.0.0.0/8', FAULTS);
    ({ site } = await siteWith(given, { proxies }));
  });

  /** A request from another address of this machine. */
  const from = async (
    localAddress: string,
    headers: Record<string, string | string[]>,
    path = '/api/plans',
  ) => (await ask(site, path, { headers, localAddress })).status;

  test('is believed from its own address only, whatever other headers say', async () => {
    const ada = { 'x-forwarded-user': 'ada@example.com', 'x-forwarded-groups': 'owners' };
    expect(await from('127.0.0.2', ada)).toBe(200);
    expect(await from('127.0.0.2', ada, '/api/tokens')).toBe(200);
    for (const more of [{}, { 'x-forwarded-for': '127.0.0.2' }, { 'x-real-ip': '10.0.0.1' }]) {
      expect(await from('127.0.0.1', { ...ada, ...more })).toBe(401);
      expect(await from('127.0.0.3', { ...ada, ...more })).toBe(401);
    }
  });

  test('gives the roles of its groups, and none for groups that are not named', async () => {
    const who = { 'x-forwarded-user': 'ada' };
    const askAs = (groups: string, path: string) =>
      from('127.0.0.2', { ...who, 'x-forwarded-groups': groups }, path);
    expect(await askAs('staff,buyers', '/plans/new')).toBe(200);
    expect(await askAs('buyers', '/api/tokens')).toBe(403);
    expect(await askAs('staff', '/api/plans')).toBe(403);
    expect(await askAs('constructor,__proto__', '/api/plans')).toBe(403);
    expect(await from('127.0.0.2', who)).toBe(403);
  });

  test.each<[string, string | string[], string | string[]]>([
    ['a colon', 'a:b', 'owners'],
    ['a part of the program', 'breaker', 'owners'],
    ['two names in one', 'ada,admin-person', 'owners'],
    ['a long name', 'x'.repeat(101), 'owners'],
    ['two names', ['ada', 'ada'], 'owners'],
    ['a name after a blank one', ['', 'ada'], 'owners'],
    ['two lists of groups', 'ada', ['staff', 'owners']],
    ['two lists of groups and no name', '', ['staff', 'owners']],
  ])(
    'is refused with %s, even when the request signs in as somebody else too',
    async (_, user, groups) => {
      const headers = { 'x-forwarded-user': user, 'x-forwarded-groups': groups, ...ADMIN };
      expect(await from('127.0.0.2', headers)).toBe(400);
      expect(await from('127.0.0.1', headers)).toBe(200);
    },
  );

  test('that names nobody leaves the sign-in to them', async () => {
    const headers = { 'x-forwarded-user': '', 'x-forwarded-groups': 'owners' };
    expect(await from('127.0.0.2', headers)).toBe(401);
    expect(await from('127.0.0.2', { ...headers, ...ADMIN })).toBe(200);
  });

  test('gives a user of the file nothing that its groups do not have', async () => {
    expect(await from('127.0.0.2', { 'x-forwarded-user': 'admin-person' })).toBe(403);
  });

  test.each(['0.0.0.0/0', '::/0', 'localhost', '10.0.0.0/33', '10.0.0.1/', '', '1.2.3'])(
    'cannot be named by %j',
    (text) => {
      const faults: string[] = [];
      readProxyAddresses(text, faults);
      expect(faults).toHaveLength(1);
    },
  );

  test('is known by IPv4 also where the server listens on IPv6', () => {
    expect(readProxyAddresses('10.1.0.0/16', FAULTS).has('::ffff:10.1.2.3')).toBe(true);
    expect(readProxyAddresses('10.1.0.0/16', FAULTS).has('::ffff:10.2.2.3')).toBe(false);
    // A wide network of IPv6 has no address of IPv4.
    for (const address of ['8.8.8.8', '::ffff:8.8.8.8'])
      expect(readProxyAddresses('::/1', FAULTS).has(address)).toBe(false);
    expect(readProxyAddresses('::/1', FAULTS).has('::7')).toBe(true);
    expect(FAULTS).toEqual([]);
  });
});
