import { beforeAll } from 'vitest';
import type { Account, Ledger } from '../../src/ledger/index.ts';
import {
  jobId,
  type OrderQueue,
  openQueue,
  type PlaceOrder,
  type QueueWorker,
  workQueue,
} from '../../src/queue/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { newAccount } from '../support/ledger.ts';
import { openLedger, type Storage } from '../support/workplace.ts';

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
};

export type Queues = {
  ledger: Ledger;
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
      const opened = await openQueue(account.name, { ledger, redisUrl: storage.redisUrl });
      atEnd(opened.close);
      return testQueue(account, opened);
    };
    Object.assign(given, { ledger, storage, queue });
  });
  return given;
}

function testQueue(account: Account, queue: OrderQueue): TestQueue {
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
  };
}
