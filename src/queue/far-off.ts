import type { OrderQueue } from './open.ts';

/** No order waits longer than 60 s (jobs/record-answer.ts). Clocks may differ by 5 s. */
const FAR_OFF_MS = 65_000;
/** Jobs moved per step. */
const BATCH = 1_000;

/**
 * Makes jobs due that wait longer than any order does: a clock that was ahead set their time. If an
 * order is not due yet, the ledger says so, and its job waits again. Returns the number of jobs.
 */
export async function promoteFarOff({ queue }: Pick<OrderQueue, 'queue'>): Promise<number> {
  const all = await queue.getDelayedCount();
  if (all === 0) return 0;
  const near = await queue.getDelayedCount(Date.now() + FAR_OFF_MS);
  if (all <= near) return 0;
  // Latest jobs first.
  const jobs = await queue.getJobs(['delayed'], 0, Math.min(all - near, BATCH) - 1, false);
  // A worker may have taken a job meanwhile. Then it cannot be moved.
  const moved = await Promise.allSettled(jobs.map((job) => job.promote()));
  return moved.filter(({ status }) => status === 'fulfilled').length;
}
