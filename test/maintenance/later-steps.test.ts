import { expect, test } from 'vitest';
import {
  type Account,
  changeAccount,
  findPlan,
  retryPlan,
  settleOrder,
  steerPlan,
} from '../../src/ledger/index.ts';
import { lookForLost, suspectNewPlans } from '../../src/maintenance/look-for-lost.ts';
import { reconcile } from '../../src/maintenance/reconcile.ts';
import { textOf } from '../report/reported-plan.ts';
import { BY } from '../support/by.ts';
import { goOn, ladderPlan, sendWaiting, step } from '../support/ladder-plan.ts';
import { orderRow } from '../support/ledger.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { newAccount, type SmallPlan } from '../support/plans.ts';
import { reconcilingBy } from '../support/reconciling.ts';
import { newNumbers, readList, sendOne } from '../support/sending.ts';
import { ground, moveOn, vouchNow } from '../vouch/vouching.ts';

describeOnALedger('what a lost successor may have bought', (given) => {
  const planOf = (account: Account, ...codes: string[]) =>
    ladderPlan(given.ledger, { account, quantities: [10], steps: codes.map((c) => step(1, c)) });

  /** The ledger goes back. The list shows ten numbers in 646 then, and nothing remembers whose. */
  const lose = async (account: Account) => {
    const { ledger } = given;
    const old = newNumbers(1, '415');
    await readList(ledger, account, old);
    const list = [...old, ...newNumbers(10, '646')];
    await moveOn(ledger);
    const looking = reconcilingBy(ledger, { account }, () => list, {
      listLagMs: 0,
      mode: 'propose',
    });
    expect(await lookForLost(looking)).toBeNull();
    await vouchNow(ledger, { account });
    return looking;
  };
  const resume = ({ name }: Account) => changeAccount(given.ledger, name, { resume: true }, BY);

  /** A person settles the order as nothing, and that is true: the list speaks for it. */
  const settle = async (
    plan: SmallPlan,
    order: number,
    looking: Awaited<ReturnType<typeof lose>>,
  ) => {
    expect(await orderRow(given.ledger, order)).toMatchObject({ state: 'unknown' });
    await reconcile(looking);
    const settled = await settleOrder(given.ledger, order, { nothing: true }, BY);
    expect(settled).toMatchObject({ state: 'short', bought: 0 });
    await resume(plan.account);
  };

  test('is not bought once more by any step of the ladder', async () => {
    const { ledger } = given;
    const plan = await planOf(await newAccount(ledger), '332', '646');
    const looking = await lose(plan.account);
    const paused = async () => (await ground(ledger, plan)).pausedReason;
    expect(await paused()).toMatch(/owns 10 numbers .* 1 waiting order may have bought them/);
    for (const order of [0, 1].map((generation) => plan.orders[0]! + generation)) {
      await settle(plan, order, looking);
      await goOn(ledger, plan);
      await suspectNewPlans(looking);
      expect(await paused()).toContain('owns 10 numbers');
      expect(await sendWaiting(ledger, plan)).toEqual([]);
    }
    // The one in 646 itself: the list decides what it bought.
    await resume(plan.account);
    await reconcile({ ...looking, mode: 'auto' });
    expect(await findPlan(ledger, plan.id)).toMatchObject({ bought: 10, unknown: 0, pending: 0 });
  });

  test('is not bought where the ledger knows the first step, and has lost the second', async () => {
    const { ledger } = given;
    const plan = await planOf(await newAccount(ledger), '332', '646');
    await sendOne(ledger, plan, 'short');
    await goOn(ledger, plan);
    await lose(plan.account);
    await resume(plan.account);
    expect(await sendWaiting(ledger, plan)).toEqual([]);
  });

  test('is not offered by the remainder of its plan once that is cancelled', async () => {
    const { ledger } = given;
    const plan = await planOf(await newAccount(ledger), '332', '646');
    const looking = await lose(plan.account);
    await settle(plan, plan.orders[0]!, looking);
    await steerPlan(ledger, plan.id, 'cancel', BY);
    await goOn(ledger, plan);
    expect(await findPlan(ledger, plan.id)).toMatchObject({ state: 'cancelled', short: 10 });
    expect((await textOf(ledger, plan, 'remainder.csv')).trim().split('\n')).toHaveLength(1);
  });

  test('is not bought by the lost plan itself when it is submitted again', async () => {
    const { ledger } = given;
    const account = await newAccount(ledger);
    const looking = await lose(account);
    await resume(account);
    const plan = await planOf(account, '646');
    await suspectNewPlans(looking);
    expect(await sendWaiting(ledger, plan)).toEqual([]);
    expect((await ground(ledger, plan)).pausedReason).toContain('1 waiting order');
  });

  test('is not bought by a retry of the order that it followed', async () => {
    const { ledger } = given;
    const plan = await planOf(await newAccount(ledger), '646');
    await sendOne(ledger, plan, 'refused');
    await lose(plan.account);
    await resume(plan.account);
    await retryPlan(ledger, plan.id, BY);
    expect(await sendWaiting(ledger, plan)).toEqual([]);
  });
});
