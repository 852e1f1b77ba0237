import { columns } from '../columns.ts';
import { type Ledger, only } from '../ledger.ts';

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

/** How far ahead moments are given, ms: a new pace applies after them, and a death loses them. */
export const HORIZON_MS = 500;

/** Earliest moment given, ms from now: the answer has to reach the worker first. */
const LEAD_MS = 10;

/** A place is taken this much longer than a second, ms: the ways to the vendor differ. */
export const LONGER_MS = 4;
/** An order may leave this late, ms, without telling the ledger. */
export const ON_TIME_MS = 4;

/** How near two moments may come, as a share of 1/N, so that what was late is caught up with. */
const NEAREST = 0.5;

/**
 * Takes up to that many moments of an account, for all workers from one locked row: see "The pace"
 * in docs/architecture.md. The clock is read once the row is locked. A moment further ahead than
 * any can be, after a clock set back or at a lower pace, counts as the latest that can be. Not
 * synced to disk: what a crash could lose is past when the database is up again.
 */
export async function takeMoments(
  ledger: Ledger,
  accountId: number,
  count: number,
): Promise<Moments> {
  const rows = await ledger.query<Moments>(TAKE, [accountId, count]);
  return only(rows, 'an account');
}

const ms = (expression: string | number) => `(${expression}) * interval '1 ms'`;
const inMs = (interval: string) => `extract(epoch from ${interval})::float8 * 1000`;

/** From leaving until the place is free, ms. A pace of 2.5 is three places, each every 1.2 s. */
export const usedFor = (rate: number): number => (1_000 * Math.ceil(rate)) / rate + LONGER_MS;
const AFTER_USE = `1000 * places / rate + ${LONGER_MS}`;
/** The same from its moment on, when it leaves as late as it may. */
const AFTER_MOMENT = `${AFTER_USE} + ${ON_TIME_MS}`;

/**
 * An order that is later than this, ms, takes another moment: at 1 per second its place may be
 * given to the next order 508 ms after its moment, and by then the ledger must have been told. A
 * pace that is raised while such an order is late may be exceeded by that one order.
 */
export const latestFor = (rate: number): number => 200 + usedFor(rate) - usedFor(1);

const TAKE = `
with unsynced as materialized (select set_config('synchronous_commit', 'off', true)),
locked as materialized (
  select m.account_id, m.last, m.free, a.rate, ceil(a.rate)::int as places,
    ${ms('1000 / a.rate')} as gap
  from ledger.moments m join ledger.accounts a on a.id = m.account_id
  where m.account_id = $1 for update of m),
timed as materialized (
  select *, now + ${ms(LEAD_MS)} as earliest, now + ${ms(HORIZON_MS)} as horizon,
    now + ${ms(`${HORIZON_MS} + ${AFTER_MOMENT}`)} as limit_at
  from (select *, ledger.now() as now from locked offset 0) locked),
known as materialized (
  select place, least(coalesce(stored.free_at, '-infinity'), limit_at) as free_at
  from timed, lateral (
    select place, stored.free_at from generate_series(1, greatest(places, cardinality(free))) place
      left join unnest(free) with ordinality stored(free_at, place) using (place)) stored),
-- After a change to a lower pace there are more places than it has: those used last count.
ranked as materialized (
  select place, free_at, row_number() over (order by free_at, place) as rank
  from (select * from known order by free_at desc, place limit (select places from timed)) known
  -- One more than is asked for, which tells when the next moment can be.
  order by rank limit $2 + 1),
-- A place that is free already is used 1/N after the one before; one in use may come nearer.
spaced as materialized (
  select place, rank, greatest(earliest, free_at) as usable_at,
    sum(case when free_at > earliest then ${NEAREST} * gap else gap end)
      over (order by rank) as distance
  from timed, ranked),
queued as materialized (
  select place, rank, distance + greatest(least(last, horizon),
    max(usable_at - distance) over (order by rank)) as at
  from timed, spaced),
given as materialized (
  select queued.* from timed, queued where at <= horizon order by rank limit $2),
updated as (
  update ledger.moments m set
    last = coalesce((select max(at) from given), least(m.last, horizon)),
    free = array(
      select coalesce(at + ${ms(AFTER_MOMENT)}, free_at)
      from known left join given using (place) order by place)
  from timed
  where m.account_id = timed.account_id and gap is not null
    and (exists (select from given) or m.last > horizon or limit_at < any (m.free)))
select rate, ${inMs('now')} as now, ${inMs('gap')} as gap,
  coalesce((select json_agg(json_build_object('place', place, 'at', ${inMs('at')}) order by rank)
            from given), '[]') as given,
  ${inMs(`coalesce(
    (select min(at) from queued where place not in (select place from given)),
    (select min(at) from given) + ${ms(AFTER_MOMENT)}, now)`)} as next
from timed, unsynced`;

/** Notes when late orders left. Their places are free again a second after that. Not synced. */
export async function noteLate(ledger: Ledger, accountId: number, late: LateUse[]): Promise<void> {
  await ledger.query(
    `with unsynced as materialized (select set_config('synchronous_commit', 'off', true)),
     used as materialized (
       select place, max(at) as at from unnest($2::int[], $3::float8[]) used(place, at) group by 1)
     update ledger.moments m set free = array(
       select greatest(free_at, to_timestamp(at / 1000) + ${ms(AFTER_USE)})
       from unnest(m.free) with ordinality known(free_at, place) left join used using (place)
       order by place)
     from (select id, rate, ceil(rate) as places from ledger.accounts where rate > 0) a,
       unsynced
     where m.account_id = $1 and a.id = m.account_id`,
    [accountId, ...columns(late, 'place', 'at')],
  );
}
