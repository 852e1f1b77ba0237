import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { LACK_FOLLOWS } from '../../src/fallback/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { parse } from './program.ts';
import { type Answer, letRequestsEnd, openShellWithVendor, planOf, type Shell } from './shell.ts';

const BY = ['--by', 'Ada', '--why', 'seen in their portal'];

let vendor: Sandbox;
let shell: Shell;
/** The plan's three unknown orders, of two numbers each. The vendor sold all of them. */
let orders: Answer[];

beforeAll(async () => {
  ({ shell, vendor } = await openShellWithVendor({ CONCURRENCY: '1' }));
  shell.file('plan.csv', planOf(2, 2, 2, 2));
  vendor.next('cut_after', { times: 2 });
  vendor.next('html');
  expect((await shell.run(['order', 'plan.csv'])).code).toBe(3);
  orders = JSON.parse((await shell.run(['unknown', '--json'])).stdout);
});

const sold = (search: string): string[] => {
  const request = vendor.books().requests.find((each) => each.search === search);
  return request?.sold ?? [];
};

test('unknown lists the unknown orders, with their evidence and what to do', async () => {
  expect(
    orders.map(({ order, line, areaCode, quantity }) => [order, line, areaCode, quantity]),
  ).toEqual([
    [10_000_001, 2, '201', 2],
    [10_000_002, 3, '202', 2],
    [10_000_003, 4, '203', 2],
  ]);
  expect(orders[2]).toMatchObject({
    status: 200,
    body: expect.stringContaining('We will be back'),
  });
  const { code, stdout } = await shell.run(['unknown', '1']);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^ +10000001 +2 +201 +local +2 +\d{4}-\S+Z +The order was handed over, but/m,
  );
  expect(stdout).toContain('They are not sent again until they are settled.');
  expect(stdout).toMatch(/settle ORDER --bought \d{10},\d{10} --by NAME --why TEXT/);
});

describe('settle refuses', () => {
  test.each([['--nothing'], ['--accept']])('an order by its place alone, with %s', async (how) => {
    const { stderr } = await shell.run(['settle', '3', how, '--by', 'Ada', '--why', 'so']);
    expect(stderr).toBe('There is no order 3. Order 3 of plan 1 has the id 10000003.\n');
    const beyond = await shell.run(['settle', '999', how, '--by', 'Ada', '--why', 'so']);
    expect(beyond.stderr).toBe('There is no order 999.\n');
  });

  test.each<[string, string[], string]>([
    ['to do nothing', BY, 'Say one of --bought N,N, --nothing, --accept and --undo.'],
    ['two answers at once', ['--nothing', '--bought', '2015550100', ...BY], 'Say one of'],
    ['no name', ['--nothing', '--why', 'so'], 'Say who you are: --by NAME. Your name is'],
    ['a blank name', ['--nothing', '--by', ' ', '--why', 'so'], 'Say who you are'],
    ['no reason', ['--nothing', '--by', 'Ada'], 'Say how you know it: --why TEXT. It is kept.'],
    ['nine digits', ['--bought', '201555010', ...BY], '"201555010" is not a phone number'],
    ['an area code of 1', ['--bought', '1015550100', ...BY], 'is not a phone number'],
    ['an empty list', ['--bought', '', ...BY], 'is not a phone number'],
    ['a number twice', ['--bought', '2015550100,(201) 555-0100', ...BY], 'named twice'],
    ['a verdict without a name', ['--accept'], 'Say who you are'],
    ['to undo without a reason', ['--undo', '--by', 'Ada'], 'Say how you know it'],
    ['all verdicts without a name', ['--accept-all'], 'goes with no order'],
    ['a verdict against itself', ['--accept', '--against-evidence', ...BY], 'goes with --bought'],
  ])('%s', async (_, args, sentence) => {
    const refused = parse(['settle', '10000001', ...args]);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_usage' });
    await expect(refused).rejects.toThrow(sentence);
  });

  test('an order that is known', async () => {
    const known = await shell.run(['settle', '10000004', '--nothing', ...BY]);
    expect(known).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Order 10000004 is filled, not unknown: there is nothing to settle.\n',
    });
  });
});

describe('a settlement that the evidence contradicts', () => {
  const args = ['settle', '10000001', '--bought', '4155550199', ...BY];

  test('is refused, with all objections at once', async () => {
    const { code, stdout, stderr } = await shell.run(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(
        '^Order 10000001 was not settled, for this speaks against it\\. ' +
          'Its request may still be under way\\. .* ' +
          'It asked for local 201, and so cannot have bought 4155550199\\. .*list.*\\. ' +
          'If you know better, say --bought N,N or --nothing with --against-evidence and ' +
          '--why: all are kept\\.\n$',
      ),
    );
    const { error } = await shell.ask(args);
    expect(error).toMatchObject({ code: 'against_evidence', order: 10_000_001 });
    expect(error.objections).toHaveLength(3);
  });

  test("is settled on a person's word, is not bought again, and can be undone", async () => {
    const settled = await shell.run([...args, '--against-evidence']);
    expect(settled).toMatchObject({
      code: 0,
      stdout: `Order 10000001 is short: 1 number; ${LACK_FOLLOWS}.\n`,
    });
    const { out, short } = await shell.ask(['results', '1']);
    expect(short).toBe(1);
    expect(readFileSync(join(out, 'remainder.csv'), 'utf8').trim().split('\n')).toHaveLength(1);
    const again = await shell.run(['settle', '10000001', '--nothing', ...BY]);
    expect(again.stderr).toMatch(
      new RegExp(
        '^Order 10000001 is short, not unknown: Ada settled it at \\S+Z; ' +
          '"bulk-order settle 10000001 --undo" takes that back\\.\n$',
      ),
    );
    const undone = await shell.run(['settle', '10000001', '--undo', ...BY]);
    expect(undone.stdout).toBe('Order 10000001 is unknown again, and can be settled again.\n');
    const { events } = await shell.ask(['show', '1']);
    expect(events.slice(0, 2)).toMatchObject([
      { kind: 'order_unsettled', by: 'Ada', detail: { was: 'short', numbers: ['4155550199'] } },
      {
        kind: 'order_settled',
        detail: { againstEvidence: Array(3).fill(expect.any(String)) },
      },
    ]);
  });
});

describe('settle takes', () => {
  // A list read since shows what was sold, but too early for a verdict.
  beforeAll(async () => {
    await shell.run(['reconcile']);
    await letRequestsEnd(shell);
  });

  test('all numbers, in any notation: the order is filled', async () => {
    const [one, two] = sold('201') as [string, string];
    const written = `+1 ${one}, (${two.slice(0, 3)}) ${two.slice(3, 6)}-${two.slice(6)}`;
    const { code, stdout } = await shell.run(['settle', '10000001', '--bought', written, ...BY]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Order 10000001 is filled: 2 numbers.\n' });
  });

  test('a part of it, against the evidence: the order is short', async () => {
    const [one, other] = sold('202').toSorted();
    const part = ['settle', '10000002', '--bought', one!, ...BY];
    const { error } = await shell.ask(part);
    expect(error.objections).toEqual([
      expect.stringMatching(/^The vendor's list does not show yet that it bought no more\. /),
      `The account owns 1 number that it may also have bought and that no order has: ${other}.`,
    ]);
    const settled = await shell.ask([...part, '--against-evidence']);
    expect(settled).toMatchObject({ code: 0, order: 10_000_002, state: 'short', bought: 1 });
  });

  test('that nothing was bought: the order waits, and the next worker sends it', async () => {
    const nothing = ['settle', '10000003', '--nothing', ...BY];
    const { error } = await shell.ask(nothing);
    expect(error.objections).toEqual([
      expect.stringMatching(
        /^The vendor's list does not show yet that it bought nothing\. .* \d+ seconds later, /,
      ),
    ]);
    const { stdout, stderr } = await shell.run([...nothing, '--against-evidence']);
    expect(stdout).toBe('Order 10000003 bought nothing.\n');
    expect(stderr).toContain(
      'It waits again, and a worker sends it.\nNo worker is running for sandbox. To start one ' +
        'for this plan: "bulk-order watch 1 --work".',
    );
    const watched = await shell.ask(['watch', '1', '--work']);
    expect(watched).toMatchObject({ code: 2, bought: 7, short: 1, unknown: 0, pending: 0 });
  });

  test('a name and a reason, which the ledger stores', async () => {
    expect((await shell.run(['unknown'])).stdout).toBe('No order is unknown.\n');
    const { events } = await shell.ask(['show', '1']);
    const settled = events
      .filter(({ kind }: Answer) => kind === 'order_settled')
      .slice(0, 3)
      .reverse();
    expect(settled).toMatchObject([
      { by: 'Ada', why: 'seen in their portal', orderId: 10_000_001, detail: { state: 'filled' } },
      { by: 'Ada', why: 'seen in their portal', orderId: 10_000_002, detail: { state: 'short' } },
      { by: 'Ada', why: 'seen in their portal', orderId: 10_000_003, detail: { numbers: [] } },
    ]);
    expect((await shell.run(['audit'])).code).toBe(0);
  });
});
