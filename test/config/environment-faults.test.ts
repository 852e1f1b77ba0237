import { describe, expect, test } from 'vitest';
import { type Environment, faultsOf, file, KEYS, read } from './environment.ts';

const NOTICES = { NOTICE_URL: 'http://127.0.0.1/', NOTICE_SECRET: 'sixteen letters!' };

const HALF_A_PAIR = 'set both, or neither for the sandbox';

describe('a fault is', () => {
  test.each<[string, Environment, string]>([
    ['an access key alone', { DIALOGTECH_ACCESS_KEY: 'open' }, HALF_A_PAIR],
    ['a secret key alone', { DIALOGTECH_SECRET_ACCESS_KEY: 'sesame' }, HALF_A_PAIR],
    [
      'a real vendor without keys',
      { DIALOGTECH_URL: 'https://v.example/' },
      'is not an address of this machine, and no keys are set',
    ],
    [
      'a key of two lines',
      { ...KEYS, DIALOGTECH_ACCESS_KEY: 'open\nsesame' },
      'DIALOGTECH_ACCESS_KEY has a blank or a line break inside',
    ],
    [
      'a key that was read from a file in UTF-16',
      { ...KEYS, DIALOGTECH_SECRET_ACCESS_KEY: Buffer.from('open', 'utf16le').toString() },
      'DIALOGTECH_SECRET_ACCESS_KEY has characters that no key has',
    ],
    [
      'a path that only a shell can read',
      { DATA_DIR: '~/data' },
      'DATA_DIR begins with ~ or $, which only a shell replaces: write the whole path.',
    ],
    ['a path with a variable', { REFUSAL_RULES: '$HOME/rules' }, 'REFUSAL_RULES begins with ~'],
    ['such a path of a secret', { WEB_USER_FILE: '$HOME/u' }, 'WEB_USER_FILE begins with ~ or $'],
    [
      'a file for what is read from none',
      { RATE_FILE: '/run/secrets/rate' },
      'RATE_FILE is set, and RATE is not read from a file',
    ],
    [
      'a short password beyond this machine',
      { WEB_USER: 'ops', WEB_PASSWORD: 'a', HOST: '0.0.0.0' },
      'WEB_PASSWORD needs 12 characters at least, for a page that other machines reach (HOST is',
    ],
    ['REDIS_URL alone', { REDIS_URL: 'redis://cache.example' }, 'set without DATABASE_URL'],
    ['RATE 0', { RATE: '0' }, 'RATE must be orders per second, from 0.01 to 1000, or none.'],
    [
      'a live account without a pace',
      { ...KEYS, RATE: 'none' },
      'The pace of "main" is none, and a live account must have one: the vendor publishes no ' +
        'limit. Set RATE, or its rate in ACCOUNTS_FILE, to orders per second.',
    ],
    ['RATE beyond 1000', { RATE: '1001' }, 'from 0.01 to 1000'],
    ['RATE in words', { RATE: 'four' }, 'RATE must be orders per second'],
    ['CONCURRENCY 0', { CONCURRENCY: '0' }, 'CONCURRENCY must be a number of orders'],
    ['CONCURRENCY beyond 1000', { CONCURRENCY: '1e4' }, 'from 1 to 1000'],
    ['QUEUE_DEPTH below 100', { QUEUE_DEPTH: '99' }, 'a number of orders from 100 to 1000000'],
    ['QUEUE_DEPTH_PER_PLAN 0', { QUEUE_DEPTH_PER_PLAN: '0' }, 'QUEUE_DEPTH_PER_PLAN must be'],
    ['REQUEST_TIMEOUT below 1', { REQUEST_TIMEOUT: '0.5' }, 'must be seconds from 1 to 3600'],
    ['REQUEST_TIMEOUT beyond an hour', { REQUEST_TIMEOUT: '3601' }, 'from 1 to 3600'],
    ['RECONCILE maybe', { RECONCILE: 'maybe' }, 'RECONCILE must be propose, auto or off.'],
    ['RECONCILE_AFTER beyond a day', { RECONCILE_AFTER: '86401' }, 'from 0 to 86400'],
    ['LOG_LEVEL loud', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be trace, debug, info, warn, error'],
    ['PORT beyond all ports', { PORT: '65536' }, 'PORT must be a number from 0'],
    ['a user for the web alone', { WEB_USER: 'ops' }, 'WEB_USER is set, WEB_PASSWORD is not'],
    ['a password for the web alone', { WEB_PASSWORD: 'x' }, 'WEB_PASSWORD is set, WEB_USER is not'],
    [
      'a colon in the user of the web',
      { WEB_USER: 'o:ps', WEB_PASSWORD: 'x' },
      'WEB_USER must begin with a letter or a digit, and have only',
    ],
    [
      'a part of the program as the user of the web',
      { WEB_USER: 'breaker', WEB_PASSWORD: 'x' },
      'WEB_USER is the name of a part of the program.',
    ],
    ['BOARD_CONTROLS maybe', { BOARD_CONTROLS: 'maybe' }, 'BOARD_CONTROLS must be true or false.'],
    [
      'a proxy without roles for its groups',
      { PROXY_SIGN_IN_FROM: '10.0.0.7' },
      'PROXY_SIGN_IN_FROM is set without USERS_FILE',
    ],
    [
      'a proxy that may be anywhere',
      { USERS_FILE: 'users.json', PROXY_SIGN_IN_FROM: '10.0.0.7, 0.0.0.0/0' },
      'PROXY_SIGN_IN_FROM, part 2: it must be an address or a network',
    ],
    ['notices without a secret', { NOTICE_URL: NOTICES.NOTICE_URL }, 'NOTICE_SECRET is not'],
    ['a secret without notices', { NOTICE_SECRET: NOTICES.NOTICE_SECRET }, 'NOTICE_URL is not'],
  ])('%s', async (_, environment, what) => {
    const faults = await faultsOf(environment);
    expect(faults).toEqual([expect.stringContaining(what)]);
  });

  test.each([
    [
      'http',
      'http://v.example/',
      'an http address on v.example: the keys would travel in the clear',
    ],
    ['what looks local', 'http://127.0.0.1.example/', 'the keys would travel in the clear'],
    ['a query', 'https://v.example/?a=x', 'a plain address without user, password or query'],
    ['a user', 'https://ada:pw@v.example/', 'a plain address without user, password or query'],
    ['blanked', ' ', 'DIALOGTECH_URL is set and empty, and there are keys'],
    ['none', 'v.example', 'begins with https:// or http://'],
  ])('an address of the vendor with keys: %s', async (_, DIALOGTECH_URL, what) => {
    const faults = await faultsOf({ ...KEYS, DIALOGTECH_URL });
    expect(faults).toEqual([expect.stringContaining(what)]);
  });

  test.each([
    [{ NOTICE_URL: 'http://told.example/' }, 'NOTICE_URL is an http address on told.example'],
    [{ NOTICE_URL: 'https://ada:pw@v.example/' }, 'NOTICE_URL must have no user or password in it'],
    [{ NOTICE_SECRET: 'fifteen letters' }, 'NOTICE_SECRET is too short: it needs 16 characters'],
    [
      { NOTICE_SECRET: 'whsec_sixteen letters' },
      'NOTICE_SECRET begins with whsec_, and base64 of 16 bytes',
    ],
  ])('a webhook with %j', async (more, what) => {
    const faults = await faultsOf({ ...NOTICES, ...more });
    expect(faults).toEqual([expect.stringContaining(what)]);
  });

  test.each<[string, Environment]>([
    ['of the wrong kind', { DATABASE_URL: 'mysql://ada:hush@db/x' }],
    ['with a # in its password', { DATABASE_URL: 'postgres://ada:hush#1@db/x' }],
    ['with a lone % in its password', { DATABASE_URL: 'postgres://ada:hush50%@db/x' }],
  ])('an address %s, and its password is not repeated', async (_, environment) => {
    const faults = await faultsOf(environment);
    expect(faults).toEqual([expect.stringMatching(/^DATABASE_URL is not an address/)]);
    expect(faults.join()).not.toContain('hush');
  });

  test.each([
    'http://127.0.0.1:4010/ibp_api.php',
    'http://localhost:1',
    'http://[::1]/x',
    'https://127.0.0.1/',
  ])('not %s: it stays on this machine, so it needs neither https nor keys', async (url) => {
    const accountsOf = async (keys: Environment) =>
      (await read({ DIALOGTECH_URL: url, ...keys })).accounts;
    expect(await accountsOf({})).toMatchObject([{ mode: 'sandbox', url }]);
    expect(await accountsOf(KEYS)).toMatchObject([{ mode: 'live', url }]);
  });

  test.each(['http', 'undici', 'net,UNDICI', 'fetch', '*', 'und*', ' undici '])(
    'NODE_DEBUG=%s',
    async (NODE_DEBUG) => {
      const leaks = /NODE_DEBUG contains ".+", which prints the vendor's keys/;
      expect(await faultsOf({ NODE_DEBUG })).toEqual([expect.stringMatching(leaks)]);
    },
  );

  test.each(['net', 'cluster,timer', 'fs,net', 'undic', 'my-http', ''])(
    'not NODE_DEBUG=%s',
    async (NODE_DEBUG) => expect(await faultsOf({ NODE_DEBUG })).toEqual([]),
  );
});

describe('in .env a fault is', () => {
  const UTF16 = Buffer.from('\ufeffRATE=4\n', 'utf16le');

  test.each<[string, string | Buffer, string]>([
    ['two letters off', '# ours\nDATBSE_URL=x', '.env, line 2: DATBSE_URL is not a setting. Did '],
    ['a letter more', 'PORTT=3000', 'Did you mean PORT?'],
    [
      'another case',
      '\nA="\n"\n rate=fast',
      '.env, line 4: rate is not a setting. Did you mean RATE?',
    ],
    ['the name of a file', 'DATABASE_URL_FLE=x', 'Did you mean DATABASE_URL_FILE?'],
    ['a colon', 'A=1\nRATE: fast\n', '.env, line 2 is not a setting. Write NAME=value'],
    ['a sentence', 'this is not env\r\n', '.env, line 1 is not a setting'],
    ['a name of words', 'this is=env', '.env, line 1 is not a setting'],
    ['UTF-16', UTF16, '.env, line 1 is not in UTF-8'],
    ['UTF-16 without a mark', UTF16.subarray(2), '.env, line 1 is not in UTF-8'],
    ['a quote never closed', "A='b", '.env, line 1: a quote is not closed'],
    ['a quote left open', 'A="b\nDATABASE_URL=x\nB="c"', '.env, line 1: a quote is not closed'],
    ['a # in a value', 'A=b\nB=c#d', '.env, line 2: the value would be cut off'],
    ['a quote in quotes', 'A="b\\"c"', '.env, line 1: the value would be cut off'],
    ['another code page', Buffer.from('A=1\nB=\xfc', 'latin1'), '.env, line 2 is not in UTF-8'],
  ])('%s', async (_, text, what) => {
    const { folder } = file('.env', text);
    const faults = await faultsOf({}, folder);
    expect(faults).toEqual([expect.stringContaining(what)]);
  });

  test.each([
    'DB_PASSWORD=x\nDB_HOST=x\nDB_PORT=1\nREDIS_SSL=1\nREDIS_PORT=1\nWEB_PORT=1\nDATE=1',
    'POSTGRES_PASSWORD=x\nREDIS_PASSWORD=x\nCOMPOSE_PROJECT_NAME=x\nLOG_LABEL=x',
    'RATE=4\nRATES=5\nDATABSE_URL=\n',
    `Z=1 # b#c\n# a\n\n \t\nexport A='\nRATE: x\n' # b\nB.c-d = "e" # f\n  # g\nG=it's`,
  ])('no name of another program: %j', async (text) => {
    expect(await faultsOf({}, file('.env', text).folder)).toEqual([]);
  });
});

test('of the environment only a long name is a slip: it belongs to all programs', async () => {
  expect(await faultsOf({ DATABSE_URL: 'x' })).toEqual([
    'In the environment, DATABSE_URL is not a setting. Did you mean DATABASE_URL? Rename it. ' +
      'Where it is another program\'s, set DATABASE_URL as well, or write "DATABASE_URL=".',
  ]);
  expect(await faultsOf({ DATABSE_ULR: 'x' })).toHaveLength(1);
  expect(await faultsOf({ DATABSE_URL: 'x', DATABASE_URL: '' })).toEqual([]);
  const inFile = await faultsOf({ DATABASE_URI: 'x', DATABASE_URL_FILE: import.meta.filename });
  expect(inFile.join()).not.toContain('Did you mean');
  const DATABASE_URL = 'postgres://ada@127.0.0.1/bulk';
  expect(await faultsOf({ DATABSE_URL: 'x', DATABASE_URL })).toEqual([]);
  expect(await faultsOf({ PORTT: '1', LOGLEVEL: 'INFO', DB_PASSWORD: 'x' })).toEqual([]);
});

test('all faults are reported together', async () => {
  const faults = await faultsOf({
    DIALOGTECH_ACCESS_KEY: 'open',
    DIALOGTECH_URL: 'http://vendor.example',
    DATABASE_URL: 'sqlite:x',
    REDIS_URL: 'cache',
    RATE: '-1',
    CONCURRENCY: 'many',
    REQUEST_TIMEOUT: '0',
    RECONCILE: 'x',
    RECONCILE_AFTER: '-1',
    LOG_LEVEL: 'x',
    PORT: '-1',
    WEB_USER: 'ops',
    NODE_DEBUG: 'https',
  });
  const told = faults.map((fault) => fault.match(/^[A-Z_]+/)?.[0]).sort();
  expect(told).toEqual([
    'CONCURRENCY',
    'DATABASE_URL',
    'DIALOGTECH_ACCESS_KEY',
    'DIALOGTECH_URL',
    'LOG_LEVEL',
    'NODE_DEBUG',
    'PORT',
    'RATE',
    'RECONCILE',
    'RECONCILE_AFTER',
    'REDIS_URL',
    'REQUEST_TIMEOUT',
    'WEB_USER',
  ]);
  expect(faults.join()).not.toContain('open');
});
