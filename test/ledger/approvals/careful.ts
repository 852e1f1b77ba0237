import { expect } from 'vitest';
import type { Account } from '../../../src/ledger/index.ts';
import type { Threshold } from '../../../src/limits/index.ts';
import type { Line } from '../../../src/plan/index.ts';
import type { OnLedger } from '../../support/on-ledger.ts';
import { line, linesOf, newSha256, type SmallPlan } from '../../support/plans.ts';

export const THRESHOLD: Threshold = {
  ...{ aboveNumbers: 20, aboveMoney: null, currency: null, hours: 72 },
};
export const BOB = { who: 'bob' };
export const GRACE = { who: 'grace' };

type Wishes = { numbers?: number; account?: Account; sha256?: string };

/** What a test of approvals does: Ada submits, Bob starts, and Grace answers. */
export function peopleOn(given: OnLedger) {
  /** Above 20 numbers, its purchases wait for a yes. */
  const careful = async (changes: Partial<Threshold> = {}): Promise<Account> => {
    const { name } = await given.newAccount();
    return given.setThreshold(name, { ...THRESHOLD, ...changes }, { who: 'ACCOUNTS_FILE' });
  };
  /** Submitted by Ada, not started. */
  const planOf = async ({ numbers = 21, account, sha256 = newSha256() }: Wishes = {}) =>
    given.newPlan({
      account: account ?? (await careful()),
      lines: linesOf(numbers),
      ...{ sha256, started: false, again: true },
    });
  const start = (id: number, by: { who: string; by?: string } = BOB) =>
    given.steerPlan(id, 'start', by);
  /** The number of the question that is asked in place of the deed. */
  const asked = async (deed: Promise<unknown>): Promise<number> => {
    const refused = await deed.then(
      () => null,
      (error) => error,
    );
    expect(refused).toMatchObject({ code: 'needs_approval' });
    return refused.details.approval;
  };
  const yes = (id: number, by: { who: string; by?: string } = GRACE) =>
    given.answerApproval(id, { yes: true }, by);
  const no = (id: number, why: string) => given.answerApproval(id, { yes: false, why }, GRACE);
  const approvals = (id: number) => given.approvalsOfPlan(id);

  /** Orders of ten numbers each in a plan that was started, and each answered so. */
  const answered = async (
    count: number,
    outcome: 'refused' | 'unknown',
    wish: Partial<Line> = {},
  ): Promise<SmallPlan> => {
    const account = await given.newAccount();
    const lines = Array.from({ length: count }, (_, n) =>
      line({ line: n + 2, quantity: 10, ...wish }),
    );
    const plan = await given.newPlan({ account, lines });
    for (const id of plan.orders) await given.sendOne(plan, outcome, {}, id);
    await given.setThreshold(account.name, THRESHOLD, { who: 'ACCOUNTS_FILE' });
    return plan;
  };

  const refuse = async (plan: SmallPlan, order: number) => {
    await given.sendOne(plan, 'refused', {}, order);
  };

  return { careful, planOf, start, asked, yes, no, approvals, answered, refuse };
}
