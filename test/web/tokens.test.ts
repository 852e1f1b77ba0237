import { beforeAll, describe, expect, test } from 'vitest';
import { revokeToken } from '../../src/ledger/index.ts';
import { until } from '../support/until.ts';
import { as, bearer, PASSWORD, siteWith, tokenFor } from './people.ts';
import { ask, ledgerOfFile, newCsv, openSite, post, type Site, send } from './site.ts';

const given = ledgerOfFile();

describe('a token', () => {
  let site: Site;
  beforeAll(async () => {
    ({ site } = await siteWith(given));
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
