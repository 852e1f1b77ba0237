import type { Ledger } from '../ledger.ts';

/** Moments at which one order each may be sent. All times are ms since 1970, but for `gap`. */
export type Moments = {
  /** As many as were requested, or fewer: only near moments are given. Empty without a pace. */
  given: { place: number; at: number }[];
  /** When the one after them can be. */
  next: number;
  /** The database's clock when it gave them. */
  now: number;
  /** The time between two moments, ms; null: the account has no pace, so nothing waits. */
  gap: number | null;
  /** The account's pace at this time, orders per second. */
  rate: number | null;
};

/** `at`: when the order of that place had left at the latest, ms since 1970. */
export type LateUse = { place: number; at: number };

/**
 * How far ahead moments are given, ms. A new pace applies behind them, and the moments of a worker
 * that dies are lost.
 */
export const HORIZON_MS = 500;

/** Earliest moment given, ms from now: the answer has to reach the worker first. */
const LEAD_MS = 10;

/** An order may leave this early, ms, when connecting was quicker than ever before. */
export const EARLY_MS = 3;
/** A place is taken that much longer than a second, ms: for early orders, and for rounding. */
export const LONGER_MS = EARLY_MS + 1;
/** An order may leave this late, ms, without a word. */
export const ON_TIME_MS = 4;
/**
 * An order that is later than this, ms, takes another moment. The next one of its place is given
 * half a second after this one at the earliest: until then it must be known when this one was used.
 */
export const LATEST_MS = 250;

/** How near two moments may come, as a share of 1/N, so that what was late is caught up with. */
const NEAREST = 0.5;

/**
 * Takes up to that many moments of an account, for all workers from one locked row. Of N orders a
 * second each has a place, and a place is used again a second after its last use. So no second
 * holds more than N, however late orders leave, as long as that is noted.
 *
 * The clock is read once the row is locked. What lies further ahead than it can comes from a clock
 * that was set back: it counts as being as far ahead as it can. Not synced to disk: what a crash
 * could lose is in the past when the database is up again.
 */
export async function takeMoments(
  ledger: Ledger,
  accountId: number,
  count: number,
): Promise<Moments> {
  const [moments] = await ledger.query<Moments>('moments_take', TAKE, [accountId, count]);
  if (!moments) throw new Error('Bug: an account is gone');
  return moments;
}

const ms = (expression: string | number) => `(${expression}) * interval '1 ms'`;
const inMs = (interval: string) => `extract(epoch from ${interval})::float8 * 1000`;

/** From leaving until the place is free, ms. A pace of 2.5 is three places, each every 1.2 s. */
const AFTER_USE = `1000 * places / rate + ${LONGER_MS}`;
/** The same from its moment on, when it leaves as late as it may. */
const AFTER_MOMENT = `${AFTER_USE} + ${ON_TIME_MS}`;

const TAKE = `
with unsynced as materialized (select set_config('synchronous_commit', 'off', true)),
locked as materialized (
  select m.account_id, m.last, a.rate, ceil(a.rate)::int as places, ${ms('1000 / a.rate')} as gap,
    -- At a lower pace than before, the places that were used last are left.
    case when cardinality(m.free) <= a.rate then m.free else array(
      select free_at from unnest(m.free) free_at order by 1 desc limit ceil(a.rate)) end as free
  from ledger.moments m join ledger.accounts a on a.id = m.account_id
  where m.account_id = $1 for update of m),
timed as materialized (
  select *, least(last, now + ${ms(HORIZON_MS)}) as possible, now + ${ms(LEAD_MS)} as soonest
  from (select *, ledger.now() as now from locked offset 0) locked),
places as materialized (
  select place, free_at, row_number() over (order by free_at, place) as ahead
  from timed, generate_series(1, places) place, lateral (
    select least(coalesce(free[place], '-infinity'), now + ${ms(`${HORIZON_MS} + ${AFTER_MOMENT}`)})
      as free_at) known),
-- A place that was not in use joins the others at an even distance.
spaced as materialized (
  select *, sum(case when free_at > soonest then ${NEAREST} * gap else gap end)
    over (order by ahead) as distance
  from timed, places),
queued as materialized (
  select place, free_at, ahead, distance + greatest(possible,
    max(greatest(soonest, free_at) - distance) over (order by ahead)) as at
  from spaced),
given as materialized (
  select queued.* from timed, queued where at <= now + ${ms(HORIZON_MS)} order by ahead limit $2),
updated as (
  update ledger.moments m set
    last = coalesce((select max(at) from given), least(m.last, timed.now + ${ms(HORIZON_MS)})),
    free = array(
      select coalesce(given.at + ${ms(AFTER_MOMENT)}, queued.free_at)
      from queued left join given using (place) order by place)
  from timed
  where m.account_id = timed.account_id and gap is not null
    and ((select count(*) from given) > 0 or m.last > timed.now + ${ms(HORIZON_MS)}))
select rate, ${inMs('now')} as now, ${inMs('gap')} as gap,
  coalesce((select json_agg(json_build_object('place', place, 'at', ${inMs('at')}) order by ahead)
            from given), '[]') as given,
  ${inMs(`coalesce(
    (select min(at) from queued where place not in (select place from given)),
    (select min(at) from given) + ${ms(AFTER_MOMENT)}, now)`)} as next
from timed, unsynced`;

/** Notes when late orders left. Their places are free again a second after that. */
export async function noteLate(ledger: Ledger, accountId: number, late: LateUse[]): Promise<void> {
  await ledger.query(
    'moments_late',
    `update ledger.moments m set free = array(
       select greatest(m.free[place], (
         select to_timestamp(max(at) / 1000) + ${ms(AFTER_USE)}
         from unnest($2::int[], $3::float8[]) late(used, at) where used = place))
       from generate_series(1, cardinality(m.free)) place order by place)
     from (select id, rate, ceil(rate) as places from ledger.accounts where rate > 0) a
     where m.account_id = $1 and a.id = m.account_id`,
    [accountId, late.map(({ place }) => place), late.map(({ at }) => at)],
  );
}
