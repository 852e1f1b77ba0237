import { beforeAll, describe, expect, test } from 'vitest';
import { readProxyAddresses } from '../../src/config/addresses.ts';
import { basic, siteWith } from './people.ts';
import { ask, ledgerOfFile, type Site } from './site.ts';

const given = ledgerOfFile();

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
  ])('is refused with %s, whoever else the request signs in', async (_, user, groups) => {
    const headers = { 'x-forwarded-user': user, 'x-forwarded-groups': groups, ...ADMIN };
    expect(await from('127.0.0.2', headers)).toBe(400);
    expect(await from('127.0.0.1', headers)).toBe(200);
  });

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
