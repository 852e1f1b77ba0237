/** Lost plans that were sent. The witness may forget what it knows of them, so it is kept here. */

import { type Bitmap, joined } from '../../witness/index.ts';
import { lockAccountFor } from '../account-lock.ts';
import { pauseForPerson } from '../accounts/vouch.ts';
import { noteEvent } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { listingBefore } from '../listings/listings.ts';
import { keyPart, PLAN_KEY } from '../order-id.ts';
import { lockPlansOf } from '../plans/lock.ts';
import { IS_PLACED } from '../plans/plan-state.ts';
import { mayAskTheSame } from './hold-up.ts';

export type FoundLost = {
  /** How many were found. */
  plans: number;
  /** Plans of the same files, in their place, that mean other orders and may still buy. */
  others: number[];
  /** Other copies of the same files that may still buy. */
  copies: number[];
  /** Plans that were paused, because a lost one may have asked for what they lack. */
  paused: number[];
};

/**
 * Keeps these marks. For plans that had none, the account pauses in the same transaction, for the
 * reason of `why`, and so does each plan that may ask for the same. Returns the marks of plans that
 * are back: they are not kept, and the caller learns them.
 */
export async function noteLostPlans(
  ledger: Ledger,
  { accountId, deadlineMs }: { accountId: number; deadlineMs: number },
  bitmaps: Bitmap[],
  why: (found: FoundLost) => string,
): Promise<Bitmap[]> {
  if (bitmaps.length === 0) return [];
  return ledger.transaction(async (tx) => {
    // Who keeps a list holds a share of the account, and may wait for plans.
    await lockAccountFor(tx, 'settling', accountId);
    // All who look whether a plan is held up lock it first. Before the account, as they do.
    await lockPlansOf(tx, accountId);
    await lockLostPlans(tx, accountId);
    const there = await plansThere(tx, accountId, bitmaps);
    const lost = bitmaps.filter(({ planKey }) => !there.has(planKey));
    const found = await keepMarks(tx, { accountId, deadlineMs }, lost);
    if (found.length > 0) {
      const beside = await plansBeside(tx, accountId, found);
      const paused = await pauseHeldUp(tx, accountId, found);
      await pauseForPerson(tx, accountId, why({ plans: found.length, ...beside, paused }));
    }
    if (there.size > 0) await readJournalAgain(tx, accountId);
    return bitmaps.filter(({ planKey }) => there.has(planKey));
  });
}

/** Waits for submissions under way. Later ones wait for this. */
export async function lockLostPlans(tx: Queries, accountId: number): Promise<void> {
  await tx.query('select id from ledger.accounts where id = $1 for update', [accountId]);
}

/** Adds these marks to those that are kept. Returns the keys of the plans that had none. */
async function keepMarks(
  tx: Queries,
  { accountId, deadlineMs }: { accountId: number; deadlineMs: number },
  lost: Bitmap[],
): Promise<string[]> {
  const keys = new Set(lost.map(({ planKey }) => planKey));
  const kept = (await lostPlanMarks(tx, accountId)).filter(({ planKey }) => keys.has(planKey));
  const baseline = await listingBefore(tx, accountId);
  for (const { planKey, attempt, bits } of joined([...kept, ...lost])) {
    await tx.query(
      `insert into ledger.lost_plans as l
         (account_id, plan_key, attempt, bits, deadline_tick, baseline, dismissed)
       select id, $2, $3, $4::bytea, ledger.lost_deadline(id, $5), $6,
         exists (select from ledger.lost_plans d
           where d.account_id = $1 and d.plan_key = $2 and d.dismissed)
       from ledger.accounts where id = $1
       on conflict on constraint lost_plans_pkey do update
         set bits = excluded.bits, deadline_tick = excluded.deadline_tick
         where l.bits <> excluded.bits`,
      [accountId, planKey, attempt, bits, deadlineMs, baseline],
    );
  }
  return [...keys.difference(new Set(kept.map(({ planKey }) => planKey)))];
}

async function plansThere(tx: Queries, accountId: number, bitmaps: Bitmap[]): Promise<Set<string>> {
  const rows = await tx.query<{ planKey: string }>(
    `select ${PLAN_KEY} as "planKey" from ledger.plans p
     where p.account_id = $1 and ${PLAN_KEY} = any($2::text[])`,
    [accountId, bitmaps.map(({ planKey }) => planKey)],
  );
  return new Set(rows.map(({ planKey }) => planKey));
}

/** Plans of the files of these lost ones that may still buy. */
async function plansBeside(tx: Queries, accountId: number, keys: string[]) {
  const rows = await tx.query<{ id: number; isInPlace: boolean }>(
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

/**
 * Pauses the plans that run, or that a limit holds, and may ask for the same as a lost one. A
 * finished one is held up when it would go on. Returns their ids.
 */
async function pauseHeldUp(tx: Queries, accountId: number, keys: string[]): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `update ledger.plans p set state = 'paused', reason = $3, held_until = null, held_order = null
     where p.account_id = $1 and (${IS_PLACED} or p.held_order is not null)
       and exists (select from unnest($2::text[]) key where ${mayAskTheSame('key', 'p')})
     returning p.id`,
    [accountId, keys, WHY_PAUSED],
  );
  const paused = rows.map(({ id }) => id).toSorted((a, b) => a - b);
  for (const planId of paused)
    await noteEvent(tx, { kind: 'plan_paused', who: 'witness', why: WHY_PAUSED, planId });
  return paused;
}

const WHY_PAUSED = 'a plan that was sent is lost, and may have asked for the same as this one';

/** What is kept of an account's lost plans, also of those that were dismissed. */
export function lostPlanMarks(tx: Queries, accountId: number): Promise<Bitmap[]> {
  return tx.query<Bitmap>(
    `select plan_key as "planKey", attempt, bits from ledger.lost_plans where account_id = $1`,
    [accountId],
  );
}

/** From its beginning, when the folder of an embedded ledger is next opened. */
export async function readJournalAgain(tx: Queries, accountId: number): Promise<void> {
  await tx.query(
    'update ledger.accounts set journal_position = -1 where id = $1 and journal_position > 0',
    [accountId],
  );
}
