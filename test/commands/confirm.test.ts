import { beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { LIVE_KEYS, openShellWithVendor, planOf, type Shell, VENDOR_KEYS } from './shell.ts';

let vendor: Sandbox;
let shell: Shell;

beforeAll(async () => {
  ({ shell, vendor } = await openShellWithVendor(LIVE_KEYS, VENDOR_KEYS));
  shell.file('plan.csv', `area_code,quantity,order_slot\n212,30,\n312,20,1\n`);
});

describe('with live keys and no terminal', () => {
  test.each([
    ['order', ['order', 'plan.csv']],
    ['submit --start', ['submit', 'plan.csv', '--start']],
  ])('%s stores nothing and buys nothing', async (_, args) => {
    const { code, stdout, stderr } = await shell.run(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      'This would buy 50 numbers and 20 slots in 3 orders with the live account "main". Without ' +
        'a terminal to ask on, say --yes to do it. Nothing was started.\n',
    );
    expect(JSON.parse((await shell.run(['plans', '--json'])).stdout)).toEqual([]);
    expect(vendor.books().requests).toEqual([]);
  });

  test.each([
    ['order', ['order', 'costly.csv', '--yes']],
    ['submit --start', ['submit', 'costly.csv', '--start', '--yes']],
  ])('%s --yes accepts no warning that may cost money', async (_, args) => {
    shell.file('costly.csv', 'area_code,quantity,toll free\n212,5,1\n');
    const { code, stdout, stderr } = await shell.run(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^costly\.csv has 1 warning that must be accepted/);
    expect(stderr).toMatch(
      /line 1: The column "toll free" is not one of ours.*\n.*--accept-warnings/,
    );
    expect(JSON.parse((await shell.run(['plans', '--json'])).stdout)).toEqual([]);
  });

  test('submit alone stores the plan, and start does not start it', async () => {
    const submitted = await shell.run(['submit', 'plan.csv']);
    expect(submitted.stdout).toBe(
      'Plan 1: 2 lines, 3 orders, 50 numbers, live account "main".\nNothing is bought until ' +
        '"bulk-order start 1".\n',
    );
    const { code, error } = await shell.ask(['start', '1']);
    expect(code).toBe(1);
    expect(error).toMatchObject({ code: 'not_confirmed', numbers: 50, orders: 3, account: 'main' });
    expect(error.message).toMatch(/^This would buy 50 numbers and 20 slots in 3 orders /);
    expect(await shell.ask(['show', '1'])).toMatchObject({ state: 'ready', startedAt: null });
  });

  test('start --yes starts it, and it is bought with the keys', async () => {
    const { stdout } = await shell.run(['start', '1', '--yes']);
    expect(stdout).toMatch(/^Plan 1 is running: 50 numbers in 3 orders, live account "main"\.\n/);
    expect(vendor.books().requests).toEqual([]);
    const watched = await shell.run(['watch', '1', '--work']);
    expect(watched.code).toBe(0);
    expect(watched.stdout).toMatch(/^Plan 1 {2}plan\.csv {2}finished {2}account "main" \(LIVE\)\n/);
    expect(vendor.books()).toMatchObject({ sold: 50, soldTwice: 0 });
  });

  test('order --yes says that it is live, and buys', async () => {
    shell.file('more.csv', planOf(5));
    const { code, stdout, stderr } = await shell.run(['order', 'more.csv', '--yes']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^LIVE: Plan 2: 5 numbers in 1 order, with the account "main"\.\n/);
    expect(`${stdout}${stderr}`).not.toMatch(/sandbox/i);
    expect(vendor.books().sold).toBe(55);
  });

  test('start asks again about open warnings, and --accept-warnings answers', async () => {
    const plan = shell.file('costly.csv', 'area_code,quantity,toll free\n212,5,1\n');
    const { id } = await shell.ask(['submit', plan]);
    const start = ['start', String(id)];
    for (const options of [['--yes'], []])
      expect(await shell.ask([...start, ...options])).toMatchObject({
        code: 1,
        error: { code: 'not_confirmed', warnings: [{ column: 'toll free' }] },
      });
    expect(await shell.ask([...start, '--accept-warnings'])).toMatchObject({
      error: { code: 'not_confirmed', numbers: 5 },
    });
    expect(await shell.ask([...start, '--yes', '--accept-warnings'])).toMatchObject({
      state: 'running',
    });
    expect(await shell.ask(['cancel', String(id)])).toMatchObject({ state: 'cancelled' });
  });
});

describe('without keys', () => {
  const NO_KEYS = { DIALOGTECH_ACCESS_KEY: '', DIALOGTECH_SECRET_ACCESS_KEY: '' };

  test('an order names a live plan that waits, and does not work on it', async () => {
    shell.file('waiting.csv', planOf(7));
    expect(await shell.ask(['submit', 'waiting.csv', '--start', '--yes'])).toMatchObject({
      id: 4,
    });
    const order = await shell.run(['order', shell.file('small.csv', planOf(1))]);
    expect(order).toMatchObject({ code: 1, stdout: '' });
    expect(order.stderr.split('\n')).toEqual([
      'Plan 4 (waiting.csv) is running, too: 7 numbers still to buy. ' +
        'To pause it: "bulk-order pause 4"',
      expect.stringMatching(/^This would buy 1 number in 1 order with the live account "main"/),
      '',
    ]);
    const { code, stderr } = await shell.run(['watch', '4', '--work'], NO_KEYS);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'Plan 4 belongs to the account "main", but this process works for "sandbox". ' +
        'Set the keys of that account.\n',
    );
  });

  test('a live plan that is ready is not started without a person, either', async () => {
    shell.file('ready.csv', planOf(8));
    expect(await shell.ask(['submit', 'ready.csv'])).toMatchObject({ id: 5, mode: 'live' });
    expect(await shell.ask(['start', '5'], NO_KEYS)).toMatchObject({
      error: { code: 'not_confirmed', numbers: 8, account: 'main' },
    });
    expect(vendor.books().sold).toBe(55);
  });
});
