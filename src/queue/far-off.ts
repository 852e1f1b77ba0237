import type { OrderQueue } from './open.ts';

/**
 * No order waits longer than 60 s to be tried again (jobs/record-answer.ts); and clocks differ a
 * little.
 */
const FAR_OFF_MS = 65_000;
/** Jobs moved in one step. */
const BATCH = 1_000;

/**
 * Makes jobs due that are delayed for longer than any wait lasts: a clock that was ahead has set
 * them so. If one is not due in truth, the ledger says so, and it waits again. Returns how many.
 */
export async function promoteFarOff({ queue }: Pick<OrderQueue, 'queue'>): Promise<number> {
  const all = await queue.getDelayedCount();
  if (all === 0) return 0;
  const near = await queue.getDelayedCount(Date.now() + FAR_OFF_MS);
  if (all <= near) return 0;
  // The last ones first.
  const jobs = await queue.getJobs(['delayed'], 0, Math.min(all - near, BATCH) - 1, false);
  // One that cannot be moved has been taken meanwhile.
  const moved = await Promise.allSettled(jobs.map((job) => job.promote()));
  return moved.filter(({ status }) => status === 'fulfilled').length;
}
