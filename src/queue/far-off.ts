import type { OrderQueue } from './open.ts';

/** No order waits longer than 60 s (jobs/record-answer.ts). The rest is for clocks that differ. */
const FAR_OFF_MS = 65_000;
/** Jobs moved per step. */
const BATCH = 1_000;

/**
 * Makes jobs due whose delay is longer than any real wait: a clock that was ahead has set it. If
 * the order is not due, the ledger says so, and the job waits again. Returns the number of jobs.
 */
export async function promoteFarOff({ queue }: Pick<OrderQueue, 'queue'>): Promise<number> {
  const all = await queue.getDelayedCount();
  if (all === 0) return 0;
  const near = await queue.getDelayedCount(Date.now() + FAR_OFF_MS);
  if (all <= near) return 0;
  // Latest jobs first.
  const jobs = await queue.getJobs(['delayed'], 0, Math.min(all - near, BATCH) - 1, false);
  // A job that cannot be moved has been taken meanwhile.
  const moved = await Promise.allSettled(jobs.map((job) => job.promote()));
  return moved.filter(({ status }) => status === 'fulfilled').length;
}
