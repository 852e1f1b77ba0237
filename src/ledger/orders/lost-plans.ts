/**
 * Plans that were sent and that the ledger has lost. What the witness knows of them is kept here,
 * because the witness may forget it before the same file is submitted again.
 */

import { counted } from '../../english.ts';
import { AppError } from '../../errors.ts';
import { type Bitmap, joined } from '../../witness/index.ts';
import { IS_VOUCHED_FOR } from '../accounts/accounts.ts';
import { pauseIn } from '../accounts/vouch.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { listingBefore } from '../listings/listings.ts';
import { keyPart, PLAN_KEY } from '../order-id.ts';
import { mayBuy } from '../plans/remainders.ts';
import { learnIn } from './lost.ts';
import { COMPARE_FIRST } from './objections.ts';

export type LostPlans = {
  /** How many were found. */
  plans: number;
  /** Plans of the same files, in their place, that mean other orders and may still buy. */
  others: number[];
  /** Other copies of the same files that may still buy. */
  copies: number[];
};

/**
 * Keeps these marks. When a plan of them was not kept before, the account pauses in the same
 * transaction, for the reason that `why` returns. Returns the marks of plans that have been
 * submitted again meanwhile: they are not kept, and the caller learns them.
 */
export async function noteLostPlans(
  ledger: Ledger,
  { accountId, deadlineMs }: { accountId: number; deadlineMs: number },
  bitmaps: Bitmap[],
  why: (found: LostPlans) => string,
): Promise<Bitmap[]> {
  if (bitmaps.length === 0) return [];
  return ledger.transaction(async (tx) => {
    // Waits for submissions under way. Later ones wait for this.
    await tx.query('lost_plans_lock', 'select id from ledger.accounts where id = $1 for update', [
      accountId,
    ]);
    const there = await plansThere(tx, accountId, bitmaps);
    const lost = bitmaps.filter(({ planKey }) => !there.has(planKey));
    const keys = new Set(lost.map(({ planKey }) => planKey));
    const kept = (await lostPlanMarks(tx, accountId)).filter(({ planKey }) => keys.has(planKey));
    const baseline = await listingBefore(tx, accountId);
    for (const { planKey, attempt, bits } of joined([...kept, ...lost])) {
      await tx.query(
        'lost_plans_note',
        `insert into ledger.lost_plans as l
           (account_id, plan_key, attempt, bits, deadline_tick, baseline, newest_plan)
         select id, $2, $3, $4::bytea, ticks + $5, $6,
           (select coalesce(max(id), 0) from ledger.plans)
         from ledger.accounts where id = $1
         on conflict on constraint lost_plans_pkey do update
           set bits = excluded.bits, deadline_tick = excluded.deadline_tick
           where l.bits <> excluded.bits`,
        [accountId, planKey, attempt, bits, deadlineMs, baseline],
      );
    }
    const known = new Set(kept.map(({ planKey }) => planKey));
    const found = keys.difference(known);
    if (found.size > 0) {
      const beside = await plansBeside(tx, accountId, [...found]);
      await pauseIn(tx, accountId, why({ plans: found.size, ...beside }));
    }
    if (there.size > 0) await readJournalAgain(tx, accountId);
    return bitmaps.filter(({ planKey }) => there.has(planKey));
  });
}

async function plansThere(tx: Queries, accountId: number, bitmaps: Bitmap[]): Promise<Set<string>> {
  const rows = await tx.query<{ planKey: string }>(
    'lost_plans_there',
    `select ${PLAN_KEY} as "planKey" from ledger.plans p
     where p.account_id = $1 and ${PLAN_KEY} = any($2::text[])`,
    [accountId, bitmaps.map(({ planKey }) => planKey)],
  );
  return new Set(rows.map(({ planKey }) => planKey));
}

/** Plans of the files of these lost ones that may still buy. */
async function plansBeside(tx: Queries, accountId: number, keys: string[]) {
  const rows = await tx.query<{ id: number; isInPlace: boolean }>(
    'lost_plans_copies',
    `select p.id, bool_or(p.copy = ${keyPart('key', 'copy')}::int) as "isInPlace"
     from unnest($2::text[]) key join ledger.plans p on p.sha256 = ${keyPart('key', 'sha256')}
     where p.account_id = $1 and p.state not in ('finished', 'cancelled')
     group by p.id order by p.id`,
    [accountId, keys],
  );
  const ids = (isInPlace: boolean) =>
    rows.filter((each) => each.isInPlace === isInPlace).map(({ id }) => id);
  return { others: ids(true), copies: ids(false) };
}

/** What is kept of an account's lost plans. */
export function lostPlanMarks(tx: Queries, accountId: number): Promise<Bitmap[]> {
  return tx.query<Bitmap>(
    'lost_plans_marks',
    `select plan_key as "planKey", attempt, bits from ledger.lost_plans where account_id = $1`,
    [accountId],
  );
}

/** A plan that is to be stored: its file, and what decides which orders that means. */
type Meant = { accountId: number; sha256: string; numbers: number; laddersHash: string | null };

/**
 * Which copy of its file the ledger has lost, so that this plan can be that one; the first one, if
 * there are several. Null: none, or a plan that means other orders has its place.
 */
export async function lostCopyOf(
  tx: Queries,
  { accountId, sha256, numbers, laddersHash }: Meant,
): Promise<number | null> {
  const [lost] = await tx.query<{ copy: number | null }>(
    'lost_plans_copy',
    `select min(${keyPart('l.plan_key', 'copy')}::int) as copy
     from ledger.lost_plans l
     where l.account_id = $1 and ${keyPart('l.plan_key', 'sha256')} = $2
       and ${keyPart('l.plan_key', 'numbers')} = $3 and ${keyPart('l.plan_key', 'ladders')} = $4
       and not exists (select from ledger.plans p where p.account_id = $1 and p.sha256 = $2
         and p.copy = ${keyPart('l.plan_key', 'copy')}::int)`,
    [accountId, sha256, String(numbers), laddersHash ?? ''],
  );
  return lost?.copy ?? null;
}

/**
 * For a plan that was just stored: when it is one that the ledger had lost, its orders that were
 * sent become unknown. An embedded ledger reads its journal again, which may have their answers.
 * Returns the newest plan that was there when it was found to be lost; null: it was not.
 * Throws AppError `wrong_state` when the lost plan meant other orders.
 */
export async function doubtResubmitted(tx: Queries, planId: number): Promise<number | null> {
  const marks = await tx.query<LostMarks>(
    'lost_plans_take',
    `delete from ledger.lost_plans l using ledger.plans p, ledger.accounts a
     where p.id = $1 and a.id = p.account_id
       and l.account_id = p.account_id and l.plan_key = ${PLAN_KEY}
     returning l.plan_key as "planKey", l.attempt, l.bits, l.baseline,
       l.newest_plan as "newestPlan",
       a.id as "accountId", (l.deadline_tick - a.ticks)::float8 as "deadlineMs"`,
    [planId],
  );
  for (const { accountId, deadlineMs, baseline, newestPlan: _, ...bitmap } of marks)
    await learnIn(tx, bitmap, { accountId, deadlineMs, after: baseline, pause: null });
  const [lost] = marks;
  if (!lost) {
    await refuseOtherOrders(tx, planId);
    return null;
  }
  // Last, because the other workers need the account's row.
  await readJournalAgain(tx, lost.accountId);
  return lost.newestPlan;
}

async function refuseOtherOrders(tx: Queries, planId: number): Promise<void> {
  const [lost] = await tx.query<{ numbers: number; requested: number; isOfOtherCodes: boolean }>(
    'lost_plans_other',
    `select ${keyPart('l.plan_key', 'numbers')}::int as numbers, p.requested,
       ${keyPart('l.plan_key', 'ladders')} <> coalesce(p.ladders_hash, '') as "isOfOtherCodes"
     from ledger.plans p join ledger.lost_plans l on l.account_id = p.account_id
     where p.id = $1 and ${keyPart('l.plan_key', 'sha256')} = p.sha256
     limit 1`,
    [planId],
  );
  if (!lost) return;
  const { numbers, requested, isOfOtherCodes } = lost;
  throw new AppError(
    'wrong_state',
    `This file was sent before, as a plan of ${counted(numbers, 'number')} that the ledger has ` +
      `lost. ${isOfOtherCodes ? 'Its fallbacks meant other area codes then. ' : ''}As a plan of ` +
      `${counted(requested, 'number')} it could buy them again. Nothing was stored. Submit it ` +
      `with the default quantity ${isOfOtherCodes ? 'and the numbering plan ' : ''}that it had ` +
      'then. If a plan of this file is here, submit only what was not bought, as a file of its ' +
      'own.',
    { id: planId },
  );
}

/**
 * Throws AppError `wrong_state` when the ledger has lost another plan of the same file. A person
 * may take this plan for the lost one, which has bought. A remainder is not started beside any
 * lost plan: that may have been a newer remainder of the same plan.
 */
export async function refuseBesideLost(tx: Queries, planId: number): Promise<void> {
  const lost = await tx.query(
    'lost_plans_beside',
    `select from ledger.plans p join ledger.lost_plans l on l.account_id = p.account_id
       and (${keyPart('l.plan_key', 'sha256')} = p.sha256 or exists (
         select from ledger.events e where e.plan_id = p.id and e.kind = 'plan_submitted'
           and e.detail ? 'remainderOf'))
     where p.id = $1 and p.state = 'ready' and p.id <= l.newest_plan limit 1`,
    [planId],
  );
  if (lost.length === 0) return;
  throw new AppError(
    'wrong_state',
    `The ledger has lost a plan that was sent and may have asked for what plan ${planId} asks ` +
      'for: starting this one could buy the same numbers twice. Nothing was changed. Submit the ' +
      `file of the lost plan again first. Then start plan ${planId} only if you want its numbers ` +
      'as well.',
    { id: planId },
  );
}

/**
 * Throws AppError `wrong_state` when a plan that the ledger has lost may have been a remainder of
 * this one, also when it is there again: with that plan, the ledger has lost that there was a
 * remainder. `operation` says what would be done, as `to try plan 5 again`. Also while nobody has
 * found out yet what the ledger has lost.
 */
export async function refuseWhileLost(
  tx: Queries,
  planId: number,
  operation: string,
): Promise<void> {
  await requireCompared(tx, planId);
  const [other] = await tx.query<{ id: number | null }>('lost_plans_remainder', MAYBE_REMAINDER, [
    planId,
  ]);
  if (!other) return;
  const [was, exit] =
    other.id === null
      ? ['The ledger has lost a plan that was sent', "Submit the lost plan's file again first. If"]
      : [`The ledger had lost plan ${other.id}`, 'If'];
  throw new AppError(
    'wrong_state',
    `${was}, and that plan may have asked for what plan ${planId} lacks: ${operation} could buy ` +
      `it twice. Nothing was changed. ${exit} that plan did not ask for it, submit the ` +
      `remainder.csv of plan ${planId}, and say --again (over HTTP: again=true). If it did, ` +
      'first take out of that file what the other plan bought or may have bought.',
    { id: planId },
  );
}

/**
 * A plan that is lost, or one that came back without being known as a remainder, unless it
 * certainly buys nothing.
 */
const MAYBE_REMAINDER = `
  select null::int as id from ledger.plans p join ledger.lost_plans l
    on l.account_id = p.account_id and p.id <= l.newest_plan
      -- An older program wrote no numbers into the key.
      and coalesce(nullif(${keyPart('l.plan_key', 'numbers')}, '')::int, 0) <= p.requested
  where p.id = $1
  union all
  select back.id from ledger.plans p join ledger.plans back
    on back.account_id = p.account_id and back.requested <= p.requested and back.id > p.id
    join ledger.events e on e.plan_id = back.id and e.kind = 'plan_submitted'
      and p.id <= (e.detail ->> 'lostAfter')::int and not e.detail ? 'remainderOf'
  where p.id = $1 and ${mayBuy('back')}
  limit 1`;

async function requireCompared(tx: Queries, planId: number): Promise<void> {
  const [plan] = await tx.query<{ isVouchedFor: boolean }>(
    'lost_plans_compared',
    `select ${IS_VOUCHED_FOR} as "isVouchedFor" from ledger.plans p
       join ledger.accounts a on a.id = p.account_id where p.id = $1`,
    [planId],
  );
  if (plan?.isVouchedFor === false)
    throw new AppError('wrong_state', `${COMPARE_FIRST} Nothing was changed.`, { id: planId });
}

/** From its beginning, when the folder of an embedded ledger is next opened. */
async function readJournalAgain(tx: Queries, accountId: number): Promise<void> {
  await tx.query(
    'journal_again',
    'update ledger.accounts set journal_position = -1 where id = $1 and journal_position > 0',
    [accountId],
  );
}

type LostMarks = Bitmap & {
  accountId: number;
  deadlineMs: number;
  baseline: number;
  newestPlan: number;
};
