import type { Account, PlannedCost } from '../../documents/index.ts';
import { count } from '../../english.ts';
import { AppError } from '../../errors.ts';
import { isBeyond, limitsOn, limitWords } from '../../limits/index.ts';
import { moneyWords, unpricedWords } from '../../prices/index.ts';
import { findAccount } from '../accounts/accounts.ts';
import type { Queries } from '../ledger.ts';
import { findCheck } from '../plans/check.ts';
import { firstMonth, plannedCost } from '../plans/cost.ts';
import { findPlan } from '../plans/find.ts';

/**
 * Throws AppError `over_limit` for a start that could never end, see `whyNever`. Returns the hash
 * of the prices that it counted by, or `none`. Call it while the plan is locked.
 */
export async function refuseOverLimit(tx: Queries, planId: number, who: string): Promise<string> {
  const plan = await findPlan(tx, planId);
  const account = await findAccount(tx, plan.account);
  const countedBy = account.prices?.hash ?? 'none';
  if (account.limits.length === 0 || plan.state !== 'ready') return countedBy;
  const mayCost = plannedCost(account.prices, await findCheck(tx, planId), []);
  const why = whyNever({ numbers: plan.requested, mayCost }, account, who);
  if (why === null) return countedBy;
  const message = `Plan ${planId} was not started: ${why} Nothing was changed.`;
  throw new AppError('over_limit', message, { id: planId });
}

type Asked = { numbers: number; mayCost: PlannedCost | null };

/**
 * Why a plan that `who` starts could never end within the limits, as the end of a sentence and what
 * to do; null: it could. `who` null: only the limits of all together count.
 */
export function whyNever(
  { numbers, mayCost }: Asked,
  { name, limits, prices }: Pick<Account, 'name' | 'limits' | 'prices'>,
  who: string | null,
): string | null {
  const counting = limitsOn(limits, who);
  const money = firstMonth(mayCost);
  if (money === null && counting.some((limit) => limit.money !== null)) {
    const what = mayCost ? unpricedWords(mayCost.atMost) : 'what it costs is not known';
    return `account "${name}" has a limit on money, and ${what}.`;
  }
  const asked = { numbers, money };
  const limit = counting.find((each) => each.period === 'plan' && isBeyond(each, asked));
  if (!limit) return null;
  const currency = prices?.currency ?? '';
  const cost = limit.money === null || money === null ? '' : ` for ${moneyWords(money, currency)}`;
  return (
    `it asks for ${count(numbers)} numbers${cost}, and the limit of account "${name}" is ` +
    `${limitWords(limit, currency)}. Split the plan, or have the limit raised.`
  );
}
