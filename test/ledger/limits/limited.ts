import {
  type Account,
  type AnswerRecord,
  changeAccount,
  continueWithinLimits,
  findAccount,
  steerPlan,
  whyNotClaimed,
} from '../../../src/ledger/index.ts';
import type { Limit } from '../../../src/limits/index.ts';
import type { Given } from '../../support/ledger-drivers.ts';
import { dailyLimit, linesOf, newAccount, newPlan, type SmallPlan } from '../../support/plans.ts';
import { claimAsJob, record } from '../../support/sending.ts';

export const BY = { who: 'ACCOUNTS_FILE' };

/** Accounts with limits in a ledger, and what comes of claims. */
export function limitsIn(given: Given) {
  const limit = async (account: Account, ...limits: Limit[]): Promise<Account> =>
    changeAccount(given.ledger, account.name, { limits }, BY);
  const limited = async (...limits: Limit[]) =>
    limit(await newAccount(given.ledger), ...(limits.length > 0 ? limits : [dailyLimit(50)]));
  /** A plan of orders of these quantities, started by `who`. */
  const planOf = async (
    account: Account,
    quantities: number[],
    who = 'Ada',
  ): Promise<SmallPlan> => {
    const plan = await newPlan(given.ledger, {
      account,
      lines: linesOf(...quantities),
      started: false,
    });
    await steerPlan(given.ledger, plan.id, 'start', { who });
    return plan;
  };
  const now = ({ name }: Account) => findAccount(given.ledger, name);
  const spent = async (account: Account) =>
    (await now(account)).limits.map((each) => each.spent?.numbers ?? null);
  const why = ({ orders, account }: SmallPlan, at: number) =>
    whyNotClaimed(given.ledger, orders[at]!, account.id);
  const answered = (plan: SmallPlan, answer: AnswerRecord) => record(given.ledger, plan, answer);
  const goOn = ({ id }: Account) => continueWithinLimits(given.ledger, id);
  const claimed = async (plan: SmallPlan, at: number) => claimAsJob(given.ledger, plan, at);
  return { limit, limited, planOf, now, spent, why, record: answered, goOn, claimed };
}
