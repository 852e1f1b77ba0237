import { expect, test } from 'vitest';
import { BY } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line, linesOf, type SmallPlan } from '../../support/plans.ts';
import { answerTo } from '../../support/sending.ts';

describeOnALedger('what a sweep asks the ledger', (given) => {
  const fillable = (plan: SmallPlan) => given.fillablePlans(plan.account.id);
  const idsOf = async (plan: SmallPlan, after: number, limit: number) =>
    (await given.waitingOrders({ id: plan.id, orders: 9 }, after, limit)).map(({ id }) => id);

  test('running plans with orders left, and how many of these are queued', async () => {
    const plan = await given.newPlan({ lines: linesOf(100, 25) });
    const { account } = plan;
    const other = await given.newPlan({ account });
    await given.newPlan({ account, started: false });
    const none = { queuedTo: 0, priorityBase: null, open: 0, unqueued: 0 };
    const whole = { ...none, id: plan.id, orders: 5, left: 5 };
    const second = { ...none, id: other.id, orders: 1, left: 1 };
    expect(await fillable(plan)).toEqual([whole, second]);
    await given.steerPlan(other.id, 'pause', BY);

    await given.letIn(plan.id, 70);
    await given.noteQueued(plan.id, 0, 4);
    const queued = { ...whole, queuedTo: 4, priorityBase: 70 };
    expect(await fillable(plan)).toEqual([{ ...queued, open: 4, left: 1 }]);
    const [first, next] = await given.claim(plan, plan.orders.slice(0, 2));
    expect(await fillable(plan)).toEqual([{ ...queued, open: 4, left: 1 }]);
    await given.recordAnswers(account.id, [answerTo(first!, 'filled'), answerTo(next!, 'unknown')]);
    expect(await fillable(plan)).toEqual([{ ...queued, open: 2, left: 1 }]);

    const rest = await given.claim(plan);
    await given.recordAnswers(
      account.id,
      rest.map((order) => answerTo(order, 'short')),
    );
    expect(await fillable(plan)).toEqual([]);
  });

  test('how many are in flight, of running plans of the account', async () => {
    const plan = await given.newPlan({ lines: linesOf(75) });
    const other = await given.newPlan({ account: plan.account });
    await given.claim(await given.newPlan());
    const [order] = await given.claim(plan, plan.orders.slice(0, 2));
    await given.claim(other);
    const counts = async () => [
      await given.countInFlight(plan.account.id),
      (await given.findPlan(plan.id)).sendingOrders,
    ];
    expect(await counts()).toEqual([3, 2]);
    await given.record(plan, answerTo(order!, 'throttled'));
    expect(await counts()).toEqual([2, 1]);
    await given.steerPlan(other.id, 'pause', BY);
    expect(await counts()).toEqual([1, 1]);
  });

  test('the waiting orders after a place, in the plan’s order, and when they are due', async () => {
    const lines = [
      line({ line: 2, quantity: 50 }),
      line({ line: 3, areaCode: null, type: 'tollfree', quantity: 3 }),
    ];
    const plan = await given.newPlan({ lines });
    const [first, second, third] = plan.orders as [number, number, number];
    // The next plan begins where the ids of this one end.
    await given.newPlan();
    const common = { isAgain: false, waitMs: 0 };
    const local = { ...common, areaCode: '212', type: 'local', quantity: 25 };
    const later = `update ledger.orders set not_before = clock_timestamp() + $2::interval where
      id = $1`;
    await given.sql(later, [third, '10 s']);
    await given.sql(later, [second, '-10 s']);
    const waitMs = expect.toSatisfy((ms: number) => ms > 8_000 && ms <= 10_000);
    expect(await given.waitingOrders({ id: plan.id, orders: 9 }, 0, 10)).toEqual([
      { ...local, id: first },
      { ...local, id: second },
      { ...common, id: third, areaCode: null, type: 'tollfree', quantity: 3, waitMs },
    ]);
    expect(await idsOf(plan, 1, 10)).toEqual([second, third]);
    expect(await idsOf(plan, 0, 2)).toEqual([first, second]);
    await given.claim(plan, [first]);
    expect(await idsOf(plan, 0, 10)).toEqual([second, third]);
    expect(await idsOf(plan, 3, 10)).toEqual([]);
  });

  test('to remember how far a plan is queued, unless that was forgotten meanwhile', async () => {
    const plan = await given.newPlan({ lines: linesOf(100) });
    await given.letIn(plan.id, 10);
    await given.noteQueued(plan.id, 0, 2);
    await given.letIn(plan.id, 99);
    await given.noteQueued(plan.id, 2, 3);
    expect(await fillable(plan)).toMatchObject([{ queuedTo: 3, priorityBase: 10 }]);
    await given.forgetQueued(plan.account.id);
    await given.noteQueued(plan.id, 3, 4);
    expect(await fillable(plan)).toMatchObject([{ queuedTo: 0, priorityBase: 10, left: 4 }]);
  });
});
