import { DUE_IN_MS } from '../database/clock.ts';
import type { Ledger } from '../ledger.ts';
import { isOfPlan, orderBounds, orderId } from '../order-id.ts';
import { IS_PLACED } from '../plans/plan-state.ts';
import { IS_OF_FIRST } from '../plans/progress.ts';

/** A running plan as the filling of the queue sees it, in counts of orders. */
export type Fillable = {
  id: number;
  queuedTo: number;
  priorityBase: number | null;
  /** Orders that the plan was split into; its successors come after them. */
  orders: number;
  /** In the queue or being sent: orders up to `queuedTo`, and successors. */
  open: number;
  /** Successors that wait and are not in the queue yet. */
  unqueued: number;
  /** Beyond `queuedTo`: not yet put into the queue. */
  left: number;
};

/** The account's running plans with pending orders, oldest first. */
export async function fillablePlans(ledger: Ledger, accountId: number): Promise<Fillable[]> {
  return ledger.query<Fillable>(
    `select p.id, p.queued_to as "queuedTo", p.priority_base as "priorityBase",
       p.orders, later.unqueued, p.orders - p.queued_to as left,
       greatest(0, p.queued_to - done.first) + p.successors - done.later - later.unqueued as open
     from ledger.plans p, lateral (
       select coalesce(sum(t.orders) filter (where ${IS_OF_FIRST}), 0)::int as first,
         coalesce(sum(t.orders) filter (where not ${IS_OF_FIRST}), 0)::int as later
       from ledger.tallies t where t.plan_id = p.id) done, lateral (
       select count(*)::int as unqueued from ledger.orders o
       where p.successors > done.later and ${IS_UNQUEUED} and ${isOfPlan('o.id', 'p.id')}) later
     where p.account_id = $1 and ${IS_PLACED}
       and p.orders + p.successors > done.first + done.later
     order by p.id`,
    [accountId],
  );
}

/** SQL: whether order `o` of plan `p` was compared with what is lost, and may enter the queue. */
export const IS_LET_IN = '(p.priority_base is not null and o.queued is not false)';

/** SQL: whether order `o` is a successor whose job is not in the queue. */
const IS_UNQUEUED = `o.root is not null and o.state = 'waiting' and not o.queued`;

/** Orders in flight of an account's running plans. */
export async function countInFlight(ledger: Ledger, accountId: number): Promise<number> {
  const [row] = await ledger.query<{ n: number }>(
    `select count(*)::int as n from ledger.orders o join ledger.plans p on p.id = o.plan_id
     where o.state = 'sending' and p.account_id = $1 and ${IS_PLACED}`,
    [accountId],
  );
  return row?.n ?? 0;
}

export type WaitingOrder = {
  id: number;
  areaCode: string | null;
  type: string;
  quantity: number;
  /** Another try of a standing line: it comes after all other orders. */
  isAgain: boolean;
  /** Time until it is due, ms; 0 when it is due. */
  waitMs: number;
};

const WAITING = `
  select o.id, l.area_code as "areaCode", l.type, o.quantity,
    coalesce(o.step = 0, false) as "isAgain", ceil(${DUE_IN_MS})::int as "waitMs"
  from ledger.orders o join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
  where o.id > $1 and o.id <= $2 and o.state = 'waiting'`;

/** The next of the plan's first orders that wait, after that ordinal, in the plan's order. */
export function waitingOrders(
  ledger: Ledger,
  { id, orders }: Pick<Fillable, 'id' | 'orders'>,
  after: number,
  limit: number,
): Promise<WaitingOrder[]> {
  return ledger.query<WaitingOrder>(`${WAITING} order by o.id limit $3`, [
    orderId(id, after),
    orderId(id, orders),
    limit,
  ]);
}

/** The plan's successors that are to be put into the queue. */
export function unqueuedSuccessors(
  ledger: Ledger,
  planId: number,
  limit: number,
): Promise<WaitingOrder[]> {
  return ledger.query<WaitingOrder>(`${WAITING} and ${IS_UNQUEUED} order by o.id limit $3`, [
    ...orderBounds(planId),
    limit,
  ]);
}

/** Stores whether these successors are queued: only then do they have jobs and may be claimed. */
export async function noteSuccessors(
  ledger: Ledger,
  orderIds: number[],
  queued: boolean,
): Promise<void> {
  await ledger.query(
    'update ledger.orders set queued = $2 where id = any($1::bigint[]) and queued <> $2',
    [orderIds, queued],
  );
}

/** Successors of stopped plans whose jobs may be in the queue. */
export async function stoppedSuccessors(ledger: Ledger, accountId: number): Promise<number[]> {
  const rows = await ledger.query<{ id: number }>(
    `select o.id from ledger.orders o join ledger.plans p on p.id = o.plan_id
     where p.account_id = $1 and p.state in ('paused', 'cancelled')
       and o.root is not null and o.state = 'waiting' and o.queued`,
    [accountId],
  );
  return rows.map(({ id }) => id);
}

/** Lets a plan's first orders be claimed, and stores its place among the plans. */
export async function letIn(ledger: Ledger, planId: number, priorityBase: number): Promise<void> {
  await ledger.query(
    'update ledger.plans set priority_base = $2 where id = $1 and priority_base is null',
    [planId, priorityBase],
  );
}

/**
 * Stores how far a plan has been queued. False: it was reset, stopped or filled by another process
 * meanwhile. That of a stopped plan is stored anyway, so that its jobs are removed.
 */
export async function noteQueued(
  ledger: Ledger,
  planId: number,
  from: number,
  to: number,
): Promise<boolean> {
  const [row] = await ledger.query<{ isRunning: boolean }>(
    `update ledger.plans set queued_to = $3
     where id = $1 and (queued_to = $2 or (state in ('paused', 'cancelled') and queued_to < $3))
     returning state in ('running', 'standing') as "isRunning"`,
    [planId, from, to],
  );
  return row?.isRunning ?? false;
}

/** The queue has lost jobs: queue all running plans of the account again from their beginning. */
export async function forgetQueued(ledger: Ledger, accountId: number): Promise<void> {
  await ledger.query(
    `update ledger.plans p set queued_to = 0 where account_id = $1 and ${IS_PLACED}`,
    [accountId],
  );
  await ledger.query(
    `update ledger.orders o set queued = false from ledger.plans p
     where p.id = o.plan_id and p.account_id = $1 and ${IS_PLACED}
       and o.root is not null and o.state = 'waiting' and o.queued`,
    [accountId],
  );
}

/** Stores that rebuilding has begun. Call it before the first job is removed. */
export async function beginRequeue(ledger: Ledger, accountId: number): Promise<void> {
  await ledger.query(`update ledger.accounts set requeue = 'begun' where id = $1`, [accountId]);
}

/** The queue is empty: queue all running plans of the account from their beginning. */
export async function endRequeue(ledger: Ledger, accountId: number): Promise<void> {
  await forgetQueued(ledger, accountId);
  await ledger.query('update ledger.accounts set requeue = null where id = $1', [accountId]);
}

/**
 * Call it before the first look at a queue that begins empty: all running plans are queued again.
 * Returns whether it is paused.
 */
export async function beginQueue(ledger: Ledger, account: string): Promise<boolean> {
  const [row] = await ledger.query<{ id: number }>(
    'select id from ledger.accounts where name = $1',
    [account],
  );
  if (!row) return false;
  await forgetQueued(ledger, row.id);
  return isQueuePaused(ledger, row.id);
}

/** Whether a person has paused the account's queue and nobody has resumed it since. */
export async function isQueuePaused(ledger: Ledger, accountId: number): Promise<boolean> {
  const [last] = await ledger.query<{ kind: string }>(
    `select kind from ledger.events
     where account_id = $1 and plan_id is null and kind in ('queue_paused', 'queue_resumed')
     order by id desc limit 1`,
    [accountId],
  );
  return last?.kind === 'queue_paused';
}
