/**
 * Two servers apply an ACCOUNTS_FILE at the same moment, as after an edit of it; or one does, while
 * a claim is under way.
 */
import { expect, test } from 'vitest';
import { alterAccount } from '../../../src/ledger/accounts/accounts.ts';
import { changeAccount, type Ledger, setPrices } from '../../../src/ledger/index.ts';
import { setLimits } from '../../../src/ledger/limits/limits.ts';
import type { Limit } from '../../../src/limits/index.ts';
import { describeOnPostgres } from '../../support/ledger-drivers.ts';
import { dailyLimit, linesOf, type SmallPlan } from '../../support/plans.ts';
import { pricesOf } from '../../support/prices.ts';
import { answerTo, claim } from '../../support/sending.ts';
import { untilWaiting } from '../held-up.ts';
import { BY } from './limited.ts';

const OF_PLAN: Limit = { person: null, period: 'plan', numbers: 1_000, money: null };
const OF_MONEY: Limit = { person: null, period: 'day', numbers: null, money: '80.00' };

describeOnPostgres('limits of an account', (given) => {
  /** One server has set limits and not committed yet; another one begins `later` then. */
  const beside = async (
    { account: { name } }: SmallPlan,
    limits: Limit[],
    later: (ledger: Ledger, name: string) => Promise<unknown>,
  ) => {
    let setting: Promise<unknown> = Promise.resolve();
    await alterAccount(given.another(), name, BY, async (tx, { id }) => {
      await setLimits(tx, id, limits);
      setting = later(given.another(), name);
      await untilWaiting(given.ledger, 1);
      return { kind: 'account_limits', detail: {} };
    });
    await setting;
    return (await given.findAccount(name)).limits;
  };
  const limit = (ledger: Ledger, name: string) =>
    changeAccount(ledger, name, { limits: [dailyLimit(50)] }, BY);
  /** Has three orders of 25 numbers. */
  const newPlanOf75 = () => given.newPlan({ lines: linesOf(25, 25, 25) });
  const buy50 = async (plan: SmallPlan) => {
    for (const n of [0, 1]) {
      const order = await given.claimAsJob(plan, n);
      await given.record(plan, answerTo(order!, 'filled'));
    }
  };

  test('are those of the server that sets them last', async () => {
    const plan = await newPlanOf75();
    expect(await beside(plan, [dailyLimit(100)], limit)).toMatchObject([{ numbers: 50 }]);
  });

  test('count what was spent when one server takes them away and another sets them', async () => {
    const plan = await newPlanOf75();
    await limit(given.ledger, plan.account.name);
    await buy50(plan);
    const limits = await beside(plan, [], limit);
    expect(limits).toMatchObject([{ numbers: 50, spent: { numbers: 50 } }]);
    expect(await given.claimAsJob(plan, 2)).toBeUndefined();
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('on money count by prices that are set beside the first of them', async () => {
    const plan = await newPlanOf75();
    await buy50(plan);
    const limits = await beside(plan, [OF_MONEY], (ledger, name) =>
      setPrices(ledger, name, pricesOf(), BY),
    );
    expect(limits).toMatchObject([{ spent: { numbers: 50, money: '75.00' } }]);
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test.each<[string, Limit[]]>([
    ['beside none', []],
    ['beside one of a plan', [OF_PLAN]],
  ])('of a day, set %s, count what a claim under way takes', async (_, before) => {
    const { ledger, another } = given;
    const plan = await given.newPlan({ lines: linesOf(25, 25) });
    const { name } = plan.account;
    if (before.length > 0) await given.changeAccount(name, { limits: before }, BY);
    const [first, second] = plan.orders as [number, number];
    let limiting: Promise<unknown> = Promise.resolve();
    await another().transaction(async (tx) => {
      await claim({ ...ledger, ...tx }, plan, [first]);
      const limits = [...before, dailyLimit(25)];
      limiting = given.changeAccount(name, { limits }, BY);
      // Setting it waits for the claim, and then counts what that has claimed.
      await untilWaiting(another(), 1);
    });
    await limiting;
    expect(await given.claim(plan, [second])).toEqual([]);
    const [row] = await given.sql<{ sending: number }>(
      `select coalesce(sum(quantity), 0)::int as sending from ledger.orders
       where plan_id = $1 and state = 'sending'`,
      [plan.id],
    );
    expect(row).toEqual({ sending: 25 });
  });
});
