import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { inRedis } from '../support/in-server.ts';
import {
  describeWith,
  describeWithPostgres,
  freshDatabase,
  privatePostgres,
  privateRedis,
} from '../support/servers.ts';
import { until } from '../support/until.ts';
import {
  changeLedger,
  embeddedLedger,
  LIVE_KEYS,
  openShell,
  openShellWithVendor,
  openVendor,
  planOf,
  type Shell,
} from './shell.ts';

const NEWER = "insert into ledger.migrations (version, name) values (900, '0900_later.sql')";

test('an embedded ledger of a newer version is refused and not changed', async () => {
  const shell = openShell(embeddedLedger());
  expect((await shell.run(['migrate'])).stdout).toBe('The tables are up to date.\n');
  await changeLedger(shell, NEWER);
  const { code, stderr } = await shell.run(['plans']);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^The database's tables are of version 900, .* up to \d+\. .*; nothing was changed\.\n$/,
  );
});

test('a faulty configuration is an error before anything is opened', async () => {
  const shell = openShell({ RATE: 'fast', LOG_LEVEL: 'loud' });
  expect(await shell.run(['plans'])).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'The configuration has 2 faults:\n  - RATE must be orders per second, from ' +
      '0.01 to 1000, or none.\n  - LOG_LEVEL must be trace, debug, info, warn, error or silent.\n',
  });
});

describeWithPostgres('PostgreSQL', () => {
  let url: string;
  let shell: Shell;
  beforeAll(async () => {
    ({ url } = await freshDatabase());
    shell = openShell({ DATABASE_URL: url });
    shell.file('plan.csv', planOf(3, 4));
  });

  /** The address of the test's database with one part changed. */
  function other(change: Partial<Pick<URL, 'port' | 'password'>>): string {
    return Object.assign(new URL(url), change).href;
  }

  test('that is down is named without its password', async () => {
    const { code, stdout, stderr } = await shell.run(['order', 'plan.csv'], {
      DATABASE_URL: other({ port: String(await freePort()), password: 'hush' }),
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      'The database cannot be reached (ECONNREFUSED). Check that PostgreSQL is running and that ' +
        'DATABASE_URL names its host, port, user, password and database.\n',
    );
  });

  test('is not needed to check a plan', async () => {
    const DATABASE_URL = other({ port: String(await freePort()) });
    expect((await shell.run(['check', 'plan.csv'], { DATABASE_URL })).code).toBe(0);
  });

  test('with a Redis that is down stores no plan, and names Redis', async () => {
    const REDIS_URL = `redis://:hush@127.0.0.1:${await freePort()}`;
    const { code, stdout, stderr } = await shell.run(['order', 'plan.csv'], { REDIS_URL });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      'Redis cannot be reached (ECONNREFUSED). Check that it is running and that REDIS_URL ' +
        'names its host, port and password. Without REDIS_URL the program needs no Redis.\n',
    );
    expect((await shell.run(['plans'])).stdout).toMatch(/^No plans yet\./);
  });

  test('takes plans while Redis is down: only workers need it', async () => {
    const REDIS_URL = `redis://127.0.0.1:${await freePort()}`;
    const submitted = await shell.ask(['submit', 'plan.csv', '--start'], { REDIS_URL });
    expect(submitted).toMatchObject({ code: 0, id: 1, state: 'running' });
    expect(await shell.ask(['watch', '1', '--work'], { REDIS_URL })).toMatchObject({
      code: 1,
      error: { code: 'queue_down' },
    });
    expect(await shell.ask(['show', '1'])).toMatchObject({ bought: 0, pending: 7 });
  });
});

describeWith(['postgres', 'private redis'], 'a Redis that evicts', () => {
  test('causes a warning, and work goes on', async () => {
    const redis = await privateRedis();
    await inRedis(redis.url, (client) => client.config('SET', 'maxmemory-policy', 'allkeys-lru'));
    const shell = openShell({ DATABASE_URL: (await freshDatabase()).url, REDIS_URL: redis.url });
    shell.file('plan.csv', planOf(3, 4));
    const { code, stdout, stderr } = await shell.run(['order', 'plan.csv']);
    expect(code).toBe(0);
    expect(stdout).toContain('7 requested = 7 bought');
    const warnings = stderr.split('\n').filter((line) => line.startsWith('{'));
    expect(warnings.map((line) => JSON.parse(line).msg)).toEqual([
      'Redis may evict jobs, and the marks of what was sent: its maxmemory-policy is ' +
        'allkeys-lru. Set it to noeviction.',
    ]);
    const live = { ...LIVE_KEYS, DIALOGTECH_URL: (await openVendor()).url };
    expect(await shell.ask(['order', 'plan.csv', '--again', '--yes'], live)).toMatchObject({
      code: 1,
      error: { code: 'bad_config', message: expect.stringContaining('"main" is live') },
    });
  });
});

describeWith(['private postgres'], 'a PostgreSQL that does not sync', () => {
  test('causes a warning, and is refused for a live account', async () => {
    const settings = { fsync: 'off', full_page_writes: 'off' };
    const server = await privatePostgres({ settings });
    const shell = openShell({ DATABASE_URL: server.url });
    shell.file('plan.csv', planOf(3));
    const { code, stderr } = await shell.run(['order', 'plan.csv']);
    expect(code).toBe(0);
    expect(stderr).toContain('PostgreSQL runs with fsync = off');
    expect(stderr).toContain('PostgreSQL runs with full_page_writes = off');
    const live = { ...LIVE_KEYS, DIALOGTECH_URL: (await openVendor()).url };
    expect(await shell.ask(['order', 'plan.csv', '--again', '--yes'], live)).toMatchObject({
      code: 1,
      error: { code: 'bad_config', message: expect.stringContaining('fsync = off') },
    });
  });
});

describeWith(['private postgres'], 'a PostgreSQL that goes away in the middle of an order', () => {
  test('is waited for, and then the order goes on to its end', async () => {
    const server = await privatePostgres();
    const { shell, vendor } = await openShellWithVendor({ DATABASE_URL: server.url, RATE: '2' });
    const csv = planOf(...Array<number>(40).fill(1));
    const order = shell.start(['order', shell.file('plan.csv', csv)]);
    await until(() => vendor.books().sold > 0, { what: 'a number is bought' });
    await server.stop();
    await order.waitFor(
      'The database or the server cannot be reached. Waiting for it; Ctrl-C stops.',
    );
    await server.start();
    // The rest may be fast.
    await shell.run(['account', 'sandbox', '--rate', '100', '--why', 'hurry']);
    const { code, stdout } = await order.exited;
    expect(code).toBe(0);
    expect(stdout).toContain('40 requested = 40 bought');
    expect(vendor.books()).toMatchObject({ sold: 40, soldTwice: 0 });
  });
});

describeWithPostgres('while a worker works', () => {
  test('an account changes its pace, and its plan is watched to its end', async () => {
    const DATABASE_URL = (await freshDatabase()).url;
    const { shell, vendor } = await openShellWithVendor({ DATABASE_URL });
    // At the first pace it would take too long for this test.
    shell.file('plan.csv', planOf(...Array<number>(60).fill(1)));
    const work = shell.start(['work'], { RATE: '1' });
    await work.waitFor('worker started');
    await shell.run(['submit', 'plan.csv', '--start'], { RATE: '' });
    await until(() => vendor.books().sold > 0, { what: 'the first order is placed' });
    const account = await shell.ask(['account', 'sandbox', '--rate', '200', '--why', 'hurry']);
    expect(account).toMatchObject({ code: 0, name: 'sandbox', rate: 200, pausedReason: null });
    const watched = await shell.run(['watch', '1']);
    expect(watched.code).toBe(0);
    expect(watched.stdout).toContain('60 requested = 60 bought');
    expect(vendor.books()).toMatchObject({ sold: 60, soldTwice: 0 });
    work.kill();
    expect((await work.exited).code).toBe(0);
  });

  test('a cancelled plan ends the order with 4, and what was bought is delivered', async () => {
    const shell = openShell({ DATABASE_URL: (await freshDatabase()).url });
    shell.file('plan.csv', `area_code,quantity\n${'212,1\n'.repeat(40)}`);
    const order = shell.start(['order', 'plan.csv', '--json'], { RATE: '1' });
    await order.waitFor('of 40 bought');
    await shell.run(['cancel', '1', '--why', 'enough']);
    const { code, stdout } = await order.exited;
    expect(code).toBe(4);
    const plan = JSON.parse(stdout);
    expect(plan).toMatchObject({ state: 'cancelled', reason: 'enough', pending: 0 });
    expect(plan.bought + plan.cancelled).toBe(40);
    expect(shell.read('results/1-plan/numbers.csv').trim().split('\n')).toHaveLength(
      1 + plan.bought,
    );
  });
});

describeWithPostgres('a folder with a ledger that is not used', () => {
  test('is warned of where a plan is submitted, and nowhere else', async () => {
    const shell = openShell({ DATABASE_URL: (await freshDatabase()).url });
    mkdirSync(join(shell.env.DATA_DIR!, 'ledger'), { recursive: true });
    shell.file('plan.csv', planOf(1));
    const submitted = await shell.run(['submit', 'plan.csv']);
    expect(submitted.stderr).toContain('has a ledger of its own, which is not used');
    for (const args of [['plans'], ['show', '1'], ['cancel', '1']])
      expect(await shell.run(args)).toMatchObject({ code: 0, stderr: '' });
  });
});
