import { type Account, type Ledger, submitPlan } from '../ledger/index.ts';
import { type PlanCheck, type ReadOptions, readLines } from '../plan/index.ts';
import { knownRemainder } from '../report/index.ts';
import type { Span } from '../tracing/index.ts';

/** A plan's file that was found without faults, and what is wanted with it. */
export type Submission = {
  path: string;
  /** The plan's, to be shown. */
  name: string;
  account: Account;
  check: PlanCheck;
  /** How the file was read when it was checked. */
  reading: ReadOptions;
  /** Taken once more although it was submitted before. */
  again: boolean;
  /** Its warnings that may cost money are meant. */
  acceptWarnings?: boolean | undefined;
  who: string;
  /** Storing again under the same key finds the plan that it made. */
  key?: string | undefined;
  span?: Span | undefined;
};

/**
 * Stores a checked file as a plan in state `ready`, and returns its id. Nothing starts by that. Throws
 * AppErrors `duplicate_file` and `idempotency_key_reused`, which name the earlier plan.
 */
export async function storePlan(ledger: Ledger, submission: Submission): Promise<number> {
  const { path, name, account, check, reading, again, acceptWarnings, who, key, span } = submission;
  const from = performance.now();
  const known = await knownRemainder(ledger, account, check, name);
  const plan = await submitPlan(ledger, {
    accountId: account.id,
    ...known,
    check,
    // Read a second time, now into the ledger; all of it or nothing.
    lines: readLines(path, check, reading),
    again,
    acceptWarnings,
    who,
    key,
    traceparent: span?.traceparent,
  });
  span?.did('store plan', from, { plan, account: account.name });
  return plan;
}
