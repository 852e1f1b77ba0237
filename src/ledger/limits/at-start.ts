import { AppError } from '../../errors.ts';
import { isBeyond, limitsOn, limitWords } from '../../limits/index.ts';
import { moneyWords, unpricedWords } from '../../prices/index.ts';
import { findAccount } from '../accounts/accounts.ts';
import type { Queries } from '../ledger.ts';
import { findCheck } from '../plans/check.ts';
import { firstMonth, plannedCost } from '../plans/cost.ts';
import { findPlan } from '../plans/find.ts';

/**
 * Refuses a start that could never end within the limits: it asks for more than the limit of a
 * plan, or money is limited and some of it has no price. Throws AppError `over_limit`. Returns the
 * hash of the prices that it counted by, or `none`. Call it while the plan is locked.
 */
export async function refuseOverLimit(tx: Queries, planId: number, who: string): Promise<string> {
  const plan = await findPlan(tx, planId);
  const { name, limits, prices } = await findAccount(tx, plan.account);
  const countedBy = prices?.hash ?? 'none';
  const counting = limitsOn(limits, who);
  if (counting.length === 0 || plan.state !== 'ready') return countedBy;
  const mayCost = plannedCost(prices, await findCheck(tx, planId), []);
  const money = firstMonth(mayCost);
  const refusal = (why: string) => {
    const message = `Plan ${planId} was not started: ${why} Nothing was changed.`;
    return new AppError('over_limit', message, { id: planId });
  };
  if (money === null && counting.some((limit) => limit.money !== null)) {
    const what = mayCost ? unpricedWords(mayCost.atMost) : 'what it costs is not known';
    throw refusal(`account "${name}" has a limit on money, and ${what}.`);
  }
  const asked = { numbers: plan.requested, money };
  const limit = counting.find((each) => each.period === 'plan' && isBeyond(each, asked));
  if (!limit) return countedBy;
  const currency = prices?.currency ?? '';
  const cost = limit.money === null || money === null ? '' : ` for ${moneyWords(money, currency)}`;
  throw refusal(
    `it asks for ${plan.requested} numbers${cost}, and the limit of account "${name}" is ` +
      `${limitWords(limit, currency)}. Split the plan, or have the limit raised.`,
  );
}
