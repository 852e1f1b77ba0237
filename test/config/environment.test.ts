import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { faultsOf, file, KEYS, read } from './environment.ts';

const NOBODY = { usersFile: null, proxies: null, boardControls: null };

describe('what is read', () => {
  test('with nothing set it is the sandbox, an embedded ledger and cautious numbers', async () => {
    const folder = temporaryFolder();
    expect(await read({}, folder)).toEqual({
      accounts: [
        {
          name: 'sandbox',
          mode: 'sandbox',
          url: null,
          accessKey: 'sandbox',
          secretAccessKey: 'sandbox',
          rate: undefined,
          concurrency: 20,
          limits: undefined,
          prices: undefined,
          threshold: undefined,
        },
      ],
      accountsFile: null,
      requestTimeoutMs: 120_000,
      refusalRules: null,
      numberingFile: null,
      databaseUrl: null,
      redisUrl: null,
      dataDir: join(folder, 'data'),
      reconcile: 'propose',
      queueDepth: { all: 100_000, perPlan: 10_000 },
      reconcileAfterMs: 180_000,
      webhook: null,
      ignoredProxies: [],
      leftBehind: null,
      logLevel: null,
      web: { host: '127.0.0.1', port: 3000, ...NOBODY, signIn: null },
      healthPort: null,
      traces: null,
      warnings: [],
      secrets: [],
      atStart: expect.any(Object),
    });
  });

  test('a duration becomes whole milliseconds', async () => {
    const config = await read({ REQUEST_TIMEOUT: '1.0005', RECONCILE_AFTER: '0.0004' });
    expect(config).toMatchObject({ requestTimeoutMs: 1001, reconcileAfterMs: 0 });
  });

  test('unless set otherwise, a list counts once no request may be under way', async () => {
    const config = await read({ REQUEST_TIMEOUT: '600' });
    expect(config).toMatchObject({ requestTimeoutMs: 600_000, reconcileAfterMs: 660_000 });
  });

  test('settling by itself before a request must be over is warned of', async () => {
    const with60 = (RECONCILE: string) => read({ RECONCILE, RECONCILE_AFTER: '60' });
    expect((await with60('auto')).warnings).toEqual([
      expect.stringContaining('RECONCILE_AFTER is shorter than REQUEST_TIMEOUT'),
    ]);
    expect((await with60('propose')).warnings).toEqual([]);
    const patient = await read({ RECONCILE: 'auto', RECONCILE_AFTER: '120' });
    expect(patient.warnings).toEqual([]);
  });

  test('every variable has its place', async () => {
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
      NUMBERING_FILE: 'npa_report.csv',
      RECONCILE: 'auto',
      RECONCILE_AFTER: '300',
      LOG_LEVEL: 'debug',
      HOST: '0.0.0.0',
      PORT: '0',
      HEALTH_PORT: '9464',
      NOTICE_URL: 'https://told.example/hook',
      NOTICE_SECRET: 'a secret of notices',
      WEB_USER: 'ops',
      WEB_PASSWORD: 'let me in, please',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-token=hush',
      OTEL_SERVICE_NAME: 'buyer',
      USERS_FILE: '/etc/users.json',
      PROXY_SIGN_IN_FROM: '10.0.0.7',
      BOARD_CONTROLS: 'true',
      HTTPS_PROXY: 'http://proxy.example',
      all_proxy: 'http://proxy.example',
      HTTP_PROXY: '',
    };
    expect(await read(environment)).toEqual({
      accounts: [
        {
          name: 'main',
          mode: 'live',
          url: 'https://vendor.example/api',
          accessKey: 'open',
          secretAccessKey: 'sesame',
          rate: 0.5,
          concurrency: 7,
          limits: undefined,
          prices: undefined,
          threshold: undefined,
        },
      ],
      accountsFile: null,
      requestTimeoutMs: 30_000,
      refusalRules: 'rules.json',
      numberingFile: 'npa_report.csv',
      databaseUrl: environment.DATABASE_URL,
      redisUrl: environment.REDIS_URL,
      dataDir: '/var/lib/bulk',
      reconcile: 'auto',
      queueDepth: { all: 5_000, perPlan: 500 },
      reconcileAfterMs: 300_000,
      webhook: { url: 'https://told.example/hook', secret: 'a secret of notices' },
      ignoredProxies: ['HTTPS_PROXY', 'all_proxy'],
      leftBehind: null,
      logLevel: 'debug',
      web: {
        ...{ host: '0.0.0.0', port: 0, signIn: { user: 'ops', password: 'let me in, please' } },
        ...{ usersFile: '/etc/users.json', boardControls: true },
        proxies: { has: expect.any(Function) },
      },
      healthPort: 9464,
      traces: {
        endpoint: 'http://127.0.0.1:4318',
        headers: { 'x-token': 'hush' },
        service: 'buyer',
      },
      warnings: [
        'DATABASE_URL names db.example without TLS: passwords and orders travel in the clear. ' +
          'Add ?sslmode=verify-full.',
      ],
      secrets: [
        'open',
        'sesame',
        'let me in, please',
        'a secret of notices',
        'hush',
        'p@ss',
        'w%rd',
      ],
      atStart: expect.any(Object),
    });
  });

  test.each([
    [{ DATABASE_URL: 'postgres://ada@127.0.0.1/bulk' }],
    [{ DATABASE_URL: 'postgres://ada@database/bulk', REDIS_URL: 'redis://cache' }],
    [{ DATABASE_URL: 'postgres://ada@db.example/bulk?sslmode=require' }],
  ])('nothing is to be warned of in %o', async (environment) => {
    expect((await read(environment)).warnings).toEqual([]);
  });

  test('a ledger in the folder is warned of where DATABASE_URL is set', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'data', 'ledger'), { recursive: true });
    const leftBehind = async (variables: Record<string, string>) =>
      (await read(variables, folder)).leftBehind;
    expect(await leftBehind({})).toBeNull();
    expect(await leftBehind({ DATABASE_URL: 'postgres://ada@127.0.0.1/bulk' })).toContain(
      `${join(folder, 'data')} has a ledger of its own`,
    );
  });

  test.each([
    ['redis://:pw@cache.example', /^REDIS_URL names cache.example.*rediss/],
    ['redis://:pw@[2001:db8::1]:6379', /^REDIS_URL names .*2001:db8::1.*rediss/],
    ['redis+cluster://:pw@10.0.0.5:7000,10.0.0.6:7000', /names 10.0.0.5 .*rediss\+cluster/],
    ['redis+sentinel://:pw@10.0.0.5:26379/main', /names 10.0.0.5 .*rediss\+sentinel/],
  ])('a Redis of another machine without TLS is warned of: %s', async (REDIS_URL, warning) => {
    const DATABASE_URL = 'postgres://ada@127.0.0.1/bulk';
    const { warnings } = await read({ DATABASE_URL, REDIS_URL });
    expect(warnings).toEqual([expect.stringMatching(warning)]);
  });

  test('a database that the query names is warned of, too', async () => {
    const { warnings } = await read({ DATABASE_URL: 'postgres:///orders?host=db.example.com' });
    expect(warnings).toEqual([expect.stringMatching(/^DATABASE_URL names db.example.com /)]);
  });

  test('keys without an address go to the vendor only', async () => {
    expect((await read(KEYS)).accounts[0]?.url).toBe('https://secure.dialogtech.com/ibp_api.php');
  });

  test('it can no longer be changed', async () => {
    const config = await read();
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.accounts[0])).toBe(true);
    expect(Object.isFrozen(config.web)).toBe(true);
  });

  test('a sandbox may have no pace', async () => {
    expect((await read({ RATE: 'none' })).accounts).toMatchObject([
      { mode: 'sandbox', rate: null },
    ]);
  });

  test('blanks around a value do not belong to it', async () => {
    const config = await read({ RATE: ' 5 ', LOG_LEVEL: 'warn\n' });
    expect(config).toMatchObject({ accounts: [{ rate: 5 }], logLevel: 'warn' });
  });

  test('a password in the query of a database address is a secret, too', async () => {
    const environment = { DATABASE_URL: 'postgres:///bulk?host=/run/pg&password=hush%21' };
    expect((await read(environment)).secrets).toEqual(['hush!']);
  });
});

describe('a blank variable counts as not set', () => {
  test('for itself', async () => {
    const blank = { DIALOGTECH_ACCESS_KEY: '', DIALOGTECH_SECRET_ACCESS_KEY: ' ', RATE: '\t' };
    const folder = temporaryFolder();
    expect(await read(blank, folder)).toEqual(await read({}, folder));
  });

  test('and also for what .env says: who blanks the keys gets the sandbox', async () => {
    const { folder } = file('.env', 'DIALOGTECH_ACCESS_KEY=a\nDIALOGTECH_SECRET_ACCESS_KEY=b\n');
    const blank = { DIALOGTECH_ACCESS_KEY: '', DIALOGTECH_SECRET_ACCESS_KEY: '' };
    expect(await read({}, folder)).toMatchObject({ accounts: [{ mode: 'live' }] });
    expect(await read(blank, folder)).toMatchObject({
      accounts: [{ mode: 'sandbox' }],
      secrets: [],
      atStart: expect.any(Object),
    });
  });
});

describe('a .env file', () => {
  test('says what the environment does not', async () => {
    const text = `\ufeff# mine\nRATE=9\r\nHOST= \nexport CONCURRENCY="3"\nDATA_DIR=there\n`;
    const { folder } = file('.env', text);
    expect(await read({ RATE: '2' }, folder)).toMatchObject({
      accounts: [{ rate: 2, concurrency: 3 }],
      dataDir: join(folder, 'there'),
    });
  });

  test('that cannot be read is a fault', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '.env'));
    expect(await faultsOf({}, folder)).toEqual(['The .env file cannot be read (EISDIR).']);
  });
});
