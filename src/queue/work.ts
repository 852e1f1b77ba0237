import { setTimeout as pause } from 'node:timers/promises';
import { DelayedError, type Job, RateLimitError, Worker } from 'bullmq';
import { restQueue } from './limit.ts';
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
  /**
   * Takes no further job and waits until those in hand are done, however long that is. A queue that
   * is away then is not waited for: it delivers their jobs again, and the ledger refuses them.
   */
  drain(): Promise<void>;
};

/** Finished jobs kept for a look in Bull Board. */
const KEPT = { count: 1_000 };

/** Until a queue that could not be opened is opened anew, ms. */
const REOPEN_MS = 1_000;

/** How long the queue is given to hear that the last jobs are done, ms. */
const HEAR_WITHIN_MS = 3_000;

/**
 * Delivers jobs to the deed, at most `concurrency` at a time. Delivery is at least once: a job may
 * come twice, and the deed asks the ledger each time.
 */
export function workQueue(
  { queue, backend }: OrderQueue,
  deed: Deed,
  { concurrency, onError }: { concurrency: number; onError: (error: Error) => void },
): QueueWorker {
  let isDraining = false;
  const inHand = new Set<Promise<unknown>>();

  async function deliver(orderId: number): Promise<JobAnswer> {
    // It was being fetched when the worker was told to stop: it is another one's.
    if (isDraining) return { next: 'later', waitMs: 0 };
    const answer = deed(orderId);
    inHand.add(answer);
    try {
      return await answer;
    } finally {
      inHand.delete(answer);
    }
  }

  function open(): Worker {
    const opened = new PacedWorker(
      queue.name,
      async (job, token) => obey(await deliver(job.data.order), job, token),
      {
        connection: backend.connect(),
        prefix: backend.prefix,
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
    opened.on('error', onError);
    // On PostgreSQL BullMQ keeps a failure to open for ever, and its loop asks for it again and
    // again without a pause: no timer and no signal would reach this process any more.
    if (backend.factory) opened.waitUntilReady().catch(() => replace(opened));
    return opened;
  }

  async function replace(broken: Worker): Promise<void> {
    broken.close().catch(() => {});
    await pause(REOPEN_MS, undefined, { ref: false });
    if (!isDraining) worker = open();
  }

  let worker = open();

  /** BullMQ takes a change of plan as an error of its own kind that the processor throws. */
  async function obey(answer: JobAnswer, job: Job, token: string | undefined): Promise<string> {
    switch (answer.next) {
      case 'done':
        return answer.words;
      case 'later':
        await job.moveToDelayed(Date.now() + answer.waitMs, token);
        throw new DelayedError();
      case 'rest':
        await restQueue({ queue }, answer.waitMs);
        throw new RateLimitError();
    }
  }

  return {
    async drain() {
      isDraining = true;
      // On PostgreSQL, one that is closed before it is open opens all the same, and the connection
      // that it then holds keeps the pool from ever ending.
      if (backend.factory) await worker.waitUntilReady().catch(() => {});
      const closed = worker.close();
      while (inHand.size > 0) await Promise.allSettled(inHand);
      await Promise.race([closed, pause(HEAR_WITHIN_MS, undefined, { ref: false })]);
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
