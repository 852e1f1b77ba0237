import { expect, test } from 'vitest';
import { doubtOrders, orderId } from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { step } from '../../support/ladder-plan.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import type { SmallPlan } from '../../support/plans.ts';
import { newNumbers } from '../../support/sending.ts';
import { AGAINST, ladders } from './ladders.ts';

describeOnALedger('a successor that was sent, and that the ledger has lost,', (given) => {
  const { planWith, open, end, sent, sell } = ladders(given);
  const wholeRung = (...areaCodes: string[]) => ({
    ...{ fallback: 'overlay', steps: areaCodes.map((areaCode) => step(1, areaCode)) },
  });
  const capped = (cap: number) => ({
    ...{ fallback: `overlay:${cap}`, steps: [step(1, '332', { cap })] },
  });
  const lose = (plan: SmallPlan, ...ordinals: number[]) =>
    given.noteLostSuccessors(
      ordinals.map((ordinal) => ({ orderId: orderId(plan.id, ordinal), attempt: 1 })),
      0,
    );
  /** All that waits is sent, and each brings `n`. Resolves to their ordinals. */
  const sellEach = async (plan: SmallPlan, n: number) => {
    const orders = await sent(plan);
    for (const order of orders) await sell(plan, order, n);
    return orders.map(({ id }) => id - orderId(plan.id, 0));
  };
  const stateOf = async (plan: SmallPlan, ordinal: number) =>
    (await given.orderRow(orderId(plan.id, ordinal))).state;
  const settleNothing = (plan: SmallPlan, ordinal: number) =>
    given.settleOrder(orderId(plan.id, ordinal), { nothing: true }, BY, AGAINST);
  /** Settles it by a list that shows `n` numbers of 332. */
  const settleByList = async (plan: SmallPlan, ordinal: number, n: number) => {
    const bought = newNumbers(n, '332');
    await given.readList(plan.account, bought);
    await given.settleOrder(orderId(plan.id, ordinal), { bought }, BY);
  };

  test('keeps the order before it from being sent again', async () => {
    const plan = await planWith(wholeRung('332'), 10);
    await lose(plan, 2);
    expect(await sent(plan)).toEqual([]);
    expect(await given.doubtFinal(plan.account.id)).toEqual([orderId(plan.id, 1)]);
    await settleNothing(plan, 1);
    expect(await stateOf(plan, 1)).toBe('short');
  });

  test('is in doubt as soon as it is made again', async () => {
    const plan = await planWith(wholeRung('332'), 10);
    await sellEach(plan, 4);
    await given.noteLostSuccessors([{ orderId: orderId(plan.id, 2), attempt: 2 }], 0);
    const marks = (await Array.fromAsync(given.attemptMarks(plan.account.id))).flatMap(
      ({ orders }) => orders,
    );
    // Also a witness that was emptied learns of it.
    expect(marks).toContainEqual({ order: 2, attempts: 2 });
    expect(await open(plan)).toBe(1);
    expect(await given.orderRow(orderId(plan.id, 2))).toMatchObject({
      ...{ state: 'unknown', attempts: 2 },
    });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('is short when it is made again and bought nothing, if a later one was sent', async () => {
    const plan = await planWith(wholeRung('332', '646'), 10);
    await sellEach(plan, 4);
    await lose(plan, 2, 3);
    await open(plan);
    await settleNothing(plan, 2);
    expect(await stateOf(plan, 2)).toBe('short');
  });

  test('is judged by the list from before the first order of its family', async () => {
    const plan = await planWith(wholeRung('332'), 10);
    await given.readList(plan.account, []);
    await sellEach(plan, 0);
    const [before] = await attempt(plan, 1);
    // A list that shows what the lost successor bought.
    await given.readList(plan.account, ['3325550001']);
    await given.sql(`update ledger.listings set incarnation = 'earlier'`);
    await open(plan);
    const lost = [{ orderId: orderId(plan.id, 2), attempt: 1 }];
    const doubt = { accountId: plan.account.id, lost, deadlineMs: 0, what: 'it was sent' };
    const doubted = await given.ledger.transaction((tx) => doubtOrders(tx, doubt));
    expect(doubted).toHaveLength(1);
    expect(await attempt(plan, 2)).toEqual([before]);
  });
  const attempt = (plan: SmallPlan, ordinal: number) =>
    given.sql<{ baseline: number }>('select baseline from ledger.attempts where order_id = $1', [
      orderId(plan.id, ordinal),
    ]);

  test('keeps other families from the cap of the line, until it is known', async () => {
    const plan = await planWith(capped(12), 75);
    await given.readList(plan.account, []);
    await sellEach(plan, 5);
    await lose(plan, 5, 6);
    // The first family has lost nothing, so it comes last.
    for (const ordinal of [5, 6]) {
      expect(await open(plan)).toBe(1);
      expect(await stateOf(plan, ordinal)).toBe('unknown');
      await settleByList(plan, ordinal, 6);
    }
    expect(await open(plan)).toBe(0);
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('keeps nobody waiting once its family was tried again without it', async () => {
    const plan = await planWith({ ...capped(5), keepTrying: '3d' }, 50);
    await given.readList(plan.account, []);
    await sellEach(plan, 5);
    await lose(plan, 3, 4);
    expect(await open(plan)).toBe(1);
    // That is the whole cap, so the other one is never made again.
    await settleByList(plan, 3, 5);
    await open(plan);
    await end(plan);
    for (let tries = 1; tries <= 3; tries++) {
      await given.sql('update ledger.standing set next_at = ledger.now()');
      expect(await open(plan)).toBe(2);
      await sellEach(plan, 0);
      await open(plan);
    }
  });

  test('keeps nobody waiting in a line without a cap', async () => {
    const plan = await planWith(wholeRung('332'), 50);
    await sellEach(plan, 5);
    await lose(plan, 4);
    expect(await open(plan)).toBe(2);
    expect([await stateOf(plan, 3), await stateOf(plan, 4)]).toEqual(['waiting', 'unknown']);
  });
});
