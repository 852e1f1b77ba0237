import type { Account, AnswerRecord } from '../../../src/ledger/index.ts';
import type { Limit } from '../../../src/limits/index.ts';
import type { Given } from '../../support/ledger-drivers.ts';
import { dailyLimit, linesOf, type SmallPlan } from '../../support/plans.ts';

export const BY = { who: 'ACCOUNTS_FILE' };

/** Accounts with limits in a ledger, and what comes of claims. */
export function limitsIn(given: Given) {
  const limit = async (account: Account, ...limits: Limit[]): Promise<Account> =>
    given.changeAccount(account.name, { limits }, BY);
  const limited = async (...limits: Limit[]) =>
    limit(await given.newAccount(), ...(limits.length > 0 ? limits : [dailyLimit(50)]));
  /** A plan of orders of these quantities, started by `who`. */
  const planOf = async (
    account: Account,
    quantities: number[],
    who = 'Ada',
  ): Promise<SmallPlan> => {
    const plan = await given.newPlan({ account, lines: linesOf(...quantities), started: false });
    await given.steerPlan(plan.id, 'start', { who });
    return plan;
  };
  const now = ({ name }: Account) => given.findAccount(name);
  const spent = async (account: Account) =>
    (await now(account)).limits.map((each) => each.spent?.numbers ?? null);
  const why = ({ orders, account }: SmallPlan, at: number) =>
    given.whyNotClaimed(orders[at]!, account.id);
  const answered = (plan: SmallPlan, answer: AnswerRecord) => given.record(plan, answer);
  const goOn = ({ id }: Account) => given.continueWithinLimits(id);
  const claimed = async (plan: SmallPlan, at: number) => given.claimAsJob(plan, at);
  return { limit, limited, planOf, now, spent, why, record: answered, goOn, claimed };
}
