import { expect, test } from 'vitest';
import { BY } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../../support/plans.ts';

describeOnALedger('orders of a stopped plan that may still be in the queue', (given) => {
  const find = ({ account }: SmallPlan, limit = 2) => given.findStoppedJobs(account.id, limit);

  /** Four orders, three of which are in the queue. */
  async function queuedPlan(): Promise<SmallPlan> {
    const plan = await given.newPlan({ lines: linesOf(100) });
    await given.noteQueued(plan.id, 0, 3);
    return plan;
  }

  test('are found from the last one on until they are removed, without those sent', async () => {
    const plan = await queuedPlan();
    expect(await find(plan), 'the plan runs').toBeUndefined();
    await given.claim(plan, [plan.orders[1]!]);
    await given.steerPlan(plan.id, 'pause', BY);
    const [first, , third] = plan.orders as [number, number, number];
    const last = { planId: plan.id, from: 1, to: 3, orderIds: [third] };
    expect([await find(plan), await find(plan)]).toEqual([last, last]);
    await given.noteJobsRemoved(last);
    const rest = { planId: plan.id, from: 0, to: 1, orderIds: [first] };
    expect(await find(plan)).toEqual(rest);
    await given.noteJobsRemoved(rest);
    expect(await find(plan)).toBeUndefined();
  });

  test('are also those that were put in as the plan was stopped', async () => {
    const plan = await queuedPlan();
    await given.steerPlan(plan.id, 'pause', BY);
    await given.noteJobsRemoved((await find(plan, 100))!);
    expect(await given.noteQueued(plan.id, 3, 4), 'goes on').toBe(false);
    expect(await find(plan, 100)).toMatchObject({ orderIds: plan.orders });
  });

  test('are found of a plan that was cancelled, too', async () => {
    const plan = await queuedPlan();
    await given.steerPlan(plan.id, 'cancel', BY);
    await given.endPlans(plan.account.id);
    expect(await find(plan, 100)).toMatchObject({ orderIds: plan.orders.slice(0, 3) });
  });

  test('are put in again when the plan was resumed while they were taken out', async () => {
    const plan = await queuedPlan();
    await given.steerPlan(plan.id, 'pause', BY);
    const some = (await find(plan))!;
    await given.steerPlan(plan.id, 'resume', BY);
    await given.noteQueued(plan.id, some.to, 4);
    await given.noteJobsRemoved(some);
    expect(await given.fillablePlans(plan.account.id)).toMatchObject([{ queuedTo: some.from }]);
  });
});
