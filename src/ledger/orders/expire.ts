import { SILENCE_MS } from '../accounts/workers.ts';
import type { Ledger } from '../ledger.ts';

/**
 * Makes orders unknown whose attempt is past its deadline, or whose worker was silent for 20 s, by
 * watched time. A late answer is still taken. One event a plan. Returns the orders' ids.
 */
export async function expireAttempts(ledger: Ledger, accountId: number): Promise<number[]> {
  const rows = await ledger.query<{ id: number }>(
    `with late as materialized (
       select o.id, t.no, t.worker from ledger.orders o
         join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
         join ledger.plans p on p.id = o.plan_id join ledger.accounts a on a.id = p.account_id
       where o.state = 'sending' and t.outcome is null and a.id = $1
         and (t.deadline_tick <= a.ticks or t.worker in (
           select w.name from ledger.workers w
           where w.account_id = $1 and w.seen_tick <= a.ticks - ${SILENCE_MS}))
       order by o.id limit 1000 for update of o skip locked),
     told as (select id, no, 'No answer was recorded in time: worker ' || worker
       || ' ended or was cut off while the order was being sent' as what from late),
     updated_attempts as (update ledger.attempts t set outcome = 'unknown', what = told.what
       from told where t.order_id = told.id and t.no = told.no and t.outcome is null),
     updated_orders as (update ledger.orders o set state = 'unknown', reason = told.what
       from told where o.id = told.id and o.state = 'sending' and o.attempts = told.no
       returning o.id, o.plan_id),
     events as (insert into ledger.events (kind, who, why, plan_id, order_id, detail)
       select 'order_unknown', 'sweep', 'No answer was recorded in time', plan_id,
         case count(*) when 1 then min(id) end, jsonb_build_object('orders', count(*))
       from updated_orders group by plan_id)
     select id from updated_orders`,
    [accountId],
  );
  return rows.map((row) => row.id);
}

/** Asks for a new half-open probe when the last one ended without an answer. */
export async function renewProbe(ledger: Ledger, accountId: number): Promise<void> {
  await ledger.query(
    `update ledger.accounts a set probe = 'wanted' where id = $1 and probe = 'sent' and not exists (
       select 1 from ledger.attempts t where t.outcome is null and t.order_id = a.probe_order)`,
    [accountId],
  );
}
