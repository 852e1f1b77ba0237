import { expect, test } from 'vitest';
import type { Step } from '../../../src/fallback/index.ts';
import {
  type ClaimedOrder,
  closeLines,
  endPlans,
  findPlan,
  noteSuccessors,
  openSuccessors,
  orderId,
  planEvents,
  recordAnswers,
  settleOrder,
  unqueuedSuccessors,
  unsettleOrder,
} from '../../../src/ledger/index.ts';
import { takeDueLines } from '../../../src/ledger/successors/standing.ts';
import { makeDue } from '../../support/ladder-plan.ts';
import {
  allLines,
  answerTo,
  breachesOf,
  brokenConstraint,
  claim,
  line,
  newNumbers,
  newPlan,
  type SmallPlan,
  sql,
} from '../../support/ledger.ts';
import { describeOnBothDrivers } from '../../support/ledger-drivers.ts';

const FALLBACK = 'overlay:10 to:202';
const step = (rung: number, areaCode: string, more: Partial<Step> = {}): Step => ({
  rung,
  name: 'overlay',
  areaCode,
  type: 'local',
  miles: 1.5,
  cap: null,
  ...more,
});
const STEPS = [step(1, '332'), step(1, '646'), step(2, '202', { name: 'to:202' })];
/** Tried again from the line's own area code alone. */
const ITS_OWN = { steps: [], keepTrying: '3d', fallback: 'to:202' };
const BY = { who: 'Ada', why: 'counted' };
const AGAINST = { againstEvidence: true };

describeOnBothDrivers('successor orders', (given) => {
  const planWith = (
    { steps = STEPS, keepTrying = null as string | null, fallback = FALLBACK } = {},
    ...quantities: number[]
  ) => {
    const lines = quantities.map((quantity, at) =>
      line({ line: at + 2, quantity, fallback, keepTrying }),
    );
    const ladders = [{ type: 'local' as const, areaCode: '212', fallback, steps }];
    return newPlan(given.ledger, { lines, ladders });
  };
  const open = (plan: SmallPlan, everyMs = 3_600_000) =>
    openSuccessors(given.ledger, plan.account.id, everyMs);
  const end = (plan: SmallPlan) => endPlans(given.ledger, plan.account.id);
  const look = (plan: SmallPlan) => findPlan(given.ledger, plan.id);
  const waiting = async (plan: SmallPlan) => {
    const text = `select id from ledger.orders where plan_id = $1 and state = 'waiting' order by 1`;
    return (await sql<{ id: number }>(given.ledger, text, [plan.id])).map(({ id }) => id);
  };
  const sent = async (plan: SmallPlan) => claim(given.ledger, plan, await waiting(plan));
  /** The vendor sells the order so many, and no more. */
  const sell = (plan: SmallPlan, order: ClaimedOrder, n: number) =>
    recordAnswers(given.ledger, plan.account.id, [
      answerTo(order, n === order.quantity ? 'filled' : 'short', { numbers: newNumbers(n) }),
    ]);
  const nextOf = async (plan: SmallPlan) => {
    await open(plan);
    const [order] = await sent(plan);
    if (!order) throw new Error('No successor waits.');
    return order;
  };

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
    expect(await breachesOf(given.ledger, plan.id)).toEqual([]);
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
    const [result] = await allLines(given.ledger, plan.id);
    expect(result).toMatchObject({ requested: 30, bought: 6, substituted: 6, short: 24 });
    expect(await breachesOf(given.ledger, plan.id)).toEqual([]);
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
    expect(await breachesOf(given.ledger, plan.id)).toEqual([]);
  });

  test('are not made while an order of the line is unknown', async () => {
    const plan = await planWith({}, 50);
    const [first, second] = await sent(plan);
    await sell(plan, first!, 5);
    await recordAnswers(given.ledger, plan.account.id, [answerTo(second!, 'unknown')]);
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', short: 20, unknown: 25 });
    await settleOrder(given.ledger, second!.id, { bought: newNumbers(25) }, BY, AGAINST);
    expect(await open(plan)).toBe(1);
    expect(await look(plan)).toMatchObject({ state: 'running', pending: 20, short: 0 });
    expect(await breachesOf(given.ledger, plan.id)).toEqual([]);
  });

  test('are withdrawn when the order before them is in doubt again', async () => {
    const plan = await planWith({}, 25);
    const [first] = await sent(plan);
    await recordAnswers(given.ledger, plan.account.id, [answerTo(first!, 'unknown')]);
    const bought = newNumbers(3);
    await sql(
      given.ledger,
      `insert into ledger.disputes (order_id, number) select $1, n from unnest($2::bigint[]) n`,
      [first!.id, bought],
    );
    await settleOrder(given.ledger, first!.id, { bought }, BY);
    expect(await open(plan)).toBe(1);
    await unsettleOrder(given.ledger, first!.id, BY);
    expect(await look(plan)).toMatchObject({ successors: 0, unknown: 25, pending: 0 });
    await settleOrder(given.ledger, first!.id, { bought }, BY);
    const successor = await nextOf(plan);
    await expect(unsettleOrder(given.ledger, first!.id, BY)).rejects.toMatchObject({
      code: 'wrong_state',
    });
    await sell(plan, successor, 22);
    expect(await breachesOf(given.ledger, plan.id)).toEqual([]);
  });

  test('of a standing line are tried again until its time is over', async () => {
    const plan = await planWith(ITS_OWN, 10);
    const [first] = await sent(plan);
    await sell(plan, first!, 1);
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'standing', short: 9, endedAt: null });
    expect(await open(plan)).toBe(0);
    await sql(given.ledger, 'update ledger.standing set next_at = ledger.now()');
    const again = await nextOf(plan);
    expect(again).toMatchObject({ areaCode: '212', quantity: 9 });
    await sell(plan, again, 4);
    await open(plan);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'standing', bought: 5, substituted: 0 });
    const over = 'update ledger.standing set until = ledger.now(), next_at = ledger.now()';
    await sql(given.ledger, over);
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', short: 5 });
    expect(await breachesOf(given.ledger, plan.id)).toEqual([]);
  });

  test('of a try whose time is over are withdrawn, also after an interruption', async () => {
    const plan = await planWith(ITS_OWN, 10);
    const [first] = await sent(plan);
    await sell(plan, first!, 1);
    await open(plan);
    await end(plan);
    await makeDue(given.ledger, plan);
    expect(await waiting(plan)).toHaveLength(1);
    const over = 'update ledger.standing set until = ledger.now(), next_at = ledger.now()';
    await sql(given.ledger, over);
    // A worker is killed between this and the withdrawal.
    expect(await takeDueLines(given.ledger, plan.account.id, 1_000)).toHaveLength(1);
    await sql(
      given.ledger,
      `update ledger.standing set next_at = ledger.now()
       where plan_id = $1 and next_at < 'infinity'`,
      [plan.id],
    );
    await open(plan);
    expect(await waiting(plan)).toEqual([]);
    const looks = `select 1 from ledger.standing where plan_id = $1 and next_at < 'infinity'`;
    await open(plan);
    expect(await sql(given.ledger, looks, [plan.id])).toEqual([]);
  });

  test('that are settled as nothing are put into the queue again', async () => {
    const plan = await planWith({}, 10);
    const [first] = await sent(plan);
    await sell(plan, first!, 0);
    const second = await nextOf(plan);
    await noteSuccessors(given.ledger, [second.id], true);
    await recordAnswers(given.ledger, plan.account.id, [answerTo(second, 'unknown')]);
    await settleOrder(given.ledger, second.id, { nothing: true }, BY, AGAINST);
    expect(await unqueuedSuccessors(given.ledger, plan.id, 9)).toMatchObject([{ id: second.id }]);
  });

  test('are made though more families than one look takes wait for their rung', async () => {
    const steps = [step(1, '332', { cap: 1 })];
    const plan = await planWith({ steps }, 25 * 501);
    for (const order of await sent(plan)) await sell(plan, order, 24);
    expect(await open(plan)).toBe(1);
    const other = await planWith({}, 25);
    const account = 'update ledger.plans set account_id = $2 where id = $1';
    await sql(given.ledger, account, [other.id, plan.account.id]);
    const [last] = await claim(given.ledger, { ...other, account: plan.account }, other.orders);
    await sell(plan, last!, 5);
    expect((await open(plan)) + (await open(plan))).toBe(1);
    expect(await waiting(other)).toHaveLength(1);
  });

  test('end a standing line that is filled', async () => {
    const plan = await planWith(ITS_OWN, 10);
    const [first] = await sent(plan);
    await sell(plan, first!, 1);
    await open(plan);
    await end(plan);
    await sql(given.ledger, 'update ledger.standing set next_at = ledger.now()');
    await sell(plan, await nextOf(plan), 9);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', bought: 10 });
  });

  test('of a try that was not sent are withdrawn when a person closes the line', async () => {
    const plan = await planWith({ keepTrying: '3d' }, 10);
    for (let at = 0; at <= STEPS.length; at++) {
      for (const order of await sent(plan)) await sell(plan, order, 0);
      await open(plan);
    }
    await end(plan);
    await makeDue(given.ledger, plan);
    expect(await waiting(plan)).toHaveLength(1);
    await closeLines(given.ledger, plan.id, null, BY);
    expect(await waiting(plan)).toEqual([]);
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', short: 10 });
    expect(await breachesOf(given.ledger, plan.id)).toEqual([]);
  });

  test('of a try go no further down the ladder once the line is closed', async () => {
    const plan = await planWith({ keepTrying: '3d' }, 10);
    for (let at = 0; at <= STEPS.length; at++) {
      for (const order of await sent(plan)) await sell(plan, order, 0);
      await open(plan);
    }
    await makeDue(given.ledger, plan);
    const [tried] = await sent(plan);
    await closeLines(given.ledger, plan.id, null, BY);
    await sell(plan, tried!, 1);
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', bought: 1, short: 9 });
  });

  test('of a finished plan may be closed while an unknown order may bring them', async () => {
    const plan = await planWith(ITS_OWN, 10);
    const [first] = await sent(plan);
    await recordAnswers(given.ledger, plan.account.id, [answerTo(first!, 'unknown')]);
    await end(plan);
    await closeLines(given.ledger, plan.id, null, BY);
    await settleOrder(given.ledger, first!.id, { bought: newNumbers(3) }, BY, AGAINST);
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', bought: 3, short: 7 });
  });

  test('end where the ids of the plan end, which an event tells once', async () => {
    const plan = await planWith(ITS_OWN, 10, 10);
    const [first, second] = await sent(plan);
    // As of a plan of so many orders whose ladders are long.
    const grow = `insert into ledger.orders (id, plan_id, line, quantity, state, root, step, queued)
      select $1, $2, line, 1, 'waiting', $3, 0, true from ledger.orders where id = $3`;
    await sell(plan, first!, 1);
    await sql(given.ledger, grow, [orderId(plan.id, 9_999_999), plan.id, first!.id]);
    await sell(plan, second!, 10);
    const [late] = await sent(plan);
    await sell(plan, late!, 0);
    expect(await open(plan)).toBe(0);
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', short: 9 });
    const events = await planEvents(given.ledger, plan.id);
    const told = events.filter(({ kind }) => kind === 'plan_full');
    expect(told).toMatchObject([{ who: 'sweep', why: expect.stringContaining('no room') }]);
  });

  test('never ask for more than is proven to be lacking', async () => {
    const plan = await planWith({}, 25);
    const insert = (id: number, quantity: number, state = 'waiting') =>
      brokenConstraint(
        sql(
          given.ledger,
          `insert into ledger.orders (id, plan_id, line, quantity, state, root, step, queued)
           values ($1, $2, 2, $3, $4, $5, 1, false)`,
          [id, plan.id, quantity, state, plan.orders[0]],
        ),
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
    expect(await brokenConstraint(sql(given.ledger, back, [first!.id]))).toBe('orders_legal_move');
  });
});
