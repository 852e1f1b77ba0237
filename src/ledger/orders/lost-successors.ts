/**
 * A successor that was sent, and lost because the ledger went back, proves that the orders before
 * it in its family had ended: none of those is sent again.
 */
import { PLAN_ROOM } from '../../order-size.ts';
import { columns } from '../columns.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { isUnmade, orderBounds, orderId, orderIdsFrom, planOf } from '../order-id.ts';
import { withdrawDoubtful } from '../successors/withdraw.ts';
import { doubtOrders, type LostAttempt, SENT_BEFORE } from './doubt.ts';

const IS_FINAL =
  'This order had ended. Either the vendor has named numbers for its family that no order has, ' +
  'or what it lacked had been asked for again before the ledger went back. It is not sent again';

/** Stores them, and marks the orders before them. `deadlineMs` as in `Doubt`. */
export async function noteLostSuccessors(
  tx: Queries,
  lost: LostAttempt[],
  deadlineMs: number,
): Promise<void> {
  if (lost.length === 0) return;
  await tx.query(
    `insert into ledger.lost_successors as l (order_id, root, attempt, deadline_tick)
     select lost.id, ${orderIdsFrom('p.id')} + 1
       + (lost.id - ${orderIdsFrom('p.id')} - 1) % p.orders, lost.attempt,
       ledger.lost_deadline(p.account_id, $3)
     from unnest($1::bigint[], $2::integer[]) lost(id, attempt)
       join ledger.plans p on p.id = lost.id / ${PLAN_ROOM}
     on conflict on constraint lost_successors_pkey do update
       set attempt = excluded.attempt, deadline_tick = excluded.deadline_tick
       where excluded.attempt > l.attempt`,
    [...columns(lost, 'orderId', 'attempt'), deadlineMs],
  );
  const ids = lost.map(({ orderId }) => orderId);
  await markBefore(tx, ids);
}

/** Marks the orders before these in their families: they had ended. */
async function markBefore(tx: Queries, lost: number[]): Promise<void> {
  if (lost.length === 0) return;
  await tx.query(
    `update ledger.orders set is_final = true
     where is_final is not true and id in (
       select root from ledger.lost_successors where order_id = any($1::bigint[])
       union
       select o.id from ledger.lost_successors l join ledger.orders o on o.root = l.root
       where l.order_id = any($1::bigint[]) and o.id < l.order_id)`,
    [lost],
  );
}

/** Of these new successors, those sent before become unknown; those before such ones are marked. */
export async function doubtRemade(tx: Queries, ids: number[]): Promise<void> {
  if (ids.length === 0) return;
  const later = await tx.query<{ id: number }>(
    `select distinct l.order_id as id
     from ledger.orders o join ledger.lost_successors l on l.root = o.root and l.order_id > o.id
     where o.id = any($1::bigint[])`,
    [ids],
  );
  const sentLater = later.map(({ id }) => id);
  await markBefore(tx, sentLater);
  const lost = await tx.query<LostAttempt & { accountId: number; deadlineMs: number }>(
    `select l.order_id as "orderId", l.attempt, a.id as "accountId",
       (max(l.deadline_tick) over () - a.ticks)::float8 as "deadlineMs"
     from ledger.lost_successors l join ledger.orders o on o.id = l.order_id
       join ledger.plans p on p.id = o.plan_id join ledger.accounts a on a.id = p.account_id
     where l.order_id = any($1::bigint[])`,
    [ids],
  );
  const [first] = lost;
  if (!first) return;
  const { accountId, deadlineMs } = first;
  await doubtOrders(tx, { accountId, lost, deadlineMs, what: SENT_BEFORE });
}

/**
 * Makes unknown, and returns, final orders that could be sent again: those before a lost successor,
 * and of a family with unrecorded numbers. Its unsent successors are withdrawn.
 */
export async function doubtFinal(ledger: Ledger, accountId: number): Promise<number[]> {
  await withdrawDoubtful(ledger, accountId);
  const orders = await ledger.query<{ orderId: number }>(
    `select o.id as "orderId" from ledger.orders o join ledger.plans p on p.id = o.plan_id
     where o.is_final and o.state in ('waiting', 'refused', 'undelivered')
       and p.account_id = $1`,
    [accountId],
  );
  if (orders.length === 0) return [];
  const lost = orders.map((order) => ({ ...order, attempt: null }));
  const doubt = { accountId, lost, deadlineMs: 0, what: IS_FINAL };
  return ledger.transaction((tx) => doubtOrders(tx, doubt));
}

/** No unknown order that may have had a lost successor is sent again. With `orders`: only these. */
export async function suspectSucceeded(
  tx: Queries,
  accountId: number,
  orders: number[] | null = null,
): Promise<void> {
  await tx.query(
    `update ledger.orders o set is_final = true
     from ledger.plans p, ledger.lines l
     where p.id = o.plan_id and p.account_id = $1 and o.state = 'unknown'
       and l.plan_id = o.plan_id and l.line = o.line
       and (o.root is not null or l.fallback is not null or l.keep_trying is not null)
       and ($2::bigint[] is null or o.id = any($2))`,
    [accountId, orders],
  );
}

/** Those of a plan that have not been made again yet, in the form that a witness keeps. */
export async function lostSuccessorsOf(
  ledger: Ledger,
  planId: number,
): Promise<{ order: number; attempts: number }[]> {
  const rows = await ledger.query<{ id: number; attempts: number }>(
    `select order_id as id, attempt as attempts from ledger.lost_successors l
     where order_id > $1 and order_id < $2 and ${isUnmade('l.order_id')}
     order by order_id`,
    orderBounds(planId),
  );
  return rows.map(({ id, attempts }) => ({ order: id - orderId(planOf(id), 0), attempts }));
}
