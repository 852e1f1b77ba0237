/** While the question waits, a worker reads a new file of prices. */
import { expect, test } from 'vitest';
import { openPostgres, setPrices } from '../../src/ledger/index.ts';
import { PRICES_FILE, pricesOf } from '../support/prices.ts';
import { LIVE_KEYS, openShellWithVendor } from './shell.ts';
import { describeOnTerminal, startOnTerminal } from './terminal.ts';

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
