import { beforeAll, expect, test } from 'vitest';
import { noteLostPlans } from '../../src/ledger/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { newSha256 } from '../support/plans.ts';
import {
  LIVE_KEYS,
  openShell,
  openShellWithVendor,
  quickLedger,
  type Shell,
  VENDOR_KEYS,
  withLedger,
} from './shell.ts';
import { describeOnTerminal, startOnTerminal } from './terminal.ts';

const NUMBERS = 1_100;
const QUESTION = 'Type 1,100 to buy them, anything else to stop: ';

let vendor: Sandbox;
let shell: Shell;

/** Presses keys when a command asks; returns how it ends, and all that it showed. */
async function answered(where: Shell, args: string[], question: string, keys: string) {
  const terminal = startOnTerminal(where, args);
  await terminal.waitFor(question);
  terminal.type(keys);
  return { code: await terminal.exited, screen: terminal.screen };
}

describeOnTerminal('on a terminal, with live keys', () => {
  beforeAll(async () => {
    const stock = { 212: 700, 312: 700 };
    ({ shell, vendor } = await openShellWithVendor({ ...LIVE_KEYS, RATE: '1000' }, { stock }));
    shell.file('plan.csv', 'area_code,quantity\n212,600\n312,500\n');
  });

  test.each([
    ['a number that is not the one', '1000\r'],
    ['the number among other words', 'no, not 1,100\r'],
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
  ])('%s buys nothing', async (_, keys) => {
    const terminal = await answered(shell, ['order', 'plan.csv'], QUESTION, keys);
    expect(terminal.code).toBe(1);
    expect(terminal.screen).toContain(
      'LIVE: plan.csv buys 1,100 numbers in 44 orders with the account "main". ' +
        'They cost money, and this program cannot give them back.',
    );
    expect(terminal.screen.trimEnd()).toMatch(/Not confirmed\. Nothing was started\.$/);
    expect(vendor.books().requests).toEqual([]);
  });

  test('the number buys, and a bar shows the progress', async () => {
    const terminal = startOnTerminal(shell, ['order', 'plan.csv']);
    await terminal.waitFor(QUESTION);
    expect(vendor.books().requests).toEqual([]);
    terminal.type('1,100\r');
    expect(await terminal.exited).toBe(0);
    // Questions with another answer have left no plan behind.
    expect(terminal.screen).toContain('LIVE: Plan 1: 1,100 numbers in 44 orders');
    expect(terminal.screen).toMatch(
      /█+ 1,100 of 1,100 bought {2}0 missing {2}0 unknown {2}finished/,
    );
    expect(terminal.screen).toContain('1,100 requested = 1,100 bought');
    expect(vendor.books()).toMatchObject({ sold: NUMBERS, soldTwice: 0 });
  });

  test('a sentence beside the bar says what a person must know', async () => {
    shell.file('lost.csv', 'area_code,quantity\n212,3\n');
    vendor.next('cut_after');
    const terminal = startOnTerminal(shell, ['order', 'lost.csv', '--yes']);
    expect(await terminal.exited).toBe(3);
    expect(terminal.screen).toMatch(
      /what became of this order \(The order was handed over, but .*, order 20000001\)\r?\n/,
    );
    expect(terminal.raw).toMatch(/\r\u001b\[K(\u001b\[\d+m)?\d\d:\d\d:\d\d\S* .* this order/);
    expect(terminal.screen).not.toContain('{"level"');
  });

  test('the number of clear verdicts accepts them, and anything else settles nothing', async () => {
    const { proposals } = await shell.ask(['reconcile'], { RECONCILE_AFTER: '0' });
    expect(proposals).toMatchObject([{ order: 20_000_001, finding: 'bought', isClear: true }]);
    const accept = ['settle', '--accept-all', '--by', 'Ada'];
    const question = 'Type 1 to settle them, anything else to stop: ';
    const nothing = ['settle', '20000001', '--nothing', '--by', 'Ada', '--why', 'I asked them'];
    const three = 'Type 3 to settle them, anything else to stop: ';
    const stopped = await answered(shell, nothing, three, '\r');
    expect(stopped.code).toBe(1);
    expect(stopped.screen).toMatch(/20000001: bought\. The list of .*, could have\s+bought\./);
    expect(stopped.screen.trimEnd()).toMatch(/Not confirmed\. Nothing was settled\.$/);
    const refused = await answered(shell, accept, question, 'yes\r');
    expect(refused.code).toBe(1);
    expect(refused.screen).toContain('This settles 1 order by its verdict: 1 bought 3 numbers.');
    expect(refused.screen.trimEnd()).toMatch(/Not confirmed\. Nothing was settled\.$/);
    const accepted = await answered(shell, accept, question, '1\r');
    expect(accepted.code).toBe(0);
    expect(accepted.screen).toContain('1 order settled: 1 bought 3 numbers.');
    expect((await shell.run(['unknown'])).stdout).toBe('No order is unknown.\n');
  });

  test('only the attempt that was shown is settled as nothing', async () => {
    const loseOne = async (...args: string[]) => {
      vendor.next('cut_before');
      expect((await shell.run(args)).code).toBe(3);
    };
    shell.file('again.csv', 'area_code,quantity\n312,2\n');
    await loseOne('order', 'again.csv', '--yes');
    const nothing = ['settle', '30000001', '--nothing', '--by', 'Ada', '--why', 'I asked them'];
    const terminal = startOnTerminal(shell, [...nothing, '--against-evidence']);
    await terminal.waitFor('Type 2 to settle them');
    expect((await shell.run([...nothing, '--against-evidence'])).code).toBe(0);
    await loseOne('watch', '3', '--work');
    terminal.type('2\r');
    expect(await terminal.exited).toBe(1);
    expect(terminal.screen).toContain('Order 30000001 has been sent again meanwhile');
  });

  test('only the lost plans that were shown are dismissed', async () => {
    const file = newSha256();
    const lose = async (copy: number) => {
      const { id: accountId } = await shell.ask(['account', 'main']);
      const bits = Buffer.from([0b0100_0000]);
      const marks = [{ planKey: `${file}:${copy}:10`, attempt: 1, bits }];
      await withLedger(shell, (ledger) =>
        noteLostPlans(ledger, { accountId, deadlineMs: 0 }, marks, () => 'lost'),
      );
    };
    await lose(0);
    const dismiss = ['lost', '--dismiss', file, '--by', 'Ada', '--why', 'it is gone'];
    const terminal = startOnTerminal(shell, dismiss);
    await terminal.waitFor('Type 1 to dismiss them');
    await lose(1);
    terminal.type('1\r');
    expect(await terminal.exited).toBe(1);
    expect(terminal.screen).toMatch(/changed since you looked: other plans of this file/);
    const no = await answered(shell, dismiss, 'Type 2 to dismiss them', 'no\r');
    expect(no.screen.trimEnd()).toMatch(/Not confirmed\. Nothing was dismissed\.$/);
  });

  test('the question says how long it takes by the daily limit, also when stored', async () => {
    const limited = openShell({
      ...(await quickLedger()),
      DIALOGTECH_URL: vendor.url,
      ACCOUNTS_FILE: 'accounts.json',
    });
    limited.file(
      'accounts.json',
      JSON.stringify([{ name: 'main', mode: 'live', ...VENDOR_KEYS, dailyNumbers: 500 }]),
    );
    limited.file('plan.csv', 'area_code,quantity\n212,600\n312,500\n');
    const says =
      /Limit: 0 of 500 numbers today.*\r?\nIt takes about [12] d [\d:]+ at 100 per second, longer/;
    const order = await answered(limited, ['order', 'plan.csv'], QUESTION, '\x03');
    expect(order).toMatchObject({ code: 1, screen: expect.stringMatching(says) });
    await limited.run(['submit', 'plan.csv']);
    expect((await limited.run(['show', '1'])).stdout).toMatch(
      /44 of them pending, 100 per second, about [12] d [\d:]+ once it is started\n/,
    );
    const start = await answered(limited, ['start', '1'], QUESTION, '\x03');
    expect(start).toMatchObject({ code: 1, screen: expect.stringMatching(says) });
  });
});
