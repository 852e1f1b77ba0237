import { beforeAll, describe, expect, test } from 'vitest';
import { openPostgres, setPrices } from '../../src/ledger/index.ts';
import { PRICES_FILE, pricesOf } from '../support/prices.ts';
import { LIVE_KEYS, openShellWithVendor, type Shell, VENDOR_KEYS } from './shell.ts';
import { describeOnTerminal, startOnTerminal } from './terminal.ts';

const PLAN = 'area_code,quantity,order_slot,fallback\n212,30,1,\n907,20,,tollfree:5\n';
// 50 local, 30 slots, and 5 of them at 1.00 and 0.75 more.
const MOST = '55.90 USD once and 34.75 USD a month';

let shell: Shell;

beforeAll(async () => {
  ({ shell } = await openShellWithVendor(
    { ...LIVE_KEYS, PRICES_FILE: 'prices.json' },
    { ...VENDOR_KEYS, stock: { 907: 12 } },
  ));
  shell.file('prices.json', JSON.stringify(PRICES_FILE));
  shell.file('plan.csv', PLAN);
});

describe('with prices', () => {
  test('check says the most that a plan costs', async () => {
    const { stdout } = await shell.run(['check', 'plan.csv']);
    expect(stdout).toContain(`\nIt costs at most ${MOST}.\n`);
    expect(stdout).not.toContain('As earlier plans went');
    expect(await shell.ask(['check', 'plan.csv'])).toMatchObject({
      mayCost: {
        ...{ prices: pricesOf().hash, currency: 'USD', usual: null },
        atMost: { once: '55.90', monthly: '34.75', unpriced: [] },
      },
    });
  });

  test('order names it before anything is bought, and nothing is bought unasked', async () => {
    const { code, stderr } = await shell.run(['order', 'plan.csv']);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `This would buy 50 numbers and 30 slots in 3 orders for at most ${MOST} with the live ` +
        'account "main". Without a terminal to ask on, say --yes to do it. Nothing was started.\n',
    );
  });

  test('order says what it has cost, and so do show and summary.json', async () => {
    const { stdout, stderr } = await shell.run(['order', 'plan.csv', '--yes']);
    expect(stderr).toMatch(new RegExp(`^It costs at most ${MOST}\\.\n.*LIVE: Plan 1`, 's'));
    // 42 local, 5 toll-free, 30 slots.
    const sum = '52.90 USD once and 33.25 USD a month';
    expect(stdout).toContain(`\n  It has cost ${sum}.\n`);
    expect((await shell.run(['show', '1'])).stdout).toContain(`\n  It has cost ${sum}.\n`);
    const cost = { once: '52.90', monthly: '33.25', unpriced: [], currency: 'USD', without: [] };
    expect(await shell.ask(['results', '1'])).toMatchObject({ cost });
    const summary = JSON.parse(shell.read('results/1-plan/summary.json'));
    expect(summary.cost).toEqual({ ...cost, prices: pricesOf().hash });
  });

  test('check says what it costs as earlier plans went', async () => {
    shell.file('again.csv', 'area_code,quantity\n907,10\n');
    const { stdout } = await shell.run(['check', 'again.csv']);
    expect(stdout).toContain('\nIt costs at most 10.00 USD once and 5.00 USD a month.\n');
    expect(stdout).toContain(
      '\nGoing by earlier plans, it costs about 6.00 USD once and 3.00 USD a month.\n',
    );
  });

  test('what was started keeps its prices when the file changes', async () => {
    shell.file('dearer.json', JSON.stringify({ currency: 'EUR', types: {} }));
    const more = { PRICES_FILE: 'dearer.json' };
    const { stdout } = await shell.run(['check', 'again.csv'], more);
    expect(stdout).toContain(
      '\nWhat it costs is not known: 10 numbers of the type local have no price.\n',
    );
    const submitted = await shell.run(['submit', 'again.csv'], more);
    expect(submitted.code).toBe(0);
    const { stdout: ready } = await shell.run(['show', '2'], more);
    expect(ready).toContain('  What it costs is not known: 10 numbers of the type local have no');
    expect((await shell.run(['show', '1'], more)).stdout).toContain('It has cost 52.90 USD once');
  });

  test('a shell that names no prices leaves those of the account as they are', async () => {
    const more = { PRICES_FILE: '' };
    shell.file('third.csv', 'area_code,quantity\n907,5\n');
    expect((await shell.run(['submit', 'third.csv'], more)).code).toBe(0);
    const { stdout } = await shell.run(['show', '3'], more);
    expect(stdout).toContain('  What it costs is not known: 5 numbers of the type local have no');
  });
});

describe('with several accounts', () => {
  const ACCOUNTS_FILE = { ACCOUNTS_FILE: 'accounts.json', PRICES_FILE: '' };
  const KEYLESS = { DIALOGTECH_ACCESS_KEY: '', DIALOGTECH_SECRET_ACCESS_KEY: '' };
  const more = { ...KEYLESS, ...ACCOUNTS_FILE };

  test('check says what a plan costs the one that is named, and what limits it', async () => {
    const limits = { plan: { numbers: 40 }, day: { money: '1000.00' } };
    const east = { name: 'east', mode: 'sandbox', pricesFile: 'prices.json', limits };
    shell.file('accounts.json', JSON.stringify([east, { name: 'west', mode: 'sandbox' }]));
    const plain = await shell.run(['check', 'plan.csv'], more);
    expect(plain.stdout).not.toMatch(/costs at most|is not known/);
    expect(plain.stdout).toContain('To buy it: "bulk-order order plan.csv --account NAME"');
    const named = await shell.run(['check', 'plan.csv', '--account', 'east'], more);
    expect(named.stdout).toContain(`It costs at most ${MOST}.`);
    expect(named.stdout).toContain(
      'This plan cannot be started: it asks for 50 numbers, and the limit of account "east" is ' +
        'at most 40 numbers by a plan. Split the plan, or have the limit raised.\n',
    );
    expect(named.stdout).not.toContain('To buy it');
    shell.file('small.csv', 'area_code,quantity\n212,5\n');
    expect((await shell.run(['check', 'small.csv', '--account', 'east'], more)).stdout).toContain(
      'Limit: at most 40 numbers by a plan.\nLimit: at most 1,000.00 USD a day.\n',
    );
    const wrong = await shell.run(['check', 'plan.csv', '--account', 'north'], more);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('There is no account "north" in the configuration.');
  });

  test('a plan beyond its limit is refused first, and not stored', async () => {
    const keys = { accessKey: 'one', secretAccessKey: 'two' };
    const limits = { plan: { numbers: 40 } };
    shell.file('accounts.json', JSON.stringify([{ name: 'north', mode: 'live', ...keys, limits }]));
    shell.file('beyond.csv', 'area_code,quantity,status\n212,41,sold\n');
    const before = await shell.ask(['plans'], more);
    for (const command of [['order'], ['submit', '--start']]) {
      const { error } = await shell.ask([...command, 'beyond.csv', '--account', 'north'], more);
      expect(error).toMatchObject({
        code: 'over_limit',
        message:
          'beyond.csv cannot be started: it asks for 41 numbers, and the limit of account ' +
          '"north" is at most 40 numbers by a plan. Split the plan, or have the limit raised. ' +
          'Nothing was changed.',
      });
    }
    expect(await shell.ask(['plans'], more)).toEqual(before);
    const { id } = await shell.ask(['submit', 'beyond.csv', '--account', 'north'], more);
    expect((await shell.ask(['start', String(id)], more)).error.code).toBe('over_limit');
  });
});

const QUESTION = 'Type 20 to buy them, anything else to stop: ';
const DEARER = { ...PRICES_FILE, types: { local: { once: '100.00', monthly: '50.00' } } };

describeOnTerminal('a confirmed sum', () => {
  test.each([
    ['start', true, ['start', '1']],
    ['submit --start', false, ['submit', 'plan.csv', '--start']],
    ['order', false, ['order', 'plan.csv']],
  ])('is what %s buys for, or nothing is bought', async (_, isStored, args) => {
    const { shell, vendor } = await openShellWithVendor({ ...LIVE_KEYS });
    shell.file('prices.json', JSON.stringify(PRICES_FILE));
    shell.file('plan.csv', 'area_code,quantity\n212,20\n');
    // A worker on this machine keeps the prices in the ledger.
    await shell.run(['account'], { PRICES_FILE: 'prices.json' });
    await shell.run(['reconcile'], { PRICES_FILE: 'prices.json' });
    if (isStored) await shell.run(['submit', 'plan.csv']);
    const terminal = startOnTerminal(shell, args);
    await terminal.waitFor(QUESTION);
    expect(terminal.screen).toMatch(/for at most [\d.]+ USD once/);
    const ledger = openPostgres(shell.env.DATABASE_URL!);
    await setPrices(ledger, 'main', pricesOf(DEARER), { who: 'PRICES_FILE' });
    await ledger.close();
    terminal.type('20\r');
    expect(await terminal.exited).toBe(1);
    expect(vendor.books().sold).toBe(0);
    const plans = JSON.parse((await shell.run(['plans', '--json'])).stdout);
    expect(plans.map(({ state }: { state: string }) => state)).toEqual(['ready']);
  });
});
