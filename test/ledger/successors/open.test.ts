import { expect, test } from 'vitest';
import { orderId } from '../../../src/ledger/index.ts';
import { BY, withNewReason } from '../../support/by.ts';
import { step } from '../../support/ladder-plan.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { AGAINST, ladders, STEPS } from './ladders.ts';

/** Two area codes of one rung. */
const CAPPED = [step(1, '332', { cap: 5 }), step(1, '646', { cap: 5 })];

describeOnALedger('successor orders', (given) => {
  const { planWith, open, end, look, waiting, sent, sell, nextOf } = ladders(given);
  /** The vendor named them for the order, so to settle it by them goes against no evidence. */
  const dispute = (order: number, numbers: string[]) =>
    given.sql(
      `insert into ledger.disputes (order_id, number) select $1, n from unnest($2::bigint[]) n`,
      [order, numbers],
    );

  test('ask for what is lacking in the next area code, step by step', async () => {
    const plan = await planWith({}, 25);
    const [first] = await sent(plan);
    await sell(plan, first!, 12);
    const second = await nextOf(plan);
    expect(second).toMatchObject({ areaCode: '332', quantity: 13, id: orderId(plan.id, 2) });
    await sell(plan, second, 8);
    const third = await nextOf(plan);
    expect(third).toMatchObject({ areaCode: '646', quantity: 5 });
    expect(await look(plan)).toMatchObject({ bought: 20, substituted: 8, pending: 5, short: 0 });
    await sell(plan, third, 5);
    await open(plan);
    await end(plan);
    expect(await look(plan)).toMatchObject({
      state: 'finished',
      requested: 25,
      bought: 25,
      substituted: 13,
      short: 0,
      pending: 0,
      orders: 1,
      successors: 2,
      pendingOrders: 0,
    });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('end with the ladder, and what is lacking is short', async () => {
    const plan = await planWith({}, 30);
    for (const order of await sent(plan)) await sell(plan, order, 0);
    for (let at = 0; at < STEPS.length; at++) {
      await open(plan);
      await end(plan);
      expect((await look(plan)).state).toBe('running');
      for (const order of await sent(plan)) await sell(plan, order, 1);
    }
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', bought: 6, short: 24 });
    const [result] = await given.allLines(plan.id);
    expect(result).toMatchObject({ requested: 30, bought: 6, substituted: 6, short: 24 });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('of one line share the cap of a rung', async () => {
    const steps = [step(1, '332', { cap: 10 }), step(1, '646', { cap: 10 })];
    const plan = await planWith({ steps }, 50);
    for (const order of await sent(plan)) await sell(plan, order, 0);
    expect(await open(plan)).toBe(1);
    expect(await open(plan)).toBe(0);
    const [capped, ...others] = await sent(plan);
    expect(capped).toMatchObject({ areaCode: '332', quantity: 10 });
    expect(others).toEqual([]);
    await sell(plan, capped!, 4);
    const again = await nextOf(plan);
    expect(again).toMatchObject({ areaCode: '646', quantity: 6 });
    await sell(plan, again, 6);
    await open(plan);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', bought: 10, short: 40 });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('are not made while an order of the line is unknown', async () => {
    const plan = await planWith({}, 50);
    const [first, second] = await sent(plan);
    await sell(plan, first!, 5);
    await given.record(plan, answerTo(second!, 'unknown'));
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', short: 20, unknown: 25 });
    await given.settleOrder(second!.id, { bought: newNumbers(25) }, BY, AGAINST);
    expect(await open(plan)).toBe(1);
    expect(await look(plan)).toMatchObject({ state: 'running', pending: 20, short: 0 });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('are withdrawn when the order before them is in doubt again', async () => {
    const plan = await planWith({}, 25);
    const [first] = await sent(plan);
    await given.record(plan, answerTo(first!, 'unknown'));
    const bought = newNumbers(3);
    await dispute(first!.id, bought);
    await given.readList(plan.account, bought);
    await given.settleOrder(first!.id, { bought }, BY);
    expect(await open(plan)).toBe(1);
    await given.unsettleOrder(first!.id, BY);
    expect(await look(plan)).toMatchObject({ successors: 0, unknown: 25, pending: 0 });
    await given.settleOrder(first!.id, { bought }, withNewReason());
    const successor = await nextOf(plan);
    await expect(given.unsettleOrder(first!.id, BY)).rejects.toMatchObject({ code: 'wrong_state' });
    await sell(plan, successor, 22);
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('that are withdrawn leave alone what the remainder offers of another order', async () => {
    const plan = await planWith({ steps: CAPPED }, 10);
    const [first] = await sent(plan);
    await sell(plan, first!, 0);
    const second = await nextOf(plan);
    await given.record(plan, answerTo(second, 'unknown'));
    const settle = async (n: number) => {
      const bought = newNumbers(n, second.areaCode!);
      await given.sql('delete from ledger.disputes where order_id = $1', [second.id]);
      await dispute(second.id, bought);
      await given.readList(plan.account, bought);
      return given.settleOrder(second.id, { bought }, BY);
    };
    const follows = async () => {
      const text = 'select follow from ledger.orders where plan_id = $1 order by id';
      return (await given.sql<{ follow: boolean | null }>(text, [plan.id])).map(
        ({ follow }) => follow,
      );
    };
    // The rung has no room any more: the other five are for the remainder.
    await settle(5);
    expect(await open(plan)).toBe(0);
    expect(await follows()).toEqual([null, true]);
    await given.unsettleOrder(second.id, BY);
    await settle(3);
    expect(await open(plan)).toBe(1);
    await given.unsettleOrder(second.id, BY);
    expect(await follows()).toEqual([null, true]);
    await settle(4);
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('that are withdrawn leave alone what the remainder offers of a newer order', async () => {
    const steps = [step(1, '332', { cap: 1 }), step(2, '646'), step(3, '917', { cap: 12 })];
    const plan = await planWith({ steps }, 26);
    const [first, other] = await sent(plan);
    await given.record(plan, answerTo(other!, 'unknown'));
    const bought = newNumbers(1);
    await dispute(other!.id, bought);
    await given.settleOrder(other!.id, { bought }, BY);
    await sell(plan, first!, 0);
    const refused = await nextOf(plan);
    await given.record(plan, answerTo(refused, 'refused'));
    // Of these 24, half are asked for once more. Then all of them are for the remainder.
    await sell(plan, await nextOf(plan), 0);
    await sell(plan, await nextOf(plan), 0);
    expect(await open(plan)).toBe(0);
    await given.retryPlan(plan.id, BY);
    const [again] = await sent(plan);
    await sell(plan, again!, 0);
    expect(await open(plan)).toBe(1);
    const offered = async () => given.remainingNumbers(await look(plan));
    expect(await offered()).toBe(24);
    await given.unsettleOrder(other!.id, BY);
    expect(await offered()).toBe(24);
    await given.settleOrder(other!.id, { bought }, withNewReason());
    expect(await open(plan)).toBe(1);
    expect(await sent(plan)).toMatchObject([{ areaCode: '646', quantity: 1 }]);
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('are not withdrawn while what they ask for cannot go back', async () => {
    const plan = await planWith({}, 10);
    const [first] = await sent(plan);
    await sell(plan, first!, 0);
    expect(await open(plan)).toBe(1);
    // A part of what it lacks is asked for, and the rest is for the remainder.
    const broken = 'update ledger.orders set moved = 4, follow = null where id = $1';
    await given.sql(broken, [first!.id]);
    const text = 'delete from ledger.orders where root = $1';
    const constraint = await given.constraintOf(text, [first!.id]);
    expect(constraint).toBe('orders_lack_returned');
  });

  test('that are settled as nothing are put into the queue again', async () => {
    const plan = await planWith({}, 10);
    const [first] = await sent(plan);
    await sell(plan, first!, 0);
    const second = await nextOf(plan);
    await given.noteSuccessors([second.id], true);
    await given.record(plan, answerTo(second, 'unknown'));
    await given.settleOrder(second.id, { nothing: true }, BY, AGAINST);
    expect(await given.unqueuedSuccessors(plan.id, 9)).toMatchObject([{ id: second.id }]);
  });

  test('are made though more families than one look takes wait for their rung', async () => {
    const steps = [step(1, '332', { cap: 1 })];
    const plan = await planWith({ steps }, 25 * 501);
    for (const order of await sent(plan)) await sell(plan, order, 24);
    expect(await open(plan)).toBe(1);
    const other = await planWith({}, 25);
    const account = 'update ledger.plans set account_id = $2 where id = $1';
    await given.sql(account, [other.id, plan.account.id]);
    const [last] = await given.claim({ ...other, account: plan.account }, other.orders);
    await sell(plan, last!, 5);
    expect((await open(plan)) + (await open(plan))).toBe(1);
    expect(await waiting(other)).toHaveLength(1);
  });

  test('never ask for more than is proven to be lacking', async () => {
    const plan = await planWith({}, 25);
    const insert = (id: number, quantity: number, state = 'waiting') =>
      given.constraintOf(
        `insert into ledger.orders (id, plan_id, line, quantity, state, root, step, queued)
         values ($1, $2, 2, $3, $4, $5, 1, false)`,
        [id, plan.id, quantity, state, plan.orders[0]],
      );
    const next = orderId(plan.id, 2);
    expect(await insert(next, 13)).toBe('orders_successor_proven');
    const [first] = await sent(plan);
    expect(await insert(next, 13)).toBe('orders_successor_proven');
    await sell(plan, first!, 12);
    expect(await insert(next, 14)).toBe('orders_successor_lack');
    expect(await insert(next, 13)).toBe('none');
    expect(await insert(orderId(plan.id, 3), 1)).toBe('orders_successor_proven');
    const back = `update ledger.orders set state = 'unknown' where id = $1`;
    expect(await given.constraintOf(back, [first!.id])).toBe('orders_legal_move');
  });
});
