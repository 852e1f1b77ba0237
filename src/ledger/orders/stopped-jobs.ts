import type { Ledger } from '../ledger.ts';
import { orderId } from '../order-id.ts';

/** Orders of a stopped plan with jobs that may be queued: after the ordinal `from`, up to `to`. */
export type StoppedJobs = { planId: number; from: number; to: number; orderIds: number[] };

/**
 * Takes the last queued orders of a paused or cancelled plan, so that their jobs can be removed;
 * undefined when there are none. No other caller gets the same ones, so several can empty a large
 * queue together.
 */
export async function takeStoppedJobs(
  ledger: Ledger,
  accountId: number,
  limit: number,
): Promise<StoppedJobs | undefined> {
  const [some] = await ledger.query<Omit<StoppedJobs, 'orderIds'>>(
    'stopped_jobs_take',
    `with stopped as (
       select id, queued_to from ledger.plans
       where account_id = $1 and state in ('paused', 'cancelled') and queued_to > 0
       order by id limit 1 for no key update)
     update ledger.plans p set queued_to = greatest(0, stopped.queued_to - $2)
     from stopped where p.id = stopped.id
     returning p.id as "planId", p.queued_to as "from", stopped.queued_to as "to"`,
    [accountId, limit],
  );
  if (!some) return undefined;
  const orders = await ledger.query<{ id: number }>(
    'stopped_jobs_orders',
    `select id from ledger.orders
     where id > $1 and id <= $2 and state in ('waiting', 'cancelled') order by id`,
    [orderId(some.planId, some.from), orderId(some.planId, some.to)],
  );
  return { ...some, orderIds: orders.map(({ id }) => id) };
}

/**
 * Stores that their jobs have left the queue. A plan that was resumed meanwhile is queued again
 * from there.
 */
export async function noteJobsRemoved(
  ledger: Ledger,
  { planId, from }: StoppedJobs,
): Promise<void> {
  await ledger.query(
    'stopped_jobs_removed',
    'update ledger.plans set queued_to = $2 where id = $1 and queued_to > $2',
    [planId, from],
  );
}

/** Stores that their jobs may still be in the queue, because the queue could not be reached. */
export async function giveBackStoppedJobs(
  ledger: Ledger,
  { planId, to }: StoppedJobs,
): Promise<void> {
  await ledger.query(
    'stopped_jobs_give_back',
    `update ledger.plans set queued_to = $2
     where id = $1 and queued_to < $2 and state in ('paused', 'cancelled')`,
    [planId, to],
  );
}
