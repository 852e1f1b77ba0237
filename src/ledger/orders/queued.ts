import { DUE_IN_MS } from '../database/clock.ts';
import type { Ledger } from '../ledger.ts';
import { orderId } from '../order-id.ts';

/** A running plan as the filling of the queue sees it, in counts of orders. */
export type Fillable = {
  id: number;
  queuedTo: number;
  priorityBase: number | null;
  /** Up to `queuedTo`: waiting or being sent. */
  open: number;
  /** Beyond `queuedTo`: not yet put into the queue. */
  left: number;
};

/** The account's running plans with pending orders, oldest first. */
export async function fillablePlans(ledger: Ledger, accountId: number): Promise<Fillable[]> {
  return ledger.query<Fillable>(
    'plans_fillable',
    `select p.id, p.queued_to as "queuedTo", p.priority_base as "priorityBase",
       greatest(0, p.queued_to - done.n) as open, p.orders - greatest(p.queued_to, 0) as left
     from ledger.plans p, lateral (
       select coalesce(sum(t.orders), 0)::int as n from ledger.tallies t
         where t.plan_id = p.id) done
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
  /** Time until it is due, ms; 0 when it is due. */
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
       ceil(${DUE_IN_MS})::int as "waitMs"
     from ledger.orders o join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
     where o.id > $1 and o.id < $2 and o.state = 'waiting' order by o.id limit $3`,
    [orderId(planId, after), orderId(planId + 1, 0), limit],
  );
}

/**
 * Stores how far a plan has been queued. Returns whether to go on: false when the plan was reset,
 * stopped or filled by another process meanwhile. The position of a stopped plan is stored anyway,
 * so that its jobs are removed as well.
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

/** The queue has lost jobs: queue all running plans of the account again from their beginning. */
export async function forgetQueued(ledger: Ledger, accountId: number): Promise<void> {
  await ledger.query(
    'forget_queued',
    `update ledger.plans set queued_to = 0 where account_id = $1 and state = 'running'`,
    [accountId],
  );
}

/**
 * Whether the queue must be rebuilt from the ledger because a clock was set. `begun`: a process had
 * started rebuilding, and may have ended in between.
 */
export async function wantsRequeue(
  ledger: Ledger,
  accountId: number,
): Promise<'wanted' | 'begun' | null> {
  const [row] = await ledger.query<{ requeue: 'wanted' | 'begun' | null }>(
    'requeue_wanted',
    'select requeue from ledger.accounts where id = $1',
    [accountId],
  );
  return row?.requeue ?? null;
}

/** Before the first job is removed. */
export async function beginRequeue(ledger: Ledger, accountId: number): Promise<void> {
  await ledger.query(
    'requeue_begin',
    `update ledger.accounts set requeue = 'begun' where id = $1`,
    [accountId],
  );
}

/** The queue is empty: queue all running plans of the account from their beginning. */
export async function endRequeue(ledger: Ledger, accountId: number): Promise<void> {
  await forgetQueued(ledger, accountId);
  await ledger.query('requeue_end', 'update ledger.accounts set requeue = null where id = $1', [
    accountId,
  ]);
}
