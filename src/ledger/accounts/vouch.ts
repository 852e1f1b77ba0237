/**
 * Whether the ledger may be believed. It may in the incarnation of the database that a worker or a
 * person has vouched for: nothing is lost as long as nothing restarts, is promoted or restored. In
 * any other incarnation no order is claimed until it is vouched for again.
 */

import { newestVersion } from '../database/migrate.ts';
import { noteEvent } from '../events.ts';
import { type Ledger, only, type Queries } from '../ledger.ts';
import { isOfPlan } from '../order-id.ts';
import { pauseFor } from './accounts.ts';

export type LedgerTrust = {
  /** The run of the database. */
  incarnation: string;
  /**
   * The history it belongs to. A restart keeps it, and a promoted replica has another. Null: a
   * restart may have lost commits.
   */
  lineage: string | null;
  /**
   * A later program has changed the tables. This one must not sweep, and its claims are not
   * granted.
   */
  isNewer: boolean;
  /** The incarnation that is vouched for. */
  vouchedFor: string | null;
  /** The memory of a witness that has all marks of this ledger; null: none has. */
  taught: string | null;
  /**
   * How often this worker has asked, as the ledger counts; null: no worker asks, or the ledger does
   * not know it.
   */
  asked: number | null;
  /**
   * Null: this incarnation is not in doubt yet. `person`: only a person can vouch for it. Otherwise
   * how long it has been in doubt, ms of watched time.
   */
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
       a.vouched_for as "vouchedFor", a.taught, (select questions from counted) as asked,
       coalesce(a.doubted = ledger.incarnation(), false) as "isDoubted",
       (a.ticks - a.doubted_tick)::float8 as "forMs"
     from ledger.accounts a where a.id = $1`,
    [accountId, worker, newestVersion()],
  );
  const { isDoubted, forMs, ...rest } = only(rows, 'an account');
  return { ...rest, doubted: isDoubted ? (forMs ?? 'person') : null };
}

/**
 * The name under which the account's attempts are marked. A live account uses its own name, so a
 * recreated ledger finds its marks. A sandbox sells nothing that must be remembered.
 */
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
  ledger: Ledger,
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
  await ledger.query('update ledger.accounts set vouched_for = null where id = $1', [accountId]);
}

/**
 * Puts the incarnation in doubt, unless it is vouched for by now. The account rests until a worker
 * or a person vouches; readers see a rest of `waitMs` and the reason.
 */
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

/**
 * From now on only a person can vouch, by resuming the account. An account that is paused already
 * has both reasons then.
 */
export async function leaveToPerson(
  ledger: Ledger,
  accountId: number,
  reason: string,
): Promise<void> {
  await ledger.transaction(async (tx) => {
    const rows = await tx.query(
      `update ledger.accounts set doubted_tick = null, ${pauseFor('$2')}
       where id = $1 and doubted = ledger.incarnation() and doubted_tick is not null returning id`,
      [accountId, reason],
    );
    if (rows.length > 0)
      await noteEvent(tx, { kind: 'account_paused', who: 'witness', why: reason, accountId });
  });
}

/**
 * Pauses the account for a person. An account that is paused already has both reasons then. The
 * same reason is not said twice, and only its event is new.
 */
export async function pauseForPerson(
  ledger: Ledger,
  accountId: number,
  reason: string,
): Promise<void> {
  await ledger.transaction((tx) => pauseIn(tx, accountId, reason));
}

/** The same within a transaction. */
export async function pauseIn(tx: Queries, accountId: number, reason: string): Promise<void> {
  await tx.query(`update ledger.accounts set ${pauseFor('$2')} where id = $1`, [accountId, reason]);
  await noteEvent(tx, { kind: 'account_paused', who: 'witness', why: reason, accountId });
}
