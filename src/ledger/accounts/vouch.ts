/**
 * The ledger is believed in the incarnation of the database that somebody has vouched for: nothing
 * is lost until it restarts, is promoted or restored. In any other, no order is claimed.
 */

import { newestVersion } from '../database/migrate.ts';
import { noteEvent } from '../events.ts';
import { type Ledger, only, type Queries } from '../ledger.ts';
import { isOfPlan } from '../order-id.ts';
import { pauseFor } from './accounts.ts';
import { SILENCE_MS } from './workers.ts';

export type LedgerTrust = {
  /** The run of the database. */
  incarnation: string;
  /** Its history: a restart keeps it, a promoted replica has another. Null: commits may be lost. */
  lineage: string | null;
  /**
   * A later program has changed the tables: this one must not sweep, and its claims are refused.
   */
  isNewer: boolean;
  vouchedFor: string | null;
  /** The memory of a witness that has all marks of this ledger; null: none has. */
  taught: string | null;
  /**
   * How often this worker has asked, as the ledger counts; null: it does not know, or none asks.
   */
  asked: number | null;
  /** How long a request of its workers may take, and a list lag behind it then, ms. */
  patienceMs: number;
  /** Null: not in doubt. `person`: only a person can vouch. Else how long it is, watched ms. */
  doubted: null | 'person' | number;
};

/** Reads whether the ledger may be believed, and counts the question of a worker. */
export async function readTrust(
  ledger: Ledger,
  accountId: number,
  worker = '',
): Promise<LedgerTrust> {
  const rows = await ledger.query<
    Omit<LedgerTrust, 'doubted'> & { isDoubted: boolean; forMs: number | null }
  >(
    `with counted as (update ledger.workers set questions = questions + 1 where name = $2
       returning questions)
     select ledger.incarnation() as incarnation, ledger.lineage() as lineage,
       (select max(version) from ledger.migrations) > $3 as "isNewer",
       (select coalesce(max(deadline_ms + list_lag_ms), 0) from ledger.workers
        where account_id = a.id) as "patienceMs",
       a.vouched_for as "vouchedFor", a.taught, (select questions from counted) as asked,
       coalesce(a.doubted = ledger.incarnation(), false) as "isDoubted",
       (a.ticks - a.doubted_tick)::float8 as "forMs"
     from ledger.accounts a where a.id = $1`,
    [accountId, worker, newestVersion()],
  );
  const { isDoubted, forMs, ...rest } = only(rows, 'an account');
  return { ...rest, doubted: isDoubted ? (forMs ?? 'person') : null };
}

/** The name of the account's marks. A live one's is its own, so a recreated ledger finds them. */
export async function witnessName(ledger: Ledger, accountId: number): Promise<string> {
  const rows = await ledger.query<{ name: string }>(
    `select case mode when 'live' then 'live ' || name else witness_id::text end as name
     from ledger.accounts where id = $1`,
    [accountId],
  );
  return only(rows, 'an account').name;
}

/** Whether an order of the account was ever claimed. */
export async function hasSent(ledger: Ledger, accountId: number): Promise<boolean> {
  const [row] = await ledger.query<{ hasSent: boolean }>(
    `select exists (select from ledger.plans p
       where p.account_id = $1 and p.started_at is not null
         and exists (select from ledger.attempts t
           where ${isOfPlan('t.order_id', 'p.id')})) as "hasSent"`,
    [accountId],
  );
  return row?.hasSent ?? false;
}

/** Lets orders be claimed from now on, as long as this is still the incarnation. */
export async function vouchFor(
  ledger: Queries,
  accountId: number,
  incarnation: string,
): Promise<void> {
  await ledger.query(
    `update ledger.accounts set vouched_for = $2, doubted = null, doubted_tick = null,
       resume_at = case when doubted is null then resume_at end,
       rest_reason = case when doubted is null then rest_reason end
     where id = $1 and ledger.incarnation() = $2`,
    [accountId, incarnation],
  );
}

/**
 * Notes that this worker has found in the incarnation all that it had sent. The last to do so
 * of those that were heard lately, or shortly before the doubt began, vouches for it. Where one is
 * silent, nobody knows what it had sent.
 */
export async function vouchTogether(
  ledger: Ledger,
  accountId: number,
  incarnation: string,
  worker: string,
): Promise<void> {
  await ledger.transaction(async (tx) => {
    // One after the other, so that the last one sees all.
    await tx.query('select from ledger.accounts where id = $1 for no key update', [accountId]);
    await tx.query('update ledger.workers set found = $2 where name = $1', [worker, incarnation]);
    const silent = await tx.query(
      `select from ledger.workers w join ledger.accounts a on a.id = w.account_id
       where a.id = $1 and w.found <> $2
         and w.seen_tick > coalesce(a.doubted_tick, a.ticks) - ${SILENCE_MS} limit 1`,
      [accountId, incarnation],
    );
    if (silent.length === 0) await vouchFor(tx, accountId, incarnation);
  });
}

/** Says which memory has all marks of the account from now on; null: the workers' own alone. */
export async function noteTaught(
  ledger: Ledger,
  accountId: number,
  memory: string | null,
): Promise<void> {
  await ledger.query('update ledger.accounts set taught = $2 where id = $1', [accountId, memory]);
}

/** Takes the vouching back: nothing is claimed until the ledger has been compared again. */
export async function withdrawVouching(ledger: Ledger, accountId: number): Promise<void> {
  await ledger.query(
    `update ledger.accounts set vouched_for = null, doubted = null, doubted_tick = null
     where id = $1`,
    [accountId],
  );
}

/** Doubts the incarnation unless it is vouched for: the account rests, and shows `waitMs`. */
export async function beginDoubt(
  ledger: Ledger,
  accountId: number,
  { waitMs, why }: { waitMs: number; why: string },
): Promise<void> {
  await ledger.transaction(async (tx) => {
    const rows = await tx.query(
      `update ledger.accounts set doubted = ledger.incarnation(), doubted_tick = ticks,
         resume_at = ledger.now() + $2 * interval '1 ms', rest_ms = $2, rest_reason = $3,
         rest_order = null
       where id = $1 and doubted is distinct from ledger.incarnation()
         and vouched_for is distinct from ledger.incarnation() returning id`,
      [accountId, waitMs, why],
    );
    if (rows.length > 0)
      await noteEvent(tx, { kind: 'ledger_doubted', who: 'witness', why, accountId });
  });
}

/** From now on only a person can vouch, by resuming. A pause that was there keeps its reason. */
export async function leaveToPerson(
  ledger: Ledger,
  accountId: number,
  reason: string,
): Promise<void> {
  await ledger.transaction(async (tx) => {
    const rows = await tx.query(
      `update ledger.accounts set doubted_tick = null, resume_at = null, rest_reason = null,
         ${pauseFor('$2')}
       where id = $1 and doubted = ledger.incarnation() and doubted_tick is not null returning id`,
      [accountId, reason],
    );
    if (rows.length > 0)
      await noteEvent(tx, { kind: 'account_paused', who: 'witness', why: reason, accountId });
  });
}

/** Pauses the account for a person, beside the reasons that it has. None is said twice. */
export async function pauseForPerson(
  ledger: Queries,
  accountId: number,
  reason: string,
): Promise<void> {
  await ledger.query(
    `with paused as (
       update ledger.accounts set ${pauseFor('$2::text')} where id = $1 returning id)
     insert into ledger.events (kind, who, why, account_id)
     select 'account_paused', 'witness', $2, id from paused`,
    [accountId, reason],
  );
}
