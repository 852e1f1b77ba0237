import type { Ledger } from '../ledger.ts';

/** Moments at which one order each may be sent: `first`, `first + gap`, …; all ms. */
export type Moments = {
  /** As many as were requested, or fewer: only near moments are given. */
  count: number;
  /** The database's clock when it gave them, ms since 1970. */
  now: number;
  first: number;
  /** The time between two moments; null: the account has no pace, so nothing waits. */
  gap: number | null;
  /** The account's pace at this time, orders per second. */
  rate: number | null;
};

/**
 * How far ahead moments are given, ms. A new pace applies behind them, and the moments of a worker
 * that dies are lost.
 */
export const HORIZON_MS = 500;

/** Earliest moment given, ms from now: the answer has to reach the worker first. */
const LEAD_MS = 10;

/**
 * Gap between two moments, in ms at one order per second. N orders take 15 ms longer than the
 * second in which at most N may start, so slightly late orders do not break the bound. Measured: 10
 * to 12 ms are too few, and more than 18 uses less than 98 % of the pace.
 */
const STRETCHED_SECOND_MS = 1_015;

/**
 * Takes up to that many moments of an account (GCRA, shared by all workers through one locked row).
 * No two workers get the same moment, and the clock is read once the row is locked. A last moment
 * further ahead than any that can have been given comes from a clock that was set back: the next
 * ones follow right behind all that may have been given.
 *
 * Not synced to disk: what a crash could lose is in the past when the database is up again.
 */
export async function takeMoments(
  ledger: Ledger,
  accountId: number,
  count: number,
): Promise<Moments> {
  const [moments] = await ledger.query<Moments>(
    'moments_take',
    `with unsynced as materialized (select set_config('synchronous_commit', 'off', true)),
     locked as materialized (
       select m.account_id, a.rate, m.last,
         ${STRETCHED_SECOND_MS} / a.rate * interval '1 ms' as gap
       from ledger.moments m join ledger.accounts a on a.id = m.account_id
       where m.account_id = $1 for update of m),
     timed as materialized (
       select *, least(last, now + interval '${HORIZON_MS} ms') as possible
       from (select *, ledger.now() as now from locked offset 0) locked),
     next as materialized (
       select *, greatest(now + interval '${LEAD_MS} ms', possible + gap) as first from timed),
     given as materialized (
       select *, case when gap is null then $2 else least($2, greatest(0, 1 + floor(
         extract(epoch from now + interval '${HORIZON_MS} ms' - first)
           / extract(epoch from gap)))) end::int as count
       from next),
     updated as (
       update ledger.moments m set
         last = case when given.count > 0 then given.first + given.gap * (given.count - 1)
                     else given.possible end
       from given
       where m.account_id = given.account_id and given.gap is not null
         and (given.count > 0 or given.last > given.possible))
     select count, rate, extract(epoch from now)::float8 * 1000 as now,
       extract(epoch from first)::float8 * 1000 as first,
       extract(epoch from gap)::float8 * 1000 as gap
     from given, unsynced`,
    [accountId, count],
  );
  if (!moments) throw new Error('Bug: an account is gone');
  return moments;
}

/** Delays all moments that are still to be given by that many ms. */
export async function deferMoments(ledger: Ledger, accountId: number, ms: number): Promise<void> {
  await ledger.query(
    'moments_defer',
    `update ledger.moments set last = last + $2 * interval '1 ms' where account_id = $1`,
    [accountId, ms],
  );
}
