import { describe, expect, test } from 'vitest';
import { revokeToken } from '../../src/ledger/index.ts';
import { as, basic, bearer, cheapHash, signedIn, siteWith, tokenFor, usersFile } from './people.ts';
import { ask, ledgerOfFile, newCsv, post, type Site, send, submitted } from './site.ts';

const given = ledgerOfFile();

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
