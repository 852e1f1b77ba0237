import { DelayedError, type Job, RateLimitError, Worker } from 'bullmq';
import type { OrderQueue } from './open.ts';

/** What a job answers; a closed set, so that no policy hides in thrown errors. */
export type JobAnswer =
  /** Done with, whatever came of it; the words are shown beside the job. */
  | { next: 'done'; words: string }
  /** This order again, in so many ms. */
  | { next: 'later'; waitMs: number }
  /** The whole account rests for so many ms; this order stays in line. */
  | { next: 'rest'; waitMs: number };

export type Deed = (orderId: number) => Promise<JobAnswer>;

export type QueueWorker = {
  /** Takes no further job and waits until those in hand are done, however long that is. */
  drain(): Promise<void>;
};

/** Finished jobs kept for a look in Bull Board. */
const KEPT = { count: 1_000 };

/**
 * Delivers jobs to the deed, at most `concurrency` at a time. Delivery is at least once: a job may
 * come twice, and the deed asks the ledger each time.
 */
export function workQueue(
  { queue, backend }: OrderQueue,
  deed: Deed,
  { concurrency, onError }: { concurrency: number; onError: (error: Error) => void },
): QueueWorker {
  const worker = new PacedWorker(
    queue.name,
    async (job, token) => obey(await deed(job.data.order), job, token),
    {
      connection: backend.connection,
      concurrency,
      // A worker that sleeps through a long window hears of a change of pace within this.
      maximumRateLimitDelay: 1_000,
      lockDuration: backend.lockMs,
      stalledInterval: backend.lockMs / 3,
      // A job that several crashed workers had in hand is as good as new: the ledger decides.
      maxStalledCount: 1_000,
      removeOnComplete: KEPT,
      removeOnFail: KEPT,
    },
    backend.factory,
  );
  worker.on('error', onError);

  /** BullMQ takes a change of plan as an error of its own kind that the processor throws. */
  async function obey(answer: JobAnswer, job: Job, token: string | undefined): Promise<string> {
    switch (answer.next) {
      case 'done':
        return answer.words;
      case 'later':
        await job.moveToDelayed(Date.now() + answer.waitMs, token);
        throw new DelayedError();
      case 'rest':
        await queue.rateLimit(answer.waitMs);
        throw new RateLimitError();
    }
  }

  return {
    async drain() {
      // On PostgreSQL, one that is closed before it is open opens all the same, and the connection
      // that it then holds keeps the pool from ever ending.
      if (backend.factory) await worker.waitUntilReady().catch(() => {});
      await worker.close();
    },
  };
}

/**
 * A wait that is just over when it is begun must still be a wait: BullMQ takes no time at all for
 * 100 ms, and for less than that Node prints a warning into whatever is on the screen.
 */
class PacedWorker extends Worker {
  protected override getRateLimitDelay(delay: number): number {
    return Math.max(1, super.getRateLimitDelay(delay));
  }
}
