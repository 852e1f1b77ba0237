import { expect, test } from 'vitest';
import type { Account } from '../../src/ledger/index.ts';
import { lookForLost, suspectNewPlans } from '../../src/maintenance/look-for-lost.ts';
import { reconcile } from '../../src/maintenance/reconcile.ts';
import { BY } from '../support/by.ts';
import { step } from '../support/ladder-plan.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import type { SmallPlan } from '../support/plans.ts';
import { newNumbers } from '../support/sending.ts';

describeOnALedger('what a lost successor may have bought', (given) => {
  const planOf = (account: Account, ...codes: string[]) =>
    given.ladderPlan({ account, quantities: [10], steps: codes.map((c) => step(1, c)) });

  /** The ledger goes back. The list shows ten numbers in 646 then, and nothing remembers whose. */
  const lose = async (account: Account) => {
    const old = newNumbers(1, '415');
    await given.readList(account, old);
    const list = [...old, ...newNumbers(10, '646')];
    await given.moveOn();
    const looking = given.reconcilingBy({ account }, () => list, { listLagMs: 0, mode: 'propose' });
    expect(await lookForLost(looking)).toBeNull();
    await given.vouchNow({ account });
    return looking;
  };
  const resume = ({ name }: Account) => given.changeAccount(name, { resume: true }, BY);

  /** A person settles the order as nothing, and that is true: the list speaks for it. */
  const settle = async (
    plan: SmallPlan,
    order: number,
    looking: Awaited<ReturnType<typeof lose>>,
  ) => {
    expect(await given.orderRow(order)).toMatchObject({ state: 'unknown' });
    await reconcile(looking);
    const settled = await given.settleOrder(order, { nothing: true }, BY);
    expect(settled).toMatchObject({ state: 'short', bought: 0 });
    await resume(plan.account);
  };

  test('is not bought once more by any step of the ladder', async () => {
    const plan = await planOf(await given.newAccount(), '332', '646');
    const looking = await lose(plan.account);
    const paused = async () => (await given.ground(plan)).pausedReason;
    expect(await paused()).toMatch(/owns 10 numbers .* 1 waiting order may have bought them/);
    for (const order of [0, 1].map((generation) => plan.orders[0]! + generation)) {
      await settle(plan, order, looking);
      await given.goOn(plan);
      await suspectNewPlans(looking);
      expect(await paused()).toContain('owns 10 numbers');
      expect(await given.sendWaiting(plan)).toEqual([]);
    }
    // The one in 646 itself: the list decides what it bought.
    await resume(plan.account);
    await reconcile({ ...looking, mode: 'auto' });
    expect(await given.findPlan(plan.id)).toMatchObject({ bought: 10, unknown: 0, pending: 0 });
  });

  test('is not bought where the ledger knows the first step, and has lost the second', async () => {
    const plan = await planOf(await given.newAccount(), '332', '646');
    await given.sendOne(plan, 'short');
    await given.goOn(plan);
    await lose(plan.account);
    await resume(plan.account);
    expect(await given.sendWaiting(plan)).toEqual([]);
  });

  test('is not offered by the remainder of its plan once that is cancelled', async () => {
    const plan = await planOf(await given.newAccount(), '332', '646');
    const looking = await lose(plan.account);
    await settle(plan, plan.orders[0]!, looking);
    await given.steerPlan(plan.id, 'cancel', BY);
    await given.goOn(plan);
    expect(await given.findPlan(plan.id)).toMatchObject({ state: 'cancelled', short: 10 });
    expect((await given.textOf(plan, 'remainder.csv')).trim().split('\n')).toHaveLength(1);
  });

  test('is not bought by the lost plan itself when it is submitted again', async () => {
    const account = await given.newAccount();
    const looking = await lose(account);
    await resume(account);
    const plan = await planOf(account, '646');
    await suspectNewPlans(looking);
    expect(await given.sendWaiting(plan)).toEqual([]);
    expect((await given.ground(plan)).pausedReason).toContain('1 waiting order');
  });

  test('is not bought by a retry of the order that it followed', async () => {
    const plan = await planOf(await given.newAccount(), '646');
    await given.sendOne(plan, 'refused');
    await lose(plan.account);
    await resume(plan.account);
    await given.retryPlan(plan.id, BY);
    expect(await given.sendWaiting(plan)).toEqual([]);
  });
});
