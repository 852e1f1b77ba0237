import { describe, expect, test } from 'vitest';
import { readRedisUrl } from '../../src/config/index.ts';
import { read } from './environment.ts';

const SERVER = { kind: 'server', primary: '', db: 0, username: '', password: '', tls: null };

describe('an address of Redis names', () => {
  test.each([
    ['redis://cache', SERVER, ['cache:6379']],
    ['redis://cache:6380/3', { ...SERVER, db: 3 }, ['cache:6380']],
    ['redis://[::1]:6380', SERVER, ['::1:6380']],
    [
      'rediss://ada:p%40ss@cache',
      { ...SERVER, username: 'ada', password: 'p@ss', tls: { caFile: null } },
      ['cache:6379'],
    ],
    [
      `rediss://:a:b@cache/?sslrootcert=${import.meta.filename}`,
      { ...SERVER, password: 'a:b', tls: { caFile: import.meta.filename } },
      ['cache:6379'],
    ],
    [
      'redis+cluster://ada:hush@one:7000,two,[::1]:7002',
      { ...SERVER, kind: 'cluster', username: 'ada', password: 'hush' },
      ['one:7000', 'two:6379', '::1:7002'],
    ],
    ['rediss+cluster://one/0', { ...SERVER, kind: 'cluster', tls: { caFile: null } }, ['one:6379']],
    [
      'redis+sentinel://:hush@one,two:26380/mymaster/2',
      { ...SERVER, kind: 'sentinel', password: 'hush', primary: 'mymaster', db: 2 },
      ['one:26379', 'two:26380'],
    ],
  ])('%s', (url, expected, servers) => {
    const address = readRedisUrl(url);
    if ('fault' in address) throw new Error(address.fault);
    const { servers: found, ...rest } = address;
    expect(rest).toEqual(expected);
    expect(found.map(({ host, port }) => `${host}:${port}`)).toEqual(servers);
  });
});

describe('an address of Redis is refused without being repeated', () => {
  test.each([
    ['http://:hush@cache', 'is not an address that begins with redis:// or rediss://'],
    ['redis+ring://:hush@cache', 'is not an address that begins with'],
    ['redis://', 'is not an address that can be read'],
    ['redis://:hush@', 'is not an address that can be read'],
    ['redis://:hush%@cache', 'is not an address that can be read'],
    ['redis://:hush#1@cache', 'is not an address that can be read'],
    ['redis://:hush/1@cache', 'is not an address that can be read'],
    ['redis+cluster://:hush@one,,two', 'is not an address that can be read'],
    ['redis+cluster://:hush@one,two:99999', 'is not an address that can be read'],
    ['redis://:hush@one,two', 'names several servers: begin it with redis+cluster://'],
    ['redis://:hush@cache/jobs', 'must end with the number of a database'],
    ['redis+cluster://:hush@one/1', 'a cluster has only one'],
    ['redis+sentinel://:hush@one', 'must name the primary that the sentinels watch'],
    ['redis+sentinel://:hush@one/mymaster/x', 'must end with the number of a database'],
    ['redis://:hush@cache?sslrootcert=/hush', 'which works only with rediss://'],
    ['rediss://:hush@cache?sslrootcert=/no/hush', 'sslrootcert that cannot be read (ENOENT)'],
  ])('%s', (url, what) => {
    const address = readRedisUrl(url);
    expect(address).toEqual({ fault: expect.stringMatching(/^REDIS_URL .*\.$/) });
    expect(address).toEqual({ fault: expect.stringContaining(what) });
    expect(address).toEqual({ fault: expect.not.stringContaining('hush') });
  });
});

test('the password in an address of several servers is a secret', async () => {
  const environment = {
    DATABASE_URL: 'postgres://ada@db.example/bulk',
    REDIS_URL: 'redis+cluster://:h%25sh@one,two',
  };
  const { secrets } = await read(environment);
  expect(secrets).toEqual(['h%sh']);
});
