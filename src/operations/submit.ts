import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { counted } from '../english.ts';
import { AppError } from '../errors.ts';
import { type Account, type Ledger, submitPlan } from '../ledger/index.ts';
import { type PlanCheck, type ReadOptions, readLines } from '../plan/index.ts';
import { knownRemainder } from '../report/index.ts';
import type { Span } from '../tracing/index.ts';

/** A plan's file without errors. */
export type CheckedFile = {
  path: string;
  check: PlanCheck;
  reading: ReadOptions;
  /** Accept a file that was submitted before. */
  again: boolean;
  /** A person has accepted its warnings that may cost money. */
  acceptWarnings: boolean;
  /** When it was checked, by `performance.now()`. */
  checked: { from: number; to: number };
};

export type PlanToStore = Omit<CheckedFile, 'acceptWarnings' | 'checked'> & {
  acceptWarnings?: boolean | undefined;
  /** The plan's name; by default, that of the file. */
  name?: string | undefined;
  account: Account;
  who: string;
  /** The name that was given beside it. */
  by?: string | undefined;
  /** A second submission with the same key finds the plan of the first. */
  key?: string | undefined;
  span?: Span | undefined;
};

/**
 * Stores a checked file as a plan in state `ready`, which starts nothing. Returns the plan's id.
 * Throws AppErrors `duplicate_file` and `idempotency_key_reused`, which name the earlier plan.
 */
export async function storePlan(ledger: Ledger, toStore: PlanToStore): Promise<number> {
  const { path, account, check, reading, again, acceptWarnings, who, by, key, span } = toStore;
  const name = toStore.name?.trim() || basename(path);
  const from = performance.now();
  const known = await knownRemainder(ledger, account, check, name);
  const plan = await submitPlan(ledger, {
    accountId: account.id,
    ...known,
    check,
    // The second reading, into the ledger: all of it or nothing.
    lines: () => readLines(path, check, reading),
    again,
    acceptWarnings,
    who,
    by,
    key,
    options: optionsHash(reading),
    traceparent: span?.traceparent,
  });
  span?.did('store plan', from, { plan, account: account.name });
  return plan;
}

/** Of what lines mean that leave something blank; null when nothing was said of it. */
function optionsHash({ defaultQuantity, keepTrying }: ReadOptions = {}): string | null {
  const said = [defaultQuantity ?? null, keepTrying?.trim().toLowerCase() || null];
  if (said.every((option) => option === null)) return null;
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

/** Throws AppError `bad_plan`, with the first errors. `more`: further lines of the message. */
export function refuseBadPlan(check: PlanCheck, name: string, more: string[] = []): void {
  const { faultCount, faultyRows, faults, warningCount, warnings } = check;
  if (faultCount === 0) return;
  const many = counted(faultCount, 'error');
  throw new AppError(
    'bad_plan',
    [`${name} has ${many}. Nothing was stored and nothing was bought.`, ...more],
    { faultCount, faultyRows, faults, warningCount, warnings },
  );
}
