import type { Progress } from '../../documents/index.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { IS_PLACED } from './plan-state.ts';

/** The progress of a plan `p`, by its tallies. */
export const SUMS = `
  select coalesce(sum(t.orders), 0)::int as orders, coalesce(sum(t.bought), 0)::int as bought,
    coalesce(sum(t.requested - t.bought)
      filter (where t.state in ('short', 'refused', 'undelivered')), 0)::int as missing,
    coalesce(sum(t.requested - t.bought) filter (where t.state = 'unknown'), 0)::int as unknown,
    coalesce(sum(t.requested) filter (where t.state = 'cancelled'), 0)::int as cancelled
  from ledger.tallies t where t.plan_id = p.id`;

/** SQL: how often plan `p` became standing or ended with other results than before. */
export const REVISION = `(select coalesce(max(revision), 0) from ledger.progress
  where plan_id = p.id)`;

const RESULTS = 'array[bought, missing, unknown, cancelled]';

/** SQL: whether plan `p` has other results than in its last revision. */
export const HAS_NEWS = `(select ${RESULTS} from (${SUMS}) sums) is distinct from (
  select ${RESULTS} from ledger.progress
  where plan_id = p.id and revision is not null order by revision desc limit 1)`;

/** Whether a tally counts orders that the plan was split into; see `tally_slot`. */
export const IS_OF_FIRST = 'slot < 16';
/** Whether a tally counts orders in another area code than was asked for. */
const IS_OF_SUBSTITUTES = 'slot >= 32';

/** The numbers of tallies that were bought in place of what was asked for. */
export const BOUGHT_INSTEAD = `coalesce(sum(bought) filter (where ${IS_OF_SUBSTITUTES}), 0)::int`;

/** The same of a plan `p`. */
export const SUBSTITUTED = `(select ${BOUGHT_INSTEAD} from ledger.tallies where plan_id = p.id)`;

/**
 * Notes the progress of running plans: each second at first, then after another 120th of their
 * time, about a thousand notes in all. A paused plan gets a last one when all is answered.
 */
export async function noteProgress(ledger: Ledger, accountId: number): Promise<void> {
  await ledger.query(
    `insert into ledger.progress (plan_id, at, orders, bought, missing, unknown, cancelled)
     select p.id, ledger.now(), s.*
     from ledger.plans p cross join lateral (${SUMS}) s
       left join lateral (
         select * from ledger.progress g where g.plan_id = p.id order by g.at desc limit 1
       ) last on true
     where p.account_id = $1 and (
       ${IS_PLACED} and coalesce(last.at, '-infinity') <=
         ledger.now() - greatest(interval '1 s', (ledger.now() - p.started_at) / 120)
       or p.state = 'paused' and (s.orders, s.bought, s.missing, s.unknown, s.cancelled)
         is distinct from (
           coalesce(last.orders, 0), coalesce(last.bought, 0), coalesce(last.missing, 0),
           coalesce(last.unknown, 0), coalesce(last.cancelled, 0)))
     on conflict on constraint progress_pkey do nothing`,
    [accountId],
  );
}

/**
 * Notes that plans have ended or become standing: those for which the SQL `stopped` is true.
 * Results that differ from those of the last time are a revision.
 */
export async function noteStop(tx: Queries, planIds: number[], stopped: string): Promise<void> {
  await tx.query(
    `insert into ledger.progress as g
       (plan_id, at, orders, bought, missing, unknown, cancelled, revision)
     select p.id, coalesce(p.ended_at, ledger.now()), s.*,
       case when ${HAS_NEWS} then ${REVISION} + 1 end
     from ledger.plans p, lateral (${SUMS}) s
     where p.id = any($1::int[]) and ${stopped}
     on conflict on constraint progress_pkey do update
       set orders = excluded.orders, bought = excluded.bought, missing = excluded.missing,
         unknown = excluded.unknown, cancelled = excluded.cancelled,
         revision = coalesce(excluded.revision, g.revision)`,
    [planIds],
  );
}

/** At most 61 notes, oldest first: the first, and the last of each sixtieth of the time. */
export function planProgress(ledger: Ledger, planId: number): Promise<Progress[]> {
  return ledger.query<Progress>(
    `/* progress_read */
     select at, orders, bought, missing, unknown, cancelled from (
       select distinct on (part) * from (
         select g.*, ceil(60 * extract(epoch from g.at - span.began) /
           nullif(extract(epoch from span.ended - span.began), 0)) as part
         from ledger.progress g, (
           select min(at) as began, max(at) as ended from ledger.progress where plan_id = $1) span
         where g.plan_id = $1) parted
       order by part, at desc) thinned
     order by at`,
    [planId],
  );
}
