import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { AppError } from '../../src/errors.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const KEYS = { DIALOGTECH_ACCESS_KEY: 'open', DIALOGTECH_SECRET_ACCESS_KEY: 'sesame' };
const NOTICES = { NOTICE_URL: 'http://127.0.0.1/', NOTICE_SECRET: 'sixteen letters!' };
const DATABASE_URL = 'postgres://ada@db.example/bulk';

type Environment = Record<string, string>;

/** In an empty folder, unless given: the developer's .env must not be found. */
const read = (environment: Environment = {}, folder = temporaryFolder()) =>
  readConfig(environment, folder);

function faultsOf(environment: Environment, folder?: string): string[] {
  try {
    read(environment, folder);
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    const { code, details, message } = error as AppError;
    expect(code).toBe('bad_config');
    const faults = details.faults as string[];
    for (const fault of faults) expect(message).toContain(`\n  - ${fault}`);
    return faults;
  }
  return [];
}

function file(name: string, text: string): { folder: string; path: string } {
  const folder = temporaryFolder();
  const path = join(folder, name);
  writeFileSync(path, text);
  return { folder, path };
}

describe('what is read', () => {
  test('with nothing set it is the sandbox, an embedded ledger and cautious numbers', () => {
    const folder = temporaryFolder();
    expect(read({}, folder)).toEqual({
      accounts: [
        {
          name: 'sandbox',
          mode: 'sandbox',
          url: null,
          accessKey: 'sandbox',
          secretAccessKey: 'sandbox',
          rate: undefined,
          concurrency: 20,
          dailyNumbers: null,
        },
      ],
      accountsFile: null,
      requestTimeoutMs: 120_000,
      refusalRules: null,
      databaseUrl: null,
      redisUrl: null,
      dataDir: join(folder, 'data'),
      reconcile: 'propose',
      queueDepth: { all: 100_000, perPlan: 10_000 },
      reconcileAfterMs: 60_000,
      notices: null,
      logLevel: null,
      web: { host: '127.0.0.1', port: 3000, signIn: null },
      healthPort: null,
      traces: null,
      secrets: [],
    });
  });

  test('every variable has its place', () => {
    const environment = {
      ...KEYS,
      DIALOGTECH_URL: 'https://vendor.example/api',
      DATABASE_URL: 'postgresql://ada:p%40ss@db.example/bulk',
      REDIS_URL: 'rediss://:w%25rd@cache.example:6380/3',
      DATA_DIR: '/var/lib/bulk',
      RATE: '0.5',
      CONCURRENCY: '7.9',
      QUEUE_DEPTH: '5000',
      QUEUE_DEPTH_PER_PLAN: '500',
      REQUEST_TIMEOUT: '30',
      REFUSAL_RULES: 'rules.json',
      RECONCILE: 'auto',
      RECONCILE_AFTER: '300',
      LOG_LEVEL: 'debug',
      HOST: '0.0.0.0',
      PORT: '0',
      HEALTH_PORT: '9464',
      NOTICE_URL: 'https://told.example/hook',
      NOTICE_SECRET: 'a secret of notices',
      WEB_USER: 'ops',
      WEB_PASSWORD: 'let me in',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-token=hush',
      OTEL_SERVICE_NAME: 'buyer',
    };
    expect(read(environment)).toEqual({
      accounts: [
        {
          name: 'main',
          mode: 'live',
          url: 'https://vendor.example/api',
          accessKey: 'open',
          secretAccessKey: 'sesame',
          rate: 0.5,
          concurrency: 7,
          dailyNumbers: null,
        },
      ],
      accountsFile: null,
      requestTimeoutMs: 30_000,
      refusalRules: 'rules.json',
      databaseUrl: environment.DATABASE_URL,
      redisUrl: environment.REDIS_URL,
      dataDir: '/var/lib/bulk',
      reconcile: 'auto',
      queueDepth: { all: 5_000, perPlan: 500 },
      reconcileAfterMs: 300_000,
      notices: { url: 'https://told.example/hook', secret: 'a secret of notices' },
      logLevel: 'debug',
      web: { host: '0.0.0.0', port: 0, signIn: { user: 'ops', password: 'let me in' } },
      healthPort: 9464,
      traces: {
        endpoint: 'http://127.0.0.1:4318',
        headers: { 'x-token': 'hush' },
        service: 'buyer',
      },
      secrets: ['open', 'sesame', 'let me in', 'a secret of notices', 'hush', 'p@ss', 'w%rd'],
    });
  });

  test('keys without an address go to the vendor, and to nobody else', () => {
    expect(read(KEYS).accounts[0]?.url).toBe('https://secure.dialogtech.com/ibp_api.php');
  });

  test('it can no longer be changed', () => {
    const config = read();
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.accounts[0])).toBe(true);
    expect(Object.isFrozen(config.web)).toBe(true);
  });

  test('a sandbox may have no pace', () => {
    expect(read({ RATE: 'none' }).accounts).toMatchObject([{ mode: 'sandbox', rate: null }]);
  });

  test('blanks around a value do not belong to it', () => {
    const config = read({ RATE: ' 5 ', LOG_LEVEL: 'warn\n' });
    expect(config).toMatchObject({ accounts: [{ rate: 5 }], logLevel: 'warn' });
  });

  test('a password in the query of a database address is a secret, too', () => {
    const environment = { DATABASE_URL: 'postgres:///bulk?host=/run/pg&password=hush%21' };
    expect(read(environment).secrets).toEqual(['hush!']);
  });
});

describe('a blank variable counts as not set', () => {
  test('for itself', () => {
    const blank = { DIALOGTECH_ACCESS_KEY: '', DIALOGTECH_SECRET_ACCESS_KEY: ' ', RATE: '\t' };
    const folder = temporaryFolder();
    expect(read(blank, folder)).toEqual(read({}, folder));
  });

  test('and also for what .env says: who blanks the keys gets the sandbox', () => {
    const { folder } = file('.env', 'DIALOGTECH_ACCESS_KEY=a\nDIALOGTECH_SECRET_ACCESS_KEY=b\n');
    const blank = { DIALOGTECH_ACCESS_KEY: '', DIALOGTECH_SECRET_ACCESS_KEY: '' };
    expect(read({}, folder)).toMatchObject({ accounts: [{ mode: 'live' }] });
    expect(read(blank, folder)).toMatchObject({ accounts: [{ mode: 'sandbox' }], secrets: [] });
  });
});

describe('a .env file', () => {
  test('says what the environment does not', () => {
    const { folder } = file('.env', `# mine\nRATE=9\nexport CONCURRENCY="3"\nDATA_DIR=there\n`);
    expect(read({ RATE: '2' }, folder)).toMatchObject({
      accounts: [{ rate: 2, concurrency: 3 }],
      dataDir: join(folder, 'there'),
    });
  });

  test('that cannot be read is a fault', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '.env'));
    expect(faultsOf({}, folder)).toEqual(['The .env file cannot be read (EISDIR).']);
  });
});

describe('keys in files', () => {
  test('are read without the line break at their end', () => {
    const key = file('key', 'open\n');
    const secret = file('secret', ' sesame\r\n');
    const config = read({
      DIALOGTECH_ACCESS_KEY_FILE: key.path,
      DIALOGTECH_SECRET_ACCESS_KEY_FILE: secret.path,
    });
    expect(config).toMatchObject({
      accounts: [{ mode: 'live', accessKey: 'open', secretAccessKey: 'sesame' }],
      secrets: ['open', 'sesame'],
    });
  });

  test('are those of the web as well', () => {
    const config = read({
      WEB_USER_FILE: file('user', 'ops\n').path,
      WEB_PASSWORD_FILE: file('password', 'let me in\n').path,
    });
    expect(config).toMatchObject({
      web: { signIn: { user: 'ops', password: 'let me in' } },
      secrets: ['let me in'],
    });
  });

  test('that are missing, empty, or there twice are faults', () => {
    const { path } = file('key', ' \n');
    expect(faultsOf({ ...KEYS, DIALOGTECH_ACCESS_KEY_FILE: file('key', 'other').path })).toEqual([
      'DIALOGTECH_ACCESS_KEY and DIALOGTECH_ACCESS_KEY_FILE are both set: keep one of them.',
    ]);
    const faults = faultsOf({
      DIALOGTECH_ACCESS_KEY_FILE: path,
      DIALOGTECH_SECRET_ACCESS_KEY_FILE: '/nowhere/secret',
    });
    expect(faults).toEqual([
      `DIALOGTECH_ACCESS_KEY_FILE names ${path}, which is empty.`,
      'DIALOGTECH_SECRET_ACCESS_KEY_FILE names /nowhere/secret, which cannot be read (ENOENT).',
    ]);
  });
});

const HALF_A_PAIR = 'set both, or neither for the sandbox';
const LEAKY = /NODE_DEBUG contains ".+", which prints the vendor's keys/;

describe('a fault is', () => {
  test.each<[string, Environment, string | RegExp]>([
    ['an access key alone', { DIALOGTECH_ACCESS_KEY: 'open' }, HALF_A_PAIR],
    ['a secret key alone', { DIALOGTECH_SECRET_ACCESS_KEY: 'sesame' }, HALF_A_PAIR],
    [
      'http beyond this machine',
      { ...KEYS, DIALOGTECH_URL: 'http://vendor.example/api' },
      'an http address on vendor.example: the keys would travel in the clear',
    ],
    [
      'http to what only looks like this machine',
      { ...KEYS, DIALOGTECH_URL: 'http://127.0.0.1.example/' },
      'the keys would travel in the clear',
    ],
    [
      'a query in the address',
      { ...KEYS, DIALOGTECH_URL: 'https://v.example/?access_key=x' },
      'a plain address without user, password or query',
    ],
    [
      'a user in the address',
      { ...KEYS, DIALOGTECH_URL: 'https://ada:pw@v.example/' },
      'a plain address without user, password or query',
    ],
    [
      'a real vendor without keys',
      { DIALOGTECH_URL: 'https://v.example/' },
      'names a real vendor, but no keys are set',
    ],
    ['no address', { ...KEYS, DIALOGTECH_URL: 'v.example' }, 'begins with https:// or http://'],
    ['REDIS_URL alone', { REDIS_URL: 'redis://cache.example' }, 'set without DATABASE_URL'],
    [
      'a Redis database without a number',
      { DATABASE_URL, REDIS_URL: 'redis://cache.example/jobs' },
      'must end with the number of a database',
    ],
    [
      'RATE 0',
      { RATE: '0' },
      'RATE is "0": it must be orders per second, from 0.01 to 1000, or none.',
    ],
    [
      'a live account without a pace',
      { ...KEYS, RATE: 'none' },
      'The pace of "main" is none, and a live account must have one: the vendor publishes no limit. Set RATE, or its rate in ACCOUNTS_FILE, to orders per second.',
    ],
    ['RATE beyond 1000', { RATE: '1001' }, 'from 0.01 to 1000'],
    ['RATE in words', { RATE: 'four' }, 'RATE is "four"'],
    ['CONCURRENCY 0', { CONCURRENCY: '0' }, 'CONCURRENCY is "0": it must be a number of orders'],
    ['CONCURRENCY beyond 1000', { CONCURRENCY: '1e4' }, 'from 1 to 1000'],
    ['QUEUE_DEPTH below 100', { QUEUE_DEPTH: '99' }, 'a number of orders from 100 to 1000000'],
    ['QUEUE_DEPTH_PER_PLAN 0', { QUEUE_DEPTH_PER_PLAN: '0' }, 'QUEUE_DEPTH_PER_PLAN is "0"'],
    ['REQUEST_TIMEOUT below 1', { REQUEST_TIMEOUT: '0.5' }, 'must be seconds from 1 to 3600'],
    ['REQUEST_TIMEOUT beyond an hour', { REQUEST_TIMEOUT: '3601' }, 'from 1 to 3600'],
    ['RECONCILE maybe', { RECONCILE: 'maybe' }, 'RECONCILE must be propose, auto or off.'],
    ['RECONCILE_AFTER beyond a day', { RECONCILE_AFTER: '86401' }, 'from 0 to 86400'],
    ['LOG_LEVEL loud', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be trace, debug, info, warn, error'],
    ['PORT beyond all ports', { PORT: '65536' }, 'PORT is "65536": it must be a number from 0'],
    ['a user for the web alone', { WEB_USER: 'ops' }, 'WEB_USER is set, WEB_PASSWORD is not'],
    ['a password for the web alone', { WEB_PASSWORD: 'x' }, 'WEB_PASSWORD is set, WEB_USER is not'],
    [
      'a colon in the user of the web',
      { WEB_USER: 'o:ps', WEB_PASSWORD: 'x' },
      'WEB_USER must not have a colon',
    ],
    [
      'http for notices beyond this machine',
      { ...NOTICES, NOTICE_URL: 'http://told.example/' },
      'NOTICE_URL is an http address on told.example',
    ],
    [
      'a user in the address of notices',
      { ...NOTICES, NOTICE_URL: 'https://ada:pw@told.example/' },
      'NOTICE_URL must have no user or password in it',
    ],
    ['notices without a secret', { NOTICE_URL: NOTICES.NOTICE_URL }, 'NOTICE_SECRET is not'],
    ['a secret without notices', { NOTICE_SECRET: NOTICES.NOTICE_SECRET }, 'NOTICE_URL is not'],
    [
      'a short secret for notices',
      { ...NOTICES, NOTICE_SECRET: 'fifteen letters' },
      'NOTICE_SECRET is too short: it needs 16 characters',
    ],
    ['NODE_DEBUG=http', { NODE_DEBUG: 'http' }, LEAKY],
    ['NODE_DEBUG=net,undici', { NODE_DEBUG: 'net,undici' }, LEAKY],
    ['NODE_DEBUG=*', { NODE_DEBUG: '*' }, LEAKY],
  ])('%s', (_, environment, what) => {
    const faults = faultsOf(environment);
    expect(faults).toEqual([expect.stringMatching(what instanceof RegExp ? what : exactly(what))]);
  });

  test.each<[string, Environment]>([
    ['of the wrong kind', { DATABASE_URL: 'mysql://ada:hush@db/x' }],
    ['of the wrong kind for Redis', { DATABASE_URL, REDIS_URL: 'http://:hush@cache' }],
    ['with a # in its password', { DATABASE_URL: 'postgres://ada:hush#1@db/x' }],
    ['with a lone % in its password', { DATABASE_URL: 'postgres://ada:hush50%@db/x' }],
    ['with a lone % for Redis', { DATABASE_URL, REDIS_URL: 'redis://:hush%@cache' }],
  ])('an address %s, and its password is not repeated', (_, environment) => {
    const faults = faultsOf(environment);
    expect(faults).toEqual([expect.stringMatching(/^(DATABASE|REDIS)_URL is not an address/)]);
    expect(faults.join()).not.toContain('hush');
  });

  test.each([
    'http://127.0.0.1:4010/ibp_api.php',
    'http://localhost:1',
    'http://[::1]/x',
    'https://127.0.0.1/',
  ])('not %s: it stays on this machine, so it needs neither https nor keys', (url) => {
    const accountsOf = (keys: Environment) => read({ DIALOGTECH_URL: url, ...keys }).accounts;
    expect(accountsOf({})).toMatchObject([{ mode: 'sandbox', url }]);
    expect(accountsOf(KEYS)).toMatchObject([{ mode: 'live', url }]);
  });

  test.each(['net', 'cluster,timer', ''])('not NODE_DEBUG=%s', (NODE_DEBUG) => {
    expect(faultsOf({ NODE_DEBUG })).toEqual([]);
  });
});

test('all faults are told together', () => {
  const faults = faultsOf({
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

function exactly(text: string): RegExp {
  return new RegExp(RegExp.escape(text));
}
