import { type Job, Worker as Taker } from 'bullmq';
import { expect } from 'vitest';
import { orderId } from '../../src/ledger/index.ts';
import { fillQueue, jobId, type OrderQueue, openQueue } from '../../src/queue/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { orderRow } from '../support/ledger.ts';
import { describeWith } from '../support/servers.ts';
import { until } from '../support/until.ts';
import {
  openLedger,
  POSTGRES,
  POSTGRES_AND_REDIS,
  type Storage,
  workerOf,
} from '../support/workplace.ts';
import { type Drill, openDrill, PATIENCE_MS } from './drill.ts';
import { inTurn, testSideBySide } from './side-by-side.ts';

/** What a job answers that was delivered in vain. */
const IN_VAIN = 'not sent: the ledger has nothing to send for it now';

type Meddling = {
  drill: Drill;
  queue: OrderQueue;
  /** Two of them, as far apart as two processes. */
  startWorkers(): Promise<void>;
  stopWorkers(): Promise<void>;
};

async function openMeddling(storage: Storage, latencyMs: number): Promise<Meddling> {
  const drill = await openDrill(storage, { rate: 100, latencyMs });
  const ledger = await openLedger(storage);
  const queue = await openQueue(drill.account.name, { ledger, redisUrl: storage.redisUrl });
  atEnd(queue.close);
  const workers = await Promise.all(
    [drill.ledger, await openLedger(storage)].map((own) => workerOf(drill, { ledger: own })),
  );
  return {
    drill,
    queue,
    async startWorkers() {
      for (const worker of workers) worker.start();
    },
    async stopWorkers() {
      for (const worker of workers) await worker.stop();
    },
  };
}

/** A drill on a ledger and a queue of its own. */
function meddling(deed: (given: Meddling) => Promise<unknown>, latencyMs = 50) {
  return async (makeStorage: () => Promise<Storage>) => {
    const given = await openMeddling(await makeStorage(), latencyMs);
    await deed(given).finally(given.stopWorkers);
  };
}

/** A second job for an order, next to the first. */
function twinOf(plan: number, ordinal: number) {
  const order = orderId(plan, ordinal);
  return { name: 'twin', data: { order }, opts: { jobId: `twin_${order}`, priority: ordinal } };
}

/** Takes the next so many jobs, as a worker would, and lets them fail. */
async function failNext({ queue, backend }: OrderQueue, count: number): Promise<string[]> {
  const { connection, factory } = backend;
  const taker = new Taker(queue.name, null, { connection, autorun: false }, factory);
  const failed: string[] = [];
  for (let token = 1; token <= count; token++) {
    const job = (await taker.getNextJob(`${token}`, { block: false })) as Job;
    await job.moveToFailed(new Error('a fault of ours'), `${token}`, false);
    failed.push(job.id!);
  }
  await taker.close();
  return failed;
}

async function untilCompleted({ queue }: OrderQueue, jobs: number): Promise<string[]> {
  await until(async () => (await queue.getCompletedCount()) === jobs, {
    what: `${jobs} jobs are done with`,
    withinMs: PATIENCE_MS,
  });
  return (await queue.getCompleted()).map((job) => job.returnvalue as string);
}

const twins = meddling(async ({ drill, queue, startWorkers }) => {
  const plan = await drill.plan(40);
  await fillQueue(queue, drill.ledger, drill.account.id);
  await queue.queue.addBulk(Array.from({ length: 40 }, (_, index) => twinOf(plan, index + 1)));
  await startWorkers();
  expect(await drill.verdict(plan)).toMatchObject({
    states: { filled: 40 },
    attempts: 40,
    requests: 40,
  });
  const answers = await untilCompleted(queue, 80);
  expect(answers.filter((answer) => answer === IN_VAIN)).toHaveLength(40);
});

const retryOfCompleted = meddling(async ({ drill, queue, startWorkers }) => {
  const plan = await drill.plan(10);
  await startWorkers();
  await drill.verdict(plan);
  expect(await untilCompleted(queue, 10)).not.toContain(IN_VAIN);
  for (const job of await queue.queue.getCompleted()) await job.retry('completed');
  await until(async () => (await untilCompleted(queue, 10)).every((words) => words === IN_VAIN), {
    what: 'all are done with again',
  });
  expect(await drill.verdict(plan)).toMatchObject({ states: { filled: 10 }, requests: 10 });
});

const retryOfFailed = meddling(async ({ drill, queue, startWorkers }) => {
  const plan = await drill.plan(10);
  await fillQueue(queue, drill.ledger, drill.account.id);
  await queue.queue.addBulk([twinOf(plan, 1)]);
  const [job, twin] = [jobId(orderId(plan, 1)), `twin_${orderId(plan, 1)}`];
  expect((await failNext(queue, 2)).toSorted()).toEqual([job, twin].toSorted());
  await (await queue.queue.getJob(job))!.retry('failed');
  await startWorkers();
  expect(await drill.verdict(plan)).toMatchObject({ states: { filled: 10 }, requests: 10 });
  await untilCompleted(queue, 10);

  await (await queue.queue.getJob(twin))!.retry('failed');
  expect(await untilCompleted(queue, 11)).toContain(IN_VAIN);
  expect(await drill.verdict(plan)).toMatchObject({ states: { filled: 10 }, requests: 10 });
});

const noRetryOfFailed = meddling(async ({ drill, queue, startWorkers }) => {
  const plan = await drill.plan(10);
  await fillQueue(queue, drill.ledger, drill.account.id);
  expect(await failNext(queue, 2)).toHaveLength(2);
  await startWorkers();
  expect(await drill.verdict(plan)).toMatchObject({ states: { filled: 10 }, requests: 10 });
});

const retryOfActive = meddling(async ({ drill, queue, startWorkers }) => {
  const plan = await drill.plan(1);
  const order = orderId(plan, 1);
  await startWorkers();
  await drill.untilArrived(1);
  const job = (await queue.queue.getJob(jobId(order)))!;
  expect(await job.getState()).toBe('active');
  await expect(job.retry('completed')).rejects.toThrow();
  await expect(job.retry('failed')).rejects.toThrow();
  await expect(job.remove()).rejects.toThrow();
  expect(await orderRow(drill.ledger, order)).toMatchObject({ state: 'sending' });
  expect(await drill.verdict(plan)).toMatchObject({ states: { filled: 1 }, requests: 1 });
}, 2_000);

const emptiedBy = (empty: (queue: OrderQueue['queue']) => Promise<void>) =>
  meddling(async ({ drill, queue, startWorkers }) => {
    const plan = await drill.plan(100);
    await startWorkers();
    for (const arrived of [10, 50]) {
      await drill.untilArrived(arrived);
      await empty(queue.queue);
    }
    expect(await drill.verdict(plan)).toMatchObject({ states: { filled: 100 }, requests: 100 });
  });

describeWith(['postgres', 'redis'], 'on a queue in', () => {
  const drillsIn = ({ mode, makeStorage }: typeof POSTGRES) =>
    inTurn(async () => makeStorage, {
      [`${mode}, a job that is delivered to two workers at once buys once`]: twins,
      [`${mode}, a job that is completed and retried buys nothing`]: retryOfCompleted,
      [`${mode}, a job that failed and is retried buys once, and nothing when its order was bought meanwhile`]:
        retryOfFailed,
      [`${mode}, a job that failed and that nobody retries is put in again`]: noRetryOfFailed,
      [`${mode}, a job in hand can be neither retried nor removed`]: retryOfActive,
      [`${mode}, what is drained in mid-run is put in again`]: emptiedBy((queue) =>
        queue.drain(true),
      ),
      [`${mode}, what is obliterated in mid-run is put in again`]: emptiedBy((queue) =>
        queue.obliterate({ force: true }),
      ),
    });
  testSideBySide({ ...drillsIn(POSTGRES), ...drillsIn({ ...POSTGRES_AND_REDIS, mode: 'Redis' }) });
});
