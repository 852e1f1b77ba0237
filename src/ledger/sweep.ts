import { setImmediate as otherWork } from 'node:timers/promises';
import type { Ledger } from './ledger.ts';
import { orderId } from './order-id.ts';
import { noteEnd } from './progress.ts';
import { cancelWaiting } from './steer.ts';

/**
 * Attempts whose deadline has passed without an answer, or whose worker has been silent for 20 s:
 * their orders become unknown. The attempt keeps no `answered_at`, so that an answer that comes late
 * after all is still taken. An event tells of them, plan by plan. Returns the orders' ids.
 *
 * Silence counts only to a `sweeper` that has itself been heard all the while, since after the ledger
 * was away everybody seems silent; and not at all when no sweeper is named.
 */
export async function expireAttempts(
  ledger: Ledger,
  accountId: number,
  sweeper?: string,
): Promise<number[]> {
  const rows = await ledger.query<{ id: number }>(
    'expire_attempts',
    `with late as materialized (
       select o.id, t.no, t.worker from ledger.attempts t
         join ledger.orders o on o.id = t.order_id join ledger.plans p on p.id = o.plan_id
       where t.outcome is null and p.account_id = $1 and o.state = 'sending' and o.attempts = t.no
         and (t.deadline < clock_timestamp() or t.worker in (
           select w.name from ledger.workers w, ledger.workers me
           where w.seen_at < clock_timestamp() - ${SILENCE} and me.name = $2
             and me.steady_since < clock_timestamp() - ${SILENCE}))
       order by o.id limit 1000 for update of o skip locked),
     told as (select id, no, 'No answer was recorded in time: worker ' || worker
       || ' ended or was cut off while the order was being sent' as what from late),
     t as (update ledger.attempts t set outcome = 'unknown', what = told.what
       from told where t.order_id = told.id and t.no = told.no and t.outcome is null),
     o as (update ledger.orders o set state = 'unknown', reason = told.what
       from told where o.id = told.id and o.state = 'sending' and o.attempts = told.no
       returning o.id, o.plan_id),
     e as (insert into ledger.events (kind, who, why, plan_id, order_id, detail)
       select 'order_unknown', 'sweep', 'No answer was recorded in time', plan_id,
         case count(*) when 1 then min(id) end, jsonb_build_object('orders', count(*))
       from o group by plan_id)
     select id from o`,
    [accountId, sweeper ?? null],
  );
  return rows.map((row) => row.id);
}

/** The order that was tried alone is not in flight any more and brought no answer: another may be. */
export async function renewTrial(ledger: Ledger, accountId: number): Promise<void> {
  await ledger.query(
    'renew_trial',
    `update ledger.accounts a set trial = 'wanted' where id = $1 and trial = 'sent' and not exists (
       select 1 from ledger.attempts t where t.outcome is null and t.order_id = a.trial_order)`,
    [accountId],
  );
}

/** A worker that was not heard for so long is dead, or as good as: it sends nothing any more. */
export const SILENCE = `interval '20 s'`;

/** A worker says that it is alive, once a second. Whoever was silent for a day is forgotten. */
export async function noteAlive(ledger: Ledger, accountId: number, worker: string): Promise<void> {
  await ledger.query(
    'note_alive',
    `with gone as (delete from ledger.workers where seen_at < clock_timestamp() - interval '1 day')
     insert into ledger.workers as w (name, account_id) values ($2, $1)
     on conflict on constraint workers_pkey do update set
       steady_since = case when w.seen_at < clock_timestamp() - interval '5 s'
         then clock_timestamp() else w.steady_since end,
       seen_at = clock_timestamp()`,
    [accountId, worker],
  );
}

/** A worker leaves with nothing in flight. */
export async function noteGone(ledger: Ledger, worker: string): Promise<void> {
  await ledger.query('note_gone', 'delete from ledger.workers where name = $1', [worker]);
}

/** Ends the plans that have nothing pending any more, after cancelling what a cancelled one has left. */
export async function endPlans(ledger: Ledger, accountId: number): Promise<void> {
  const cancelled = await ledger.query<{ id: number }>(
    'plans_cancelling',
    `select id from ledger.plans where account_id = $1 and state = 'cancelled' and ended_at is null`,
    [accountId],
  );
  for (const { id } of cancelled) {
    // The embedded database works in this thread: without a breath between two batches, requests
    // and workers' signs of life would wait until all of a huge plan is cancelled.
    while ((await cancelWaiting(ledger, id)) > 0) await otherWork();
  }
  const ending = await ledger.query<{ id: number }>(
    'plans_ending',
    `select id from ledger.plans p where account_id = $1 and ${NOTHING_PENDING}`,
    [accountId],
  );
  if (ending.length === 0) return;
  const ids = ending.map(({ id }) => id);
  await ledger.transaction(async (tx) => {
    // Somebody may be putting orders of it back to waiting just now: he locks the plan, too, and
    // once we have it, a new look at the tallies sees what he did.
    await tx.query(
      'plans_ending_lock',
      'select id from ledger.plans where id = any($1::int[]) order by id for no key update',
      [ids],
    );
    await tx.query(
      'plans_end',
      `update ledger.plans p set ended_at = clock_timestamp(),
         state = case state when 'running' then 'finished' else state end
       where id = any($1::int[]) and ${NOTHING_PENDING}`,
      [ids],
    );
    await noteEnd(tx, ids);
  });
}

const NOTHING_PENDING = `state in ('running', 'cancelled') and ended_at is null
  and orders = (select coalesce(sum(t.orders), 0) from ledger.tallies t where t.plan_id = p.id)`;

/** A running plan, as far as filling the queue is concerned. Counts of orders. */
export type Fillable = {
  id: number;
  queuedTo: number;
  priorityBase: number | null;
  /** Up to `queuedTo`: waiting or being sent. */
  open: number;
  /** Beyond `queuedTo`: not yet put into the queue. */
  left: number;
};

export async function fillablePlans(ledger: Ledger, accountId: number): Promise<Fillable[]> {
  return ledger.query<Fillable>(
    'plans_fillable',
    `select p.id, p.queued_to as "queuedTo", p.priority_base as "priorityBase",
       greatest(0, p.queued_to - done.n) as open, p.orders - greatest(p.queued_to, 0) as left
     from ledger.plans p, lateral (
       select coalesce(sum(t.orders), 0)::int as n from ledger.tallies t where t.plan_id = p.id) done
     where p.account_id = $1 and p.state = 'running' and p.orders > done.n
     order by p.id`,
    [accountId],
  );
}

/** Orders in flight of an account's running plans. */
export async function countInFlight(ledger: Ledger, accountId: number): Promise<number> {
  const [row] = await ledger.query<{ n: number }>(
    'count_in_flight',
    `select count(*)::int as n from ledger.attempts t
       join ledger.orders o on o.id = t.order_id join ledger.plans p on p.id = o.plan_id
     where t.outcome is null and p.account_id = $1 and p.state = 'running'`,
    [accountId],
  );
  return row?.n ?? 0;
}

export type WaitingOrder = {
  id: number;
  areaCode: string | null;
  type: string;
  quantity: number;
  /** Not due before so many ms; 0 when it is due. */
  waitMs: number;
};

/** The plan's next waiting orders after that ordinal, in the plan's order. */
export async function waitingOrders(
  ledger: Ledger,
  planId: number,
  after: number,
  limit: number,
): Promise<WaitingOrder[]> {
  return ledger.query<WaitingOrder>(
    'waiting_orders',
    `select o.id, l.area_code as "areaCode", l.type, o.quantity,
       greatest(0, coalesce(ceil(extract(epoch from o.not_before - clock_timestamp()) * 1000), 0))::int as "waitMs"
     from ledger.orders o join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
     where o.id > $1 and o.id < $2 and o.state = 'waiting' order by o.id limit $3`,
    [orderId(planId, after), orderId(planId + 1, 0), limit],
  );
}

/**
 * Remembers how far a plan has been put into the queue, and says whether it is to be filled further:
 * not when it was reset, stopped or filled by somebody else meanwhile. Of one that was stopped it is
 * remembered all the same, so that those jobs are taken out, too.
 */
export async function noteQueued(
  ledger: Ledger,
  planId: number,
  from: number,
  to: number,
  priorityBase: number,
): Promise<boolean> {
  const [row] = await ledger.query<{ isRunning: boolean }>(
    'note_queued',
    `update ledger.plans set queued_to = $3, priority_base = coalesce(priority_base, $4)
     where id = $1 and (queued_to = $2 or (state in ('paused', 'cancelled') and queued_to < $3))
     returning state = 'running' as "isRunning"`,
    [planId, from, to, priorityBase],
  );
  return row?.isRunning ?? false;
}

/** The queue has lost jobs: all running plans of the account are put into it from their beginning. */
export async function forgetQueued(ledger: Ledger, accountId: number): Promise<void> {
  await ledger.query(
    'forget_queued',
    `update ledger.plans set queued_to = 0 where account_id = $1 and state = 'running'`,
    [accountId],
  );
}
