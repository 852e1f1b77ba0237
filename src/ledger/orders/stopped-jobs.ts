import type { Ledger } from '../ledger.ts';
import { orderId } from '../order-id.ts';

/** Orders of a stopped plan with jobs that may be queued: after the ordinal `from`, up to `to`. */
export type StoppedJobs = { planId: number; from: number; to: number; orderIds: number[] };

/** The last queued orders of a stopped plan, whose jobs are to be removed; undefined: none. */
export async function findStoppedJobs(
  ledger: Ledger,
  accountId: number,
  limit: number,
): Promise<StoppedJobs | undefined> {
  const [some] = await ledger.query<Omit<StoppedJobs, 'orderIds'>>(
    `select id as "planId", greatest(0, queued_to - $2) as "from", queued_to as "to"
     from ledger.plans
     where account_id = $1 and state in ('paused', 'cancelled') and queued_to > 0
     order by id limit 1`,
    [accountId, limit],
  );
  if (!some) return undefined;
  const orders = await ledger.query<{ id: number }>(
    `select id from ledger.orders
     where id > $1 and id <= $2 and state in ('waiting', 'cancelled') order by id`,
    [orderId(some.planId, some.from), orderId(some.planId, some.to)],
  );
  return { ...some, orderIds: orders.map(({ id }) => id) };
}

/** Their jobs have left the queue: a plan that was resumed is queued again from there. */
export async function noteJobsRemoved(
  ledger: Ledger,
  { planId, from }: StoppedJobs,
): Promise<void> {
  await ledger.query('update ledger.plans set queued_to = $2 where id = $1 and queued_to > $2', [
    planId,
    from,
  ]);
}
