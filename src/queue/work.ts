import { setTimeout as pause } from 'node:timers/promises';
import { DelayedError, type Job, type Processor, RateLimitError, Worker } from 'bullmq';
import { restQueue } from './limit.ts';
import { KEPT, LOCK_MS, type OrderQueue } from './open.ts';

/** What an order's job answers. It throws no errors to steer the queue. */
export type JobAnswer =
  /** The job is over. Bull Board shows the words beside it. */
  | { next: 'done'; words: string }
  /** This order comes again after `waitMs`. */
  | { next: 'later'; waitMs: number }
  /** The whole account rests for `waitMs`. This order stays in line. */
  | { next: 'rest'; waitMs: number };

export type PlaceOrder = (orderId: number) => Promise<JobAnswer>;

export type QueueWorker = {
  /**
   * Takes no further job. Waits for the jobs in hand, however long they take, and then 3 s at most
   * for the queue to note them. Jobs that were not noted come again, and the ledger refuses them.
   */
  drain(): Promise<void>;
};

type Process = Processor<{ order: number }, string>;

/** Delay before reopening the queue, ms. */
const REOPEN_MS = 1_000;

/** How long the queue may take to note the last jobs, ms. */
const NOTE_WITHIN_MS = 3_000;

/** Calls `placeOrder` for each job, `concurrency` at once. A job may come twice. */
export function workQueue(
  orderQueue: OrderQueue,
  placeOrder: PlaceOrder,
  { concurrency, onError }: { concurrency: number; onError: (error: Error) => void },
): QueueWorker {
  let isDraining = false;
  const inHand = new Set<Promise<unknown>>();

  async function deliver(orderId: unknown): Promise<JobAnswer> {
    if (!isOrderId(orderId)) return { next: 'done', words: 'not sent: this job names no order' };
    // The job was being fetched when the worker stopped. Another worker gets it.
    if (isDraining) return { next: 'later', waitMs: 0 };
    const answer = placeOrder(orderId);
    inHand.add(answer);
    return answer.finally(() => inHand.delete(answer));
  }

  const process: Process = async (job, token) =>
    obey(await deliver(job.data?.order), orderQueue, job, token);
  const lastWorker = keepOpen(orderQueue, () =>
    openBullWorker(orderQueue, process, concurrency).on('error', onError),
  );
  return {
    async drain() {
      isDraining = true;
      const closed = (await lastWorker()).close();
      while (inHand.size > 0) await Promise.allSettled(inHand);
      await Promise.race([closed, pause(NOTE_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}

/**
 * Opens a worker, and another one whenever opening fails. The returned function ends this and
 * resolves to the last worker, for the caller to close.
 */
function keepOpen({ backend }: OrderQueue, open: () => Worker): () => Promise<Worker> {
  let isOver = false;
  let worker: Worker;

  function openNext(): void {
    worker = open();
    // On PostgreSQL, a worker whose opening failed retries for ever without a pause. No timer and
    // no signal would reach this process any more.
    if (backend.factory) worker.waitUntilReady().catch(() => replace(worker));
  }

  async function replace(broken: Worker): Promise<void> {
    broken.close().catch(() => {});
    await pause(REOPEN_MS, undefined, { ref: false });
    if (!isOver) openNext();
  }

  openNext();
  return async () => {
    isOver = true;
    // On PostgreSQL, a worker that is closed too early opens later anyway. Its connection then
    // keeps the pool from ending.
    if (backend.factory) await worker.waitUntilReady().catch(() => {});
    return worker;
  };
}

/** Anybody with access to the queue can edit a job's data. A list would claim many orders. */
function isOrderId(order: unknown): order is number {
  return Number.isSafeInteger(order) && Number(order) > 0;
}

/** Special errors tell BullMQ that a job comes again. */
async function obey(
  answer: JobAnswer,
  orderQueue: OrderQueue,
  job: Job,
  token: string | undefined,
): Promise<string> {
  switch (answer.next) {
    case 'done':
      return answer.words;
    case 'later':
      await job.moveToDelayed(Date.now() + answer.waitMs, token);
      throw new DelayedError();
    case 'rest':
      await restQueue(orderQueue, answer.waitMs);
      throw new RateLimitError();
  }
}

function openBullWorker(
  { queue, backend }: OrderQueue,
  process: Process,
  concurrency: number,
): Worker {
  const options = {
    connection: backend.connect(),
    prefix: backend.prefix,
    concurrency,
    // A worker that waits for a long window to end notices a new pace within this.
    maximumRateLimitDelay: 1_000,
    lockDuration: LOCK_MS,
    stalledInterval: LOCK_MS / 3,
    // However many workers crashed with a job in hand, it is delivered again: the ledger decides.
    maxStalledCount: 1_000,
    removeOnComplete: { count: KEPT },
    removeOnFail: { count: KEPT },
  };
  return new PromptWorker(queue.name, process, options, backend.factory);
}

/** Waits 1 ms at least: BullMQ would make 100 ms of 0, and Node warns of a fraction. */
class PromptWorker extends Worker {
  protected override getRateLimitDelay(delay: number): number {
    return Math.max(1, super.getRateLimitDelay(delay));
  }
}
