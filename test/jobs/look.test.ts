import { expect, test } from 'vitest';
import { lookForLost } from '../../jobs/look.ts';
import { reconcile } from '../../jobs/reconcile.ts';
import { recordAnswers, settleOrder, vouchFor } from '../../src/ledger/index.ts';
import {
  answerTo,
  claimOne,
  describeOnBothMakes,
  linesOf,
  newNumbers,
  newPlan,
  orderRow,
  readList,
  type SmallPlan,
} from '../support/ledger.ts';
import { silentLog } from '../support/recording-log.ts';
import { attemptsOf, moveTo } from './vouching.ts';

let moves = 0;

describeOnBothMakes('a look for what the ledger has lost', (given) => {
  const SETTLING_MS = 60_000;

  /** Two orders for ten numbers in 212; `lists` were read before the database became another one. */
  const moved = async (lists: string[][], before = async (_: SmallPlan) => {}) => {
    const plan = await newPlan(given.ledger, { lines: linesOf(10, 10) });
    for (const list of lists) await readList(given.ledger, plan.account, list);
    await before(plan);
    await moveTo(given.ledger, `moved ${++moves}`);
    return plan;
  };

  const place = ({ account }: SmallPlan, list: string[] | Error) => ({
    ...{ ledger: given.ledger, account, log: silentLog, settlingMs: SETTLING_MS },
    vendor: {
      ownedNumbers: async () => {
        if (list instanceof Error) throw list;
        return list.map((number) => ({ number, areaCode: number.slice(0, 3), type: 'local' }));
      },
    },
  });
  const look = (plan: SmallPlan, list: string[] | Error) =>
    lookForLost(place(plan, list) as unknown as Parameters<typeof lookForLost>[0]);
  const states = async ({ orders }: SmallPlan) =>
    Promise.all(orders.map(async (id) => (await orderRow(given.ledger, id)).state));

  test('finds new numbers that fit, and puts as many orders in doubt as have room for them', async () => {
    const [old, ...lost] = newNumbers(3) as [string, ...string[]];
    const plan = await moved([[old]]);
    expect(await look(plan, [old, ...lost])).toEqual({ strays: 2, orders: [plan.orders[0]] });
    expect(await states(plan)).toEqual(['unknown', 'waiting']);
  });

  test('lets what it puts in doubt be settled by the same list at once', async () => {
    const [old, ...lost] = newNumbers(3) as [string, ...string[]];
    const plan = await moved([[old]]);
    await look(plan, [old, ...lost]);
    const by = { who: 'Ada', why: 'asked the vendor' };
    const early = settleOrder(given.ledger, plan.orders[0]!, { bought: lost }, by);
    await expect(early).rejects.toThrow('no worker has found out yet what it may have lost');
    await vouchFor(given.ledger, plan.account.id, `moved ${moves}`, { byLook: true });
    const reading = { ...place(plan, [old, ...lost]), mode: 'auto' } as unknown;
    const { settled } = await reconcile(reading as Parameters<typeof reconcile>[0]);
    expect(settled).toEqual([{ order: plan.orders[0], state: 'short', bought: 2 }]);
  });

  test('finds nothing in what an earlier list had', async () => {
    const [one, other] = newNumbers(2) as [string, string];
    const plan = await moved([[one], [one, other]]);
    expect(await look(plan, [one, other])).toEqual({ strays: 0, orders: [] });
    expect(await states(plan)).toEqual(['waiting', 'waiting']);
  });

  test('finds a number that has come back to the list since: it may have been bought anew', async () => {
    const all = newNumbers(30);
    const plan = await moved([all, all.slice(1)]);
    expect(await look(plan, all)).toEqual({ strays: 1, orders: [plan.orders[0]] });
  });

  test('takes an order for one sent again that was in doubt already and fits', async () => {
    const [old, lost] = newNumbers(2) as [string, string];
    const plan = await moved([[old]], async (some) => {
      const order = await claimOne(given.ledger, some);
      await recordAnswers(given.ledger, some.account.id, [answerTo(order, 'unknown')]);
    });
    expect(await look(plan, [old, lost])).toEqual({ strays: 0, orders: [] });
    expect(await states(plan)).toEqual(['unknown', 'waiting']);
    const attempts = await attemptsOf(given.ledger, plan.orders[0]!);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['not_sent', 'unknown']);
    // Once is enough.
    await look(plan, [old, lost]);
    expect(await attemptsOf(given.ledger, plan.orders[0]!)).toHaveLength(2);
  });

  test('tells nothing when the list is empty, as it may have been before', async () => {
    const plan = await moved([[]]);
    expect(await look(plan, [])).toEqual({ fault: expect.stringContaining('is empty') });
  });

  test.each([
    ['cannot be read', (_: string[]) => new Error('the vendor is away'), 'the vendor is away'],
    ['has lost most of its numbers', (old: string[]) => old.slice(0, 5), 'lacks'],
    ['may be cut off', (old: string[]) => [...old, ...newNumbers(70)], '100'],
  ])('tells nothing when the list %s', async (_, listOf, fault) => {
    const old = newNumbers(30);
    const plan = await moved([old]);
    expect(await look(plan, listOf(old))).toEqual({ fault: expect.stringContaining(fault) });
    expect(await states(plan)).toEqual(['waiting', 'waiting']);
  });
});
