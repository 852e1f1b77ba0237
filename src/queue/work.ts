import { setTimeout as pause } from 'node:timers/promises';
import { DelayedError, type Job, type Processor, RateLimitError, Worker } from 'bullmq';
import { restQueue } from './limit.ts';
import { KEPT, LOCK_MS, type OrderQueue } from './open.ts';

/** What a job answers. The set is closed, so no policy hides in thrown errors. */
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
   * Takes no further job and waits for those in hand, however long they take. It waits 3 s at most
   * for the queue. A queue that is away delivers their jobs again, and the ledger refuses them.
   */
  drain(): Promise<void>;
};

type Process = Processor<{ order: number }, string>;

/** Delay before reopening the queue, ms. */
const REOPEN_MS = 1_000;

/** How long the last jobs may take to report to the queue, ms. */
const HEAR_WITHIN_MS = 3_000;

/** Runs the operation on each job, `concurrency` at once. A job may come twice: ask the ledger. */
export function workQueue(
  to: OrderQueue,
  operation: PlaceOrder,
  { concurrency, onError }: { concurrency: number; onError: (error: Error) => void },
): QueueWorker {
  let isDraining = false;
  const inHand = new Set<Promise<unknown>>();

  async function deliver(orderId: unknown): Promise<JobAnswer> {
    if (!isOrderId(orderId)) return { next: 'done', words: 'not sent: this job names no order' };
    // The job was being fetched when the worker stopped. Another worker gets it.
    if (isDraining) return { next: 'later', waitMs: 0 };
    const answer = operation(orderId);
    inHand.add(answer);
    return answer.finally(() => inHand.delete(answer));
  }

  const process: Process = async (job, token) =>
    obey(await deliver(job.data?.order), to, job, token);
  const last = keepOpen(to, () => openBullWorker(to, process, concurrency).on('error', onError));
  return {
    async drain() {
      isDraining = true;
      const closed = (await last()).close();
      while (inHand.size > 0) await Promise.allSettled(inHand);
      await Promise.race([closed, pause(HEAR_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}

/**
 * Opens a worker, and another one for each that cannot be opened. Returns a function that ends
 * this and resolves to the last one, to be closed.
 */
function keepOpen({ backend }: OrderQueue, open: () => Worker): () => Promise<Worker> {
  let isOver = false;
  let worker: Worker;

  function openNext(): void {
    worker = open();
    // On PostgreSQL BullMQ remembers a failed opening for ever, and its loop retries without a
    // pause. No timer and no signal would reach this process any more.
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
    // On PostgreSQL, a worker that is closed before it is open opens anyway. Its connection then
    // keeps the pool from ending.
    if (backend.factory) await worker.waitUntilReady().catch(() => {});
    return worker;
  };
}

/** A job may hold anything: its data can be edited in the queue. A list would claim many orders. */
function isOrderId(order: unknown): order is number {
  return Number.isSafeInteger(order) && Number(order) > 0;
}

/** BullMQ learns from special errors of the processor that a job comes again. */
async function obey(
  answer: JobAnswer,
  to: OrderQueue,
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
      await restQueue(to, answer.waitMs);
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
    // A worker that sleeps through a long window notices a new pace within this.
    maximumRateLimitDelay: 1_000,
    lockDuration: LOCK_MS,
    stalledInterval: LOCK_MS / 3,
    // A job that several crashed workers had in hand is as good as new: the ledger decides.
    maxStalledCount: 1_000,
    removeOnComplete: { count: KEPT },
    removeOnFail: { count: KEPT },
  };
  return new PromptWorker(queue.name, process, options, backend.factory);
}

/** Never waits for less than 1 ms: BullMQ makes 100 ms of 0, and Node warns of less than 1. */
class PromptWorker extends Worker {
  protected override getRateLimitDelay(delay: number): number {
    return Math.max(1, super.getRateLimitDelay(delay));
  }
}
