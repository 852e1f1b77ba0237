import { expect, test } from 'vitest';
import type { Step } from '../../../src/fallback/index.ts';
import { type ClaimedOrder, doubtOrders, orderId } from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { step } from '../../support/ladder-plan.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import type { SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';

const HOUR_MS = 3_600_000;

function steps(cap: number | null, ...areaCodes: string[]): Step[] {
  const name = `to:${areaCodes.join('+')}`;
  return areaCodes.map((areaCode) => step(1, areaCode, { name, cap }));
}

describeOnALedger('a family of orders in doubt', (given) => {
  const planOf = (steps: Step[], quantity: number, keepTrying: string | null = null) =>
    given.ladderPlan({ steps, quantities: [quantity], keepTrying });
  const open = (plan: SmallPlan) => given.openSuccessors(plan.account.id, HOUR_MS);
  const end = (plan: SmallPlan) => given.endPlans(plan.account.id);
  const place = (plan: SmallPlan) => (ordinal: number) => orderId(plan.id, ordinal);
  const send = async (plan: SmallPlan, ...ordinals: number[]) =>
    given.claim(plan, ordinals.map(place(plan)));
  const answer = (
    plan: SmallPlan,
    order: ClaimedOrder,
    said: 'short' | 'refused' | 'unknown',
    n = 0,
  ) => given.record(plan, answerTo(order, said, { numbers: newNumbers(n) }));
  const doubt = ({ account }: SmallPlan, id: number, attempt: number | null) =>
    given.ledger.transaction((tx) =>
      doubtOrders(tx, {
        ...{ accountId: account.id, lost: [{ orderId: id, attempt }] },
        ...{ deadlineMs: 0, what: 'it may have been sent' },
      }),
    );
  /** Unknown, and then settled by what the list shows, which nothing speaks against. */
  const settleByList = async (plan: SmallPlan, order: ClaimedOrder, n: number) => {
    await answer(plan, order, 'unknown');
    const bought = newNumbers(n, order.areaCode!);
    await given.readList(plan.account, bought);
    await given.settleOrder(order.id, { bought }, BY);
  };

  test('has no successor to be sent, whichever member is in doubt again', async () => {
    const plan = await planOf(steps(4, '332', '646'), 10);
    const [first] = await send(plan, 1);
    await answer(plan, first!, 'short');
    await open(plan);
    const [second] = await send(plan, 2);
    await settleByList(plan, second!, 1);
    // It asks for what the first order lacks: the cap leaves three of nine.
    expect(await open(plan)).toBe(1);
    expect(await given.findPlan(plan.id)).toMatchObject({ successors: 2, pending: 3 });
    await given.unsettleOrder(second!.id, BY);
    expect(await given.findPlan(plan.id)).toMatchObject({ successors: 1, pending: 0 });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('leaves no room in its rung while a person may try it again', async () => {
    const plan = await planOf(steps(10, '332'), 50);
    const [first, second] = await send(plan, 1, 2);
    await answer(plan, first!, 'short', 15);
    expect(await open(plan)).toBe(1);
    const [third] = await send(plan, 3);
    await answer(plan, third!, 'refused');
    await answer(plan, second!, 'short', 20);
    expect(await open(plan)).toBe(0);
    expect(await given.retryPlan(plan.id, BY)).toBe(1);
  });

  test('goes on without what was refused, which a person may send again', async () => {
    const plan = await planOf(steps(5, '332').concat(steps(null, '646').map(inRung2)), 25);
    const [first] = await send(plan, 1);
    await answer(plan, first!, 'short', 10);
    await open(plan);
    const [capped] = await send(plan, 2);
    await answer(plan, capped!, 'refused');
    expect(await open(plan)).toBe(1);
    const [third] = await send(plan, 3);
    expect(third).toMatchObject({ areaCode: '646', quantity: 10 });
    expect(await given.retryPlan(plan.id, BY)).toBe(1);
    // While it may be sent again, nothing more is made.
    await answer(plan, third!, 'short', 4);
    expect(await open(plan)).toBe(0);
    const [again] = await send(plan, 2);
    await answer(plan, again!, 'short', 2);
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await given.findPlan(plan.id)).toMatchObject({
      ...{ state: 'finished', bought: 16, short: 9 },
    });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });
  const inRung2 = (step: Step): Step => ({ ...step, rung: 2 });

  test('of a cancelled plan is in doubt again, when its successor was never sent', async () => {
    const plan = await planOf(steps(null, '332'), 10);
    const [first] = await send(plan, 1);
    await settleByList(plan, first!, 4);
    expect(await open(plan)).toBe(1);
    await given.steerPlan(plan.id, 'cancel', BY);
    await end(plan);
    expect(await given.findPlan(plan.id)).toMatchObject({ cancelled: 6, short: 0 });
    await given.unsettleOrder(first!.id, BY);
    expect(await given.findPlan(plan.id)).toMatchObject({
      ...{ state: 'cancelled', cancelled: 0, unknown: 10, successors: 0 },
    });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('asks for the steps behind a refused order that was sent again', async () => {
    const ladder = [...steps(5, '332'), ...steps(null, '646').map(inRung2)];
    const plan = await planOf(ladder, 10);
    const [first] = await send(plan, 1);
    await answer(plan, first!, 'short');
    await open(plan);
    const [refused] = await send(plan, 2);
    await answer(plan, refused!, 'refused');
    await open(plan);
    const [third] = await send(plan, 3);
    expect(third).toMatchObject({ areaCode: '646', quantity: 5 });
    await answer(plan, third!, 'short', 4);
    await open(plan);
    await given.retryPlan(plan.id, BY);
    const [again] = await send(plan, 2);
    await answer(plan, again!, 'short');
    expect(await open(plan)).toBe(1);
    // Of the next three places, the one that means the second step.
    const [fourth] = await send(plan, 6);
    expect(fourth).toMatchObject({ areaCode: '646', quantity: 5 });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('withdraws what was not sent when the vendor names more numbers for it', async () => {
    const plan = await planOf(steps(null, '332'), 10);
    const [first] = await send(plan, 1);
    await answer(plan, first!, 'short', 4);
    expect(await open(plan)).toBe(1);
    const surplus = 'insert into ledger.disputes (order_id, number) values ($1, 2125550199)';
    await given.sql(surplus, [first!.id]);
    expect(await given.doubtFinal(plan.account.id)).toEqual([]);
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await given.findPlan(plan.id)).toMatchObject({
      ...{ state: 'finished', successors: 0, short: 6 },
    });
    // One of the six may have been bought.
    expect([...(await given.withheldNumbers(plan.id))]).toEqual([[2, 1]]);
  });

  test('withholds what is surplus of a family, though the lack has moved', async () => {
    const plan = await planOf(steps(null, '332'), 10);
    const [first] = await send(plan, 1);
    await answer(plan, first!, 'short', 3);
    await open(plan);
    const [second] = await send(plan, 2);
    const surplus = `insert into ledger.disputes (order_id, number)
      select $1, 2125550100 + n from generate_series(1, 7) n`;
    await given.sql(surplus, [first!.id]);
    await answer(plan, second!, 'short', 2);
    await open(plan);
    expect([...(await given.withheldNumbers(plan.id))]).toEqual([[2, 5]]);
  });

  test('has nothing sent for its line when another order of it is in doubt again', async () => {
    const plan = await planOf(steps(5, '332'), 50);
    const [first, second] = await send(plan, 1, 2);
    await answer(plan, first!, 'short', 20);
    await open(plan);
    const [capped] = await send(plan, 3);
    await settleByList(plan, capped!, 2);
    await answer(plan, second!, 'short', 20);
    expect(await open(plan)).toBe(1);
    await given.unsettleOrder(capped!.id, BY);
    // The cap has no room any more: all five may have been bought.
    expect(await given.findPlan(plan.id)).toMatchObject({ successors: 1, pending: 0 });
    expect(await open(plan)).toBe(0);
  });

  test('asks for nothing more when a later attempt of one that stays short is found', async () => {
    const ladder = steps(10, '332').concat(steps(null, '646').map(inRung2));
    const plan = await planOf(ladder, 25);
    const [first] = await send(plan, 1);
    await answer(plan, first!, 'short', 5);
    await open(plan);
    const [second] = await send(plan, 2);
    await answer(plan, second!, 'short', 4);
    expect(await open(plan)).toBe(1);
    expect(await doubt(plan, first!.id, 2)).toEqual([first!.id]);
    expect(await doubt(plan, first!.id, 2)).toEqual([]);
    expect(await given.findPlan(plan.id)).toMatchObject({ successors: 1, pending: 0 });
    expect(await open(plan)).toBe(0);
    // The later attempt may have bought the 20 that the first one lacked.
    expect([...(await given.withheldNumbers(plan.id)).values()]).toEqual([16]);
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('lets its plan stand, although the plan had ended meanwhile', async () => {
    const plan = await planOf([], 50, '3d');
    const [first, second] = await send(plan, 1, 2);
    await answer(plan, first!, 'short', 5);
    await answer(plan, second!, 'unknown');
    await open(plan);
    await end(plan);
    expect((await given.findPlan(plan.id)).state).toBe('finished');
    await given.settleOrder(second!.id, { bought: newNumbers(25) }, BY, { againstEvidence: true });
    await open(plan);
    await end(plan);
    expect((await given.findPlan(plan.id)).state).toBe('standing');
    await given.sql('update ledger.standing set next_at = ledger.now()');
    expect(await open(plan)).toBe(1);
  });

  test('is suspected once of what was lost, and not again after it was settled', async () => {
    const plan = await planOf(steps(null, '332'), 10);
    const [first] = await send(plan, 1);
    await answer(plan, first!, 'short');
    await open(plan);
    const suspects = () => given.waitingThatFit(plan.account.id, ['3325550001'], 'new');
    const successor = place(plan)(2);
    expect(await suspects()).toMatchObject([{ order: successor }]);
    await doubt(plan, successor, null);
    await given.settleOrder(successor, { nothing: true }, BY, { againstEvidence: true });
    expect((await given.orderRow(successor)).state).toBe('waiting');
    expect(await suspects()).toEqual([]);
  });

  test('is not suspected any more once it is claimed: its own answer counts', async () => {
    const plan = await planOf([], 10);
    const [first] = await send(plan, 1);
    expect(await doubt(plan, first!.id, null)).toEqual([]);
    await answer(plan, first!, 'short');
    expect(await given.orderRow(first!.id)).toMatchObject({ state: 'short', attempts: 1 });
  });
});
