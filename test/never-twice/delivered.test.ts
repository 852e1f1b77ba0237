import { expect } from 'vitest';
import { orderId } from '../../src/ledger/index.ts';
import { fillQueue, jobId, type OrderQueue, openQueue } from '../../src/queue/index.ts';
import type { Worker } from '../../src/worker/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { orderRow } from '../support/ledger.ts';
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

async function untilCompleted({ queue }: OrderQueue, jobs: number): Promise<string[]> {
  await until(async () => (await queue.getCompletedCount()) === jobs, {
    what: `${jobs} jobs are done with`,
  });
  return (await queue.getCompleted()).map((job) => job.returnvalue as string);
}

async function deliverTwins({ drill, queue, startWorkers }: DeliveryDrill) {
  const plan = await drill.plan(40);
  await fillQueue(queue, drill.ledger, drill.account.id);
  await queue.queue.addBulk(Array.from({ length: 40 }, (_, index) => twinOf(plan, index + 1)));
  await startWorkers();
  await drill.boughtOnce(plan);
  const answers = await untilCompleted(queue, 80);
  // On a busy machine a job may be delivered once more.
  const inVain = answers.filter((answer) => answer === IN_VAIN);
  expect(inVain.length).toBeGreaterThanOrEqual(40);
}

async function retryCompleted({ drill, queue, startWorkers }: DeliveryDrill) {
  const plan = await drill.plan(10);
  await startWorkers();
  await drill.boughtOnce(plan);
  expect(await untilCompleted(queue, 10)).not.toContain(IN_VAIN);
  for (const job of await queue.queue.getCompleted()) await job.retry('completed');
  await until(async () => (await untilCompleted(queue, 10)).every((words) => words === IN_VAIN), {
    what: 'all are done with again',
  });
  await drill.boughtOnce(plan);
}

async function retryFailed({ drill, queue, startWorkers }: DeliveryDrill) {
  const plan = await drill.plan(10);
  await fillQueue(queue, drill.ledger, drill.account.id);
  await queue.queue.addBulk([twinOf(plan, 1)]);
  const [job, twin] = [jobId(orderId(plan, 1)), `twin_${orderId(plan, 1)}`];
  expect((await failNext(queue, 2)).toSorted()).toEqual([job, twin].toSorted());
  await (await queue.queue.getJob(job))!.retry('failed');
  await startWorkers();
  await drill.boughtOnce(plan);
  await untilCompleted(queue, 10);

  await (await queue.queue.getJob(twin))!.retry('failed');
  expect(await untilCompleted(queue, 11)).toContain(IN_VAIN);
  await drill.boughtOnce(plan);
}

async function leaveFailed({ drill, queue, startWorkers }: DeliveryDrill) {
  const plan = await drill.plan(10);
  await fillQueue(queue, drill.ledger, drill.account.id);
  expect(await failNext(queue, 2)).toHaveLength(2);
  await startWorkers();
  await drill.boughtOnce(plan);
}

async function retryActive({ drill, queue, startWorkers }: DeliveryDrill) {
  const plan = await drill.plan(1);
  const order = orderId(plan, 1);
  const before = drill.arrived();
  await drill.ledger.transaction(async (tx) => {
    // Its answer cannot be recorded before this is over, so it stays in hand.
    await tx.query('lock table ledger.numbers in share row exclusive mode');
    await startWorkers();
    await drill.untilArrived(before + 1);
    const job = (await queue.queue.getJob(jobId(order)))!;
    expect(await job.getState()).toBe('active');
    await expect(job.retry('completed')).rejects.toThrow();
    await expect(job.retry('failed')).rejects.toThrow();
    await expect(job.remove()).rejects.toThrow();
    expect(await orderRow(drill.ledger, order)).toMatchObject({ state: 'sending' });
  });
  await drill.boughtOnce(plan);
}

async function empty(
  { drill, queue, startWorkers }: DeliveryDrill,
  emptyIt: (queue: OrderQueue['queue']) => Promise<void>,
) {
  const before = drill.arrived();
  const plan = await drill.plan(80);
  await startWorkers();
  for (const arrived of [10, 45]) {
    await drill.untilArrived(before + arrived);
    await emptyIt(queue.queue);
  }
  await drill.boughtOnce(plan);
}

const DRILLS: Record<string, (given: DeliveryDrill) => Promise<unknown>> = {
  'a job that is delivered to two workers at once buys once': deliverTwins,
  'a job that is completed and retried buys nothing': retryCompleted,
  'a job that failed and is retried buys once, and nothing when its order was bought meanwhile':
    retryFailed,
  'a job that failed and that nobody retries is put in again': leaveFailed,
  'a job in hand can be neither retried nor removed': retryActive,
  'what is drained in mid-run is put in again': (given) =>
    empty(given, (queue) => queue.drain(true)),
  'what is obliterated in mid-run is put in again': (given) =>
    empty(given, (queue) => queue.obliterate({ force: true })),
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
