import { beforeAll } from 'vitest';
import type { Account, Ledger } from '../../src/ledger/index.ts';
import type { Log } from '../../src/log.ts';
import { sweep } from '../../src/maintenance/sweep.ts';
import {
  jobId,
  type OrderQueue,
  openQueue,
  type PlaceOrder,
  type QueueWorker,
  workQueue,
} from '../../src/queue/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { type OnLedger, onLedger } from '../support/on-ledger.ts';
import { linesOf, newAccount, newPlan, type SmallPlan } from '../support/plans.ts';
import { silentLog } from '../support/recording-log.ts';
import { openLedger, type Storage } from '../support/storage.ts';

export type Delivery = {
  order: number;
  /** On a clock that only goes forward, ms. */
  at: number;
};

export type TestQueue = {
  account: Account;
  queue: OrderQueue;
  /** Puts jobs of orders 1 to `count` in, past the ledger. */
  add(count: number): Promise<void>;
  /** A worker that is stopped at the end, and what has been delivered to it. */
  work(
    operation: PlaceOrder,
    wishes?: { concurrency?: number },
  ): Delivery[] & Pick<QueueWorker, 'drain'>;
  /** A plan of that many orders, running unless wished otherwise. */
  plan(orders: number, started?: boolean): Promise<SmallPlan>;
  sweep(log?: Log): Promise<void>;
  /** The orders whose jobs are waiting, those to be delivered first in front. */
  waiting(): Promise<number[]>;
};

export type Queues = OnLedger & {
  storage: Storage;
  /** A new account, with its queue. */
  queue(rate?: number): Promise<TestQueue>;
};

/** A ledger with queues for the tests of a mode; filled before the first of them. */
export function openQueues(makeStorage: () => Promise<Storage>): Queues {
  const given = {} as Queues;
  beforeAll(async () => {
    const storage = await makeStorage();
    const ledger = await openLedger(storage);
    // Each queue listens to it, and a program has but one.
    const queue = async (rate = 1_000) => {
      const account = await newAccount(ledger, rate);
      const queue = await opened(account.name, { ledger, redisUrl: storage.redisUrl });
      return testQueue(ledger, account, queue);
    };
    Object.assign(given, onLedger(ledger), { storage, queue });
  });
  return given;
}

function testQueue(ledger: Ledger, account: Account, queue: OrderQueue): TestQueue {
  return {
    account,
    queue,
    async add(count) {
      const orders = Array.from({ length: count }, (_, index) => index + 1);
      await queue.queue.addBulk(
        orders.map((order) => ({
          name: 'order',
          data: { order },
          opts: { jobId: jobId(order), priority: order },
        })),
      );
    },
    work(operation, { concurrency = 5 } = {}) {
      const deliveries: Delivery[] = [];
      const noted: PlaceOrder = (order) => {
        deliveries.push({ order, at: performance.now() });
        return operation(order);
      };
      // A queue that is away while it is being closed is nothing to tell.
      const worker = workQueue(queue, noted, { concurrency, onError: () => {} });
      atEnd(worker.drain);
      return Object.assign(deliveries, { drain: worker.drain });
    },
    plan: (orders, started = true) =>
      newPlan(ledger, { account, lines: linesOf(...Array<number>(orders).fill(10)), started }),
    sweep: (log = silentLog) => sweep({ ledger, queue, account, log }),
    async waiting() {
      const jobs = await queue.queue.getJobs(['prioritized', 'waiting'], 0, -1, true);
      return jobs.map((job) => job.data.order);
    },
  };
}

/** The queue of an account, closed at the end. */
export async function opened(
  account: string,
  storage: Parameters<typeof openQueue>[1],
): Promise<OrderQueue> {
  const queue = await openQueue(account, storage);
  atEnd(queue.close);
  return queue;
}

/** A queue on Redis, which asks nothing of the ledger. */
export const openedOn = (redisUrl: string, account = 'main'): Promise<OrderQueue> =>
  opened(account, { ledger: {} as Ledger, redisUrl });

/** The orders that a worker, stopped at the end, is delivered: one at a time, and each is done. */
export function deliveredFrom(queue: OrderQueue, onError: (error: Error) => void = () => {}) {
  const delivered: number[] = [];
  const note: PlaceOrder = async (order) => {
    delivered.push(order);
    return { next: 'done', words: '' };
  };
  atEnd(workQueue(queue, note, { concurrency: 1, onError }).drain);
  return delivered;
}
