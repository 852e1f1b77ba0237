import { expect } from 'vitest';
import { orderId } from '../../src/ledger/index.ts';
import { fillQueue, type OrderQueue, openQueue } from '../../src/queue/index.ts';
import type { Worker } from '../../src/worker/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { describeWith } from '../support/servers.ts';
import { openLedger, POSTGRES, POSTGRES_AND_REDIS, type Storage } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { workerOf } from '../support/workplace.ts';
import { type Drill, openDrill } from './drill.ts';
import { failNext } from './fail-next.ts';
import { type Drills, inTurn, testSideBySide } from './side-by-side.ts';

/** What a job answers that was delivered in vain. */
const IN_VAIN = 'not sent: the ledger has nothing to send for it now';

type DeliveryDrill = {
  drill: Drill;
  queue: OrderQueue;
  /** Two of them, as far apart as two processes. */
  startWorkers(): Promise<void>;
  /** Stops the workers and forgets the finished jobs. */
  cleanUp(): Promise<void>;
};

async function openDeliveryDrill(storage: Storage): Promise<DeliveryDrill> {
  const drill = await openDrill(storage, { rate: 100 });
  const others = await openLedger(storage);
  const { account, ledger } = drill;
  const queue = await openQueue(account.name, { ledger: others, redisUrl: storage.redisUrl });
  atEnd(queue.close);
  const workers: Worker[] = [];
  return {
    drill,
    queue,
    async startWorkers() {
      for (const own of [ledger, others]) workers.push(await workerOf(drill, { ledger: own }));
      for (const worker of workers) worker.start();
    },
    async cleanUp() {
      for (const worker of workers.splice(0)) await worker.stop();
      for (const kind of ['completed', 'failed'] as const) await queue.queue.clean(0, 1_000, kind);
    },
  };
}

/** A second job for an order, next to the first. */
function twinOf(plan: number, ordinal: number) {
  const order = orderId(plan, ordinal);
  return { name: 'twin', data: { order }, opts: { jobId: `twin_${order}`, priority: ordinal } };
}

async function deliverTwins({ drill, queue, startWorkers }: DeliveryDrill) {
  const plan = await drill.plan(40);
  await fillQueue(queue, drill.ledger, drill.account.id);
  await queue.queue.addBulk(Array.from({ length: 40 }, (_, index) => twinOf(plan, index + 1)));
  await startWorkers();
  await drill.boughtOnce(plan);
  await until(async () => (await queue.queue.getCompletedCount()) === 80, {
    what: 'all jobs are done with',
  });
  // On a busy machine a job may be delivered once more.
  const inVain = (await queue.queue.getCompleted()).filter((job) => job.returnvalue === IN_VAIN);
  expect(inVain.length).toBeGreaterThanOrEqual(40);
}

async function leaveFailed({ drill, queue, startWorkers }: DeliveryDrill) {
  const plan = await drill.plan(10);
  await fillQueue(queue, drill.ledger, drill.account.id);
  expect(await failNext(queue, 2)).toHaveLength(2);
  await startWorkers();
  await drill.boughtOnce(plan);
}

const DRILLS: Record<string, (given: DeliveryDrill) => Promise<unknown>> = {
  'a job that is delivered to two workers at once buys once': deliverTwins,
  'a job that failed and that nobody retries is put in again': leaveFailed,
};

function drillsIn(name: string, makeStorage: () => Promise<Storage>): Drills {
  const drills = Object.entries(DRILLS).map(([title, operation]) => [
    `${name}, ${title}`,
    (given: DeliveryDrill) => operation(given).finally(given.cleanUp),
  ]);
  return inTurn(async () => openDeliveryDrill(await makeStorage()), Object.fromEntries(drills));
}

describeWith(['postgres', 'redis'], 'on a queue in', () => {
  testSideBySide({
    ...drillsIn('PostgreSQL', POSTGRES.makeStorage),
    ...drillsIn('Redis', POSTGRES_AND_REDIS.makeStorage),
  });
});
