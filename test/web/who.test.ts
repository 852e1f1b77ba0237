import { beforeAll, describe, expect, test } from 'vitest';
import { planEvents, revokeToken } from '../../src/ledger/index.ts';
import { until } from '../support/until.ts';
import { press } from './pages-forms.ts';
import {
  as,
  basic,
  bearer,
  cheapHash,
  PASSWORD,
  signedIn,
  siteWith,
  tokenFor,
  usersFile,
} from './people.ts';
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

const given = ledgerOfFile();
let site: Site;
beforeAll(async () => {
  ({ site } = await siteWith(given));
});

describe('what is done', () => {
  test('is kept under who signed in, with the name that was given as a note', async () => {
    const right = as('submit');
    const { json } = await send(site, '/api/plans?by=Boss', newCsv(), right);
    expect(json.submittedBy).toBe('Boss (signed in as submit-person)');
    await post(site, `/api/plans/${json.id}/start`, { by: 'submit-person' }, right);
    await post(site, `/api/plans/${json.id}/pause`, { by: 'Grace', why: 'lunch' }, right);
    const who = 'submit-person';
    expect(await planEvents(given.ledger, json.id)).toMatchObject([
      { kind: 'plan_paused', who, by: 'Grace', why: 'lunch' },
      { kind: 'plan_started', who, by: null },
      { kind: 'plan_submitted', who, by: 'Boss' },
    ]);
  });

  test('is refused under a name that could look like the word of the program', async () => {
    const id = await submitted(site, newCsv(), as('submit'));
    const path = `/api/plans/${id}`;
    const by = 'ada (signed in as admin-person)';
    expect(problemIn(await post(site, `${path}/start`, { by }, as('submit')))).toMatchObject([
      400,
      { code: 'invalid_usage', field: 'by', message: expect.stringContaining('The name') },
    ]);
    expect((await ask(site, path, { headers: as('submit') })).json.state).toBe('ready');
  });

  test('asks a person who signed in for no name', async () => {
    const cookie = await signedIn(site, 'submit-person');
    const id = await submitted(site, newCsv(), { cookie });
    await post(site, `/api/plans/${id}/start`, undefined, { cookie });
    const page = await ask(site, `/plans/${id}`, { headers: { cookie } });
    expect(page.text).toContain(`action="/plans/${id}/pause"`);
    expect(page.text).not.toContain('name="by"');
    const paused = await press(site, `/plans/${id}/pause`, { why: 'lunch' }, { cookie });
    expect(paused.status).toBe(303);
    const [event] = await planEvents(given.ledger, id);
    expect(event).toMatchObject({ kind: 'plan_paused', who: 'submit-person', by: null });
  });

  test('shows no button to who may not press it', async () => {
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
    const start = { rate: '4' };
    const refused = await press(site, `/plans/${id}/start`, start, { cookie: viewer });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain(
      'This needs the role submit, and view-person has the role view.',
    );
  });
});

describe('a token', () => {
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
    const rows = await given.ledger.query('select t::text as row from ledger.tokens t');
    const events = await given.ledger.query('select e::text as row from ledger.events e');
    expect(JSON.stringify([rows, events])).toContain('made');
    expect(JSON.stringify([rows, events, site.log.lines])).not.toContain(token.slice(3));
    expect(JSON.stringify(events)).toContain('for the dashboard');
  });

  test('ends after 90 days when nobody says more, as the API’s document tells', async () => {
    const made = await post(site, '/api/tokens', { name: 'plain', role: 'view' }, as('admin'));
    const { madeAt, endsAt } = made.json;
    expect(Date.parse(endsAt) - Date.parse(madeAt)).toBe(90 * 86_400_000);
    const { json } = await ask(site, '/api/openapi.json', { headers: as('admin') });
    const { schema } = json.paths['/api/tokens'].post.requestBody.content['application/json'];
    expect(schema.properties.days).toMatchObject({ default: 90, maximum: 3_650 });
    expect(schema.required).toEqual(['name', 'role']);
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
    ['an end that is none', { name: 'x', role: 'view', days: null }],
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

describe('a session', () => {
  const isIn = async (site: Site, cookie: string) =>
    (await ask(site, '/api/plans', { headers: { cookie } })).status === 200;

  test('ends when its user gets another password, or is removed', async () => {
    const { site, users } = await siteWith(given);
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

  test('ends with the key', async () => {
    const { site, users } = await siteWith(given);
    const cookie = await signedIn(site, 'view-person');
    users.latest = { ...usersFile(), session_key: Buffer.alloc(32, 9).toString('base64url') };
    expect(await isIn(site, cookie)).toBe(false);
  });

  test('has the roles that its user has now', async () => {
    const { site, users } = await siteWith(given);
    const cookie = await signedIn(site, 'submit-person');
    const check = () => send(site, '/api/check', newCsv(), { cookie });
    expect((await check()).status).toBe(200);
    const changed = usersFile();
    changed.users[1]!.roles = ['view'];
    users.latest = changed;
    expect((await check()).status).toBe(403);
  });

  test('is good on every server with the same file', async () => {
    const [one, two] = [await siteWith(given), await siteWith(given)];
    expect(await isIn(two.site, await signedIn(one.site, 'view-person'))).toBe(true);
  });

  test('of another name, another end or another signature is none', async () => {
    const { site } = await siteWith(given);
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
    const { site } = await siteWith(given);
    const cookie = await signedIn(site, 'view-person');
    const page = await ask(site, '/', { headers: { cookie } });
    expect(page.text).toContain('action="/sign-out"');
    const out = await post(site, '/sign-out', undefined, { cookie });
    expect(out).toMatchObject({ status: 303, headers: { location: '/sign-in' } });
    for (const gone of out.headers['set-cookie']!) expect(gone).toMatch(/=; .*Max-Age=0$/);
  });

  test('that ends also ends what is still listened to, and so does a token', async () => {
    const { site, users } = await siteWith(given);
    const id = await submitted(site, newCsv(), as('submit'));
    const path = `/api/plans/${id}/events`;
    const cookie = await signedIn(site, 'view-person');
    const token = await tokenFor(site, 'view', 'listener');
    const streams = await Promise.all(
      [{ cookie }, basic('view-person'), bearer(token)].map((headers) =>
        fetch(site.url + path, { headers }),
      ),
    );
    for (const { status } of streams) expect(status).toBe(200);
    users.latest = { ...usersFile(), users: usersFile().users.slice(1) };
    await revokeToken(given.ledger, 'listener', { who: 'system:test' });
    // All of the answer is there only when the stream has ended.
    for (const stream of streams) expect(await stream.text()).toContain('retry: ');
  });
});
