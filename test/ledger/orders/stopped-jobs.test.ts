import { expect, test } from 'vitest';
import {
  endPlans,
  fillablePlans,
  giveBackStoppedJobs,
  noteJobsRemoved,
  noteQueued,
  type StoppedJobs,
  steerPlan,
  takeStoppedJobs,
} from '../../../src/ledger/index.ts';
import { claim, linesOf, newPlan, type SmallPlan } from '../../support/ledger.ts';
import { describeOnBothDrivers } from '../../support/ledger-drivers.ts';

const BY = { who: 'Ada' };

describeOnBothDrivers('orders of a stopped plan that may still be in the queue', (given) => {
  const take = ({ account }: SmallPlan, limit = 2) =>
    takeStoppedJobs(given.ledger, account.id, limit);

  /** Four orders, three of which are in the queue. */
  async function queuedPlan(): Promise<SmallPlan> {
    const plan = await newPlan(given.ledger, { lines: linesOf(100) });
    await noteQueued(given.ledger, plan.id, 0, 3, 1);
    return plan;
  }

  test('are taken from the last one on, each once, without those being sent', async () => {
    const plan = await queuedPlan();
    expect(await take(plan), 'the plan runs').toBeUndefined();
    await claim(given.ledger, plan, [plan.orders[1]!]);
    await steerPlan(given.ledger, plan.id, 'pause', BY);
    const [first, , third] = plan.orders;
    expect(await take(plan)).toEqual({ planId: plan.id, from: 1, to: 3, orderIds: [third] });
    expect(await take(plan)).toEqual({ planId: plan.id, from: 0, to: 1, orderIds: [first] });
    expect(await take(plan)).toBeUndefined();
  });

  test('are taken by several at once, none of them twice', async () => {
    const plan = await queuedPlan();
    await steerPlan(given.ledger, plan.id, 'pause', BY);
    const taken = await Promise.all(Array.from({ length: 5 }, () => take(plan, 1)));
    const ids = taken.flatMap((some) => some?.orderIds ?? []);
    expect(ids.sort()).toEqual(plan.orders.slice(0, 3));
  });

  test('are also those that were put in as the plan was stopped', async () => {
    const plan = await queuedPlan();
    await steerPlan(given.ledger, plan.id, 'pause', BY);
    await take(plan, 100);
    expect(await noteQueued(given.ledger, plan.id, 3, 4, 1), 'goes on').toBe(false);
    expect(await take(plan, 100)).toMatchObject({ orderIds: plan.orders });
  });

  test('are taken of a plan that was cancelled, too', async () => {
    const plan = await queuedPlan();
    await steerPlan(given.ledger, plan.id, 'cancel', BY);
    await endPlans(given.ledger, plan.account.id);
    expect(await take(plan, 100)).toMatchObject({ orderIds: plan.orders.slice(0, 3) });
  });

  test('can be taken again when they are given back', async () => {
    const plan = await queuedPlan();
    await steerPlan(given.ledger, plan.id, 'pause', BY);
    const some = (await take(plan)) as StoppedJobs;
    await giveBackStoppedJobs(given.ledger, some);
    expect(await take(plan)).toEqual(some);
  });

  test('are put in again when the plan was resumed while they were taken out', async () => {
    const plan = await queuedPlan();
    await steerPlan(given.ledger, plan.id, 'pause', BY);
    const some = (await take(plan)) as StoppedJobs;
    await steerPlan(given.ledger, plan.id, 'resume', BY);
    await noteQueued(given.ledger, plan.id, some.from, 4, 1);
    await giveBackStoppedJobs(given.ledger, { ...some, to: 100 });
    const queued = async () => (await fillablePlans(given.ledger, plan.account.id))[0]?.queuedTo;
    expect(await queued(), 'it is being put in, nothing is given back').toBe(4);
    await noteJobsRemoved(given.ledger, some);
    expect(await queued()).toBe(some.from);
  });
});
