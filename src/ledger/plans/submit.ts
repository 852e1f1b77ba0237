import { AppError } from '../../errors.ts';
import { laddersHash } from '../../fallback/index.ts';
import { personOf } from '../../name-rule.ts';
import type { Line, PlanCheck } from '../../plan/index.ts';
import { lockAccountFor } from '../account-lock.ts';
import { nameOf, noteEvent } from '../events.ts';
import type { Ledger, Queries, Transaction } from '../ledger.ts';
import { doubtResubmitted, lostCopyOf } from '../lost-plans/come-back.ts';
import { refuseHeldUp } from '../lost-plans/hold-up.ts';
import { suspectContradicted } from '../orders/contradicted.ts';
import { asideIn } from './asked-cells.ts';
import { keptCheck } from './check.ts';
import { accountsLinked, lockAkin, lockFile } from './lock.ts';
import {
  barredBy,
  overtakeEarlier,
  plansOfRemainder,
  refuseStaleRemainder,
  requireLacking,
} from './remainders.ts';
import { duplicate, newestPlan, refuseMostLines, refuseSameRows } from './same-lines.ts';
import { storeLines } from './store-lines.ts';

export type Submission = {
  accountId: number;
  name: string;
  check: PlanCheck;
  /** Reads the lines in batches, from the first one on. What it throws rolls everything back. */
  lines: () => AsyncIterable<Line[]>;
  /** True: the same file may be submitted again. */
  again: boolean;
  /** The plan whose remainder the file is now, byte for byte; it may have the same file itself. */
  remainderOf?: number | null | undefined;
  /** All plans whose remainder the file is now, that one among them. */
  remaindersOf?: number[] | undefined;
  /** How many events that plan had before its remainder was read. */
  remainderEvents?: number | undefined;
  /** True: the warnings that may cost money are accepted. */
  acceptWarnings?: boolean | undefined;
  who: string;
  /** The name that was given beside it. */
  by?: string | undefined;
  /** Another submission with the same key returns the first one's plan and stores nothing. */
  key?: string | undefined;
  /** The hash of the options that the file was read with. */
  options?: string | null;
  /** The traceparent of the submission, for the workers that place the orders. */
  traceparent?: string | undefined;
};

/**
 * Stores a plan, its lines and its orders in state `ready`, in one transaction. Returns its id. A
 * plan that the ledger had lost becomes that one, without `again`, and its orders that were sent
 * are unknown at once. Throws AppError `duplicate_file` when the account has a plan of the same
 * bytes or lines, or of most of them, and `again` is false, but not for the remainder of a plan
 * that bought nothing; `idempotency_key_reused` when the key came with another file, account or
 * options; `wrong_state` when the plan whose remainder it is, or was, has changed since, unless
 * `again` is true, when such a remainder may have been bought by a lost plan, and when the ledger
 * had lost this plan with other quantities or fallbacks. A remainder cannot be started when the
 * vendor's list has what its plan may have bought after all.
 */
export async function submitPlan(ledger: Ledger, submission: Submission): Promise<number> {
  return ledger.transaction(async (tx) => {
    const lacking = await lackingTheSame(tx, submission);
    await lockForRemainder(tx, submission, lacking);
    const { planId, isNew } = await findOrInsert(tx, submission);
    if (isNew) await storeNew(tx, planId, submission, lacking);
    return planId;
  });
}

/** The plans whose remainder the file is, or was: those of now first, then the newest. */
async function lackingTheSame(tx: Queries, submission: Submission): Promise<number[]> {
  const { accountId, check, remainderOf, remaindersOf = [] } = submission;
  const noted = await plansOfRemainder(tx, accountId, check.sha256);
  const known = remainderOf ? [remainderOf, ...remaindersOf] : remaindersOf;
  return [...new Set([...known, ...noted.map(({ id }) => id)])];
}

/** Of a file that is bought again, only its stored lines may show whose remainder it is. */
async function lockForRemainder(tx: Queries, { accountId, again }: Submission, lacking: number[]) {
  if (again || lacking.length > 0) {
    const settling = new Set([accountId, ...(await accountsLinked(tx, ...lacking))]);
    for (const id of [...settling].sort((a, b) => a - b)) await lockAccountFor(tx, 'settling', id);
  }
  if (lacking.length > 0) await lockAkin(tx, ...lacking);
}

async function findOrInsert(tx: Queries, submission: Submission) {
  const { accountId, check } = submission;
  const { sha256, numbers } = check;
  const meant = { accountId, sha256, numbers, laddersHash: laddersHash(check.ladders) };
  while (true) {
    const earlier = await findByKey(tx, submission);
    if (earlier !== null) return { planId: earlier, isNew: false };
    const lostCopy = await lostCopyOf(tx, meant);
    if (lostCopy !== null) await lockFile(tx, accountId, sha256);
    const again = submission.again || lostCopy !== null || (await isRemainderAgain(tx, submission));
    const isKnown = again || Boolean(submission.remainderOf);
    if (!isKnown) await refuseStaleRemainder(tx, accountId, sha256);
    const planId = await insertPlan(tx, { ...submission, ...meant, again, lostCopy });
    if (planId !== null) return { planId, isNew: true };
    // Another submission came between the look and the insert, which waited for its commit.
  }
}

async function findByKey(tx: Queries, submission: Submission): Promise<number | null> {
  const { accountId, check, key, options } = submission;
  if (key === undefined) return null;
  const [plan] = await tx.query<{ id: number; isSame: boolean }>(
    `select id, account_id = $2 and sha256 = $3 and requested = $4
       and options_sha256 is not distinct from $5 as "isSame"
     from ledger.plans where submission_key = $1`,
    [key, accountId, check.sha256, check.numbers, options],
  );
  if (!plan || plan.isSame) return plan?.id ?? null;
  throw new AppError(
    'idempotency_key_reused',
    'This Idempotency-Key came with another file, with other options or for another account, as ' +
      `plan ${plan.id}. Nothing was stored. Give each submission a key of its own.`,
    { plan: plan.id },
  );
}

/**
 * True for the remainder of the newest plan of these bytes; false when there is no such plan.
 * Throws AppError `duplicate_file` otherwise.
 */
async function isRemainderAgain(tx: Queries, submission: Submission): Promise<boolean> {
  const { accountId, check, remainderOf } = submission;
  const earlier = await newestPlan(tx, accountId, 'sha256 = $2', check.sha256);
  if (!earlier) return false;
  if (earlier.id === remainderOf) return true;
  throw duplicate(earlier, 'This file was submitted before, as');
}

/** Null when another submission was quicker. */
async function insertPlan(
  tx: Queries,
  submission: Submission & { laddersHash: string | null; lostCopy: number | null },
): Promise<number | null> {
  const { accountId, name, check, again, key, traceparent, options } = submission;
  const { acceptWarnings = false, lostCopy } = submission;
  const [row] = await tx.query<{ id: number }>(
    `insert into ledger.plans (account_id, name, sha256, copy, lines, orders, requested,
       ladders_hash, extra_columns, submitted_by, submitted_person, checked, submission_key,
       traceparent, options_sha256)
     select $1, $2, $3, coalesce($15, case when $4 then coalesce(max(copy) + 1, 0) else 0 end),
       $5, $6, $7, $8, $9::text[], $10, $11, $12::jsonb, $13, $14, $16
     from ledger.plans where account_id = $1 and sha256 = $3
     on conflict do nothing
     returning id`,
    [
      ...[accountId, name, check.sha256, again, check.lines, check.orders, check.numbers],
      ...[submission.laddersHash, check.extraColumns, nameOf(submission), personOf(submission.who)],
      ...[JSON.stringify(keptCheck(check, acceptWarnings)), key, traceparent, lostCopy, options],
    ],
  );
  return row?.id ?? null;
}

async function storeNew(
  tx: Transaction,
  planId: number,
  submission: Submission,
  lacking: number[],
): Promise<void> {
  const { accountId, check, again, who, by } = submission;
  await insertLadders(tx, planId, check);
  const aside = asideIn(check.extraColumns);
  const { rows, sample } = await storeLines(tx, planId, submission.lines(), aside);
  await tx.query('update ledger.plans set rows_sha256 = $2 where id = $1', [planId, rows]);
  const comeBack = await doubtResubmitted(tx, planId);
  // Two plans that are submitted at the same moment see each other only by this lock. It comes
  // after the lines are stored, which may take half a minute.
  await lockAccountFor(tx, 'lines', accountId);
  // Nothing has waited for a plan that was dismissed: another one may have bought its lines.
  const isAwaited = comeBack !== null && !comeBack.isDismissed;
  if (!again && !isAwaited) await refuseLines(tx, submission, { id: planId, rows, sample });
  const barred = await barredFor(tx, submission, {
    ...{ rows, sample, lacking },
    isLost: comeBack !== null,
  });
  if (barred.length > 0) await overtakeEarlier(tx, barred, planId);
  const detail = {
    ...(barred.length > 0 ? { remainderOf: barred } : {}),
    ...(isAwaited ? { wasLost: true } : {}),
  };
  await noteEvent(tx, { kind: 'plan_submitted', who, by, accountId, planId, detail });
  // A list may have shown before what those plans are said to lack. Then nothing waited for that.
  await suspectContradicted(tx, ...(await accountsLinked(tx, ...barred)));
}

type Stored = Awaited<ReturnType<typeof storeLines>>;

/** Throws AppError when an earlier plan has the same lines, or most of them. */
async function refuseLines(
  tx: Queries,
  { accountId, check, remainderOf }: Submission,
  { id, rows, sample }: Stored & { id: number },
): Promise<void> {
  const { lines, extraColumns } = check;
  const plan = { id, lines, extraColumns, rows, sample, remainderOf };
  if (!remainderOf) {
    await refuseSameRows(tx, accountId, plan);
    // A spreadsheet that saves a remainder changes its bytes, and not its lines. A person who edits
    // it leaves most of them.
    await refuseStaleRemainder(tx, accountId, rows, sample);
  }
  await refuseMostLines(tx, accountId, plan);
}

/** The plans in whose place this one buys: they may not buy the same, too. */
async function barredFor(
  tx: Queries,
  submission: Submission,
  { rows, sample, lacking, isLost }: Stored & { lacking: number[]; isLost: boolean },
): Promise<number[]> {
  const { accountId, check, again, remainderOf, remainderEvents: events = 0 } = submission;
  if (remainderOf && !again) {
    const operation = `to buy the remainder of plan ${remainderOf}`;
    if (!isLost) await refuseHeldUp(tx, remainderOf, operation);
    await requireLacking(tx, remainderOf, { numbers: check.numbers, events });
    return [remainderOf];
  }
  // A plan that was lost holds up all that it may have been a remainder of.
  if (isLost) return remainderOf ? [remainderOf] : [];
  // Another account's plan may lack the same lines by chance.
  const some = lacking.length === 0 ? sample : [];
  const known = await plansOfRemainder(tx, accountId, rows, some);
  const noted = known.filter(({ isOwn }) => isOwn).map(({ id }) => id);
  if (noted.length > 0) await lockAkin(tx, ...noted);
  return barredBy(tx, [...new Set([...lacking, ...noted])]);
}

/** What each fallback means is kept as it was shown when the plan was checked. */
async function insertLadders(tx: Queries, planId: number, { ladders }: PlanCheck): Promise<void> {
  await tx.query(
    `insert into ledger.ladders (plan_id, type, area_code, fallback, steps)
     select $1, type, coalesce("areaCode", ''), fallback, steps
     from jsonb_to_recordset($2::jsonb)
       ladder(type text, "areaCode" text, fallback text, steps jsonb)`,
    [planId, JSON.stringify(ladders)],
  );
}
