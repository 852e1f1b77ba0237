import type { Ledger, Queries } from '../ledger.ts';

/**
 * How far a plan had come at a moment. `orders` that were no longer pending; the others in numbers.
 */
export type Progress = {
  at: Date;
  orders: number;
  bought: number;
  missing: number;
  unknown: number;
  cancelled: number;
};

/** What has come of a plan `p`, by its tallies. */
export const SUMS = `
  select coalesce(sum(t.orders), 0)::int as orders, coalesce(sum(t.bought), 0)::int as bought,
    coalesce(sum(t.requested - t.bought)
      filter (where t.state in ('short', 'refused', 'undelivered')), 0)::int as missing,
    coalesce(sum(t.requested - t.bought) filter (where t.state = 'unknown'), 0)::int as unknown,
    coalesce(sum(t.requested) filter (where t.state = 'cancelled'), 0)::int as cancelled
  from ledger.tallies t where t.plan_id = p.id`;

/**
 * Notes how far the account's running plans have come: each second at first, and then whenever a
 * plan has run for a further 120th of its time, so that there are about a thousand notes in the
 * end. One that is paused stands still, and is noted once what was on its way has been answered:
 * its course would otherwise end before its counts do.
 */
export async function noteProgress(ledger: Ledger, accountId: number): Promise<void> {
  await ledger.query(
    'progress_note',
    `insert into ledger.progress (plan_id, at, orders, bought, missing, unknown, cancelled)
     select p.id, ledger.now(), s.*
     from ledger.plans p cross join lateral (${SUMS}) s
       left join lateral (
         select * from ledger.progress g where g.plan_id = p.id order by g.at desc limit 1
       ) last on true
     where p.account_id = $1 and (
       p.state = 'running' and coalesce(last.at, '-infinity') <=
         ledger.now() - greatest(interval '1 s', (ledger.now() - p.started_at) / 120)
       or p.state = 'paused' and (s.orders, s.bought, s.missing, s.unknown, s.cancelled)
         is distinct from (
           coalesce(last.orders, 0), coalesce(last.bought, 0), coalesce(last.missing, 0),
           coalesce(last.unknown, 0), coalesce(last.cancelled, 0)))
     on conflict on constraint progress_pkey do nothing`,
    [accountId],
  );
}

/** The last word on plans that have just ended, in the transaction that ends them. */
export async function noteEnd(tx: Queries, planIds: number[]): Promise<void> {
  await tx.query(
    'progress_end',
    `insert into ledger.progress (plan_id, at, orders, bought, missing, unknown, cancelled)
     select p.id, p.ended_at, s.* from ledger.plans p, lateral (${SUMS}) s
     where p.id = any($1::int[]) and p.ended_at is not null
     on conflict on constraint progress_pkey do nothing`,
    [planIds],
  );
}

/**
 * At most 61 of the notes, oldest first: the first, and the last one of each sixtieth of the time.
 */
export function planProgress(ledger: Ledger, planId: number): Promise<Progress[]> {
  return ledger.query<Progress>(
    'progress_read',
    `select at, orders, bought, missing, unknown, cancelled from (
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
