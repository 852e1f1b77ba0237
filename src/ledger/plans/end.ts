import type { Ledger } from '../ledger.ts';
import { orderId } from '../order-id.ts';
import { MAY_FOLLOW, planHas } from '../successors/families.ts';
import { STANDS } from '../successors/standing.ts';
import { HAS_PENDING } from './plan-state.ts';
import { HAS_NEWS, noteStop } from './progress.ts';

/**
 * Ends the plans without pending orders, or lets them stand. First cancels what is left of
 * cancelled plans, for about `withinMs` each; without it, all.
 */
export async function endPlans(
  ledger: Ledger,
  accountId: number,
  { withinMs = Number.POSITIVE_INFINITY } = {},
): Promise<void> {
  const cancelled = await ledger.query<{ id: number }>(
    `select id from ledger.plans
     where account_id = $1 and state = 'cancelled' and ended_at is null`,
    [accountId],
  );
  for (const { id } of cancelled) await cancelWaiting(ledger, id, withinMs);
  const ending = await ledger.query<{ id: number }>(
    `select id from ledger.plans p where account_id = $1 and ${IS_IDLE}
       and not (state = 'standing' and ${STANDS} and not ${HAS_NEWS})`,
    [accountId],
  );
  if (ending.length === 0) return;
  const ids = ending.map(({ id }) => id);
  await ledger.transaction(async (tx) => {
    // Another transaction may be putting orders back to waiting. It locks the plan as well, so once
    // we hold the lock, a new look at the tallies sees its work.
    await tx.query(
      'select id from ledger.plans where id = any($1::int[]) order by id for no key update',
      [ids],
    );
    await tx.query(
      `update ledger.plans p set ended_at = ledger.now(),
         state = case state when 'cancelled' then state else 'finished' end
       where id = any($1::int[]) and ${IS_IDLE} and not (${IS_LEFT_STANDING})`,
      [ids],
    );
    await tx.query(
      `update ledger.plans p set state = 'standing'
       where id = any($1::int[]) and state = 'running' and ${IS_IDLE}`,
      [ids],
    );
    await noteStop(tx, ids, HAS_STOPPED);
  });
}

/** SQL: no order of plan `p` is pending, and no family of it is due for a successor. */
const IS_IDLE = `p.state in ('running', 'standing', 'cancelled') and p.ended_at is null
  and not ${HAS_PENDING}
  and (p.state = 'cancelled' or not ${planHas(MAY_FOLLOW)})`;

const HAS_STOPPED = `(p.ended_at is not null or p.state = 'standing' and ${IS_IDLE})`;

/** Some of its lines will be tried again. */
const IS_LEFT_STANDING = `state in ('running', 'standing') and ${STANDS}`;

/** Orders in one transaction: workers and readers of the plan wait for one at most. */
const CANCELLED = 1_000;

/**
 * Cancels the waiting orders of a cancelled plan, for about `withinMs`, and returns how many.
 * Several processes do it together; an order that another one holds waits for the next call.
 */
export async function cancelWaiting(
  ledger: Ledger,
  planId: number,
  withinMs = Number.POSITIVE_INFINITY,
): Promise<number> {
  const until = performance.now() + withinMs;
  const end = orderId(planId + 1, 0) - 1;
  let cancelled = 0;
  let after = orderId(planId, 0);
  do {
    const [some] = await ledger.query<{ first: number; orders: number }>(CANCEL_SQL, [
      after,
      end,
      planId,
    ]);
    if (!some) break;
    cancelled += some.orders;
    // What was cancelled stays in the index for a while: a search from the start would pass it.
    after = some.first + CANCELLED - 1;
  } while (performance.now() < until);
  return cancelled;
}

/**
 * Finds the next waiting order, and takes its neighbours between two bounds. For the first thousand
 * that wait, a database without statistics would read and sort all that are left, each time;
 * without bounds it would read them to update a few.
 */
const CANCEL_SQL = `
  with first as materialized (
    select id from ledger.orders where id > $1 and id <= $2 and state = 'waiting'
    order by id limit 1),
  free as materialized (
    select o.id from first f, ledger.orders o
    where o.id between f.id and least(f.id + ${CANCELLED - 1}, $2) and o.state = 'waiting'
      and exists (select from ledger.plans where id = $3 and state = 'cancelled')
    order by o.id for update of o skip locked),
  done as (
    update ledger.orders set state = 'cancelled', not_before = null, reason = null
    where id >= (select id from first) and id < (select id from first) + ${CANCELLED}
      and id in (select id from free)
    returning id)
  select first.id as first, (select count(*) from done)::int as orders from first`;
