import { expect } from 'vitest';
import { orderId } from '../../src/ledger/index.ts';
import { fillQueue, jobId, type OrderQueue, openQueue } from '../../src/queue/index.ts';
import type { Worker } from '../../src/worker/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { describeWith } from '../support/servers.ts';
import {
  firstOf,
  type Mode,
  openLedger,
  POSTGRES,
  POSTGRES_AND_REDIS,
  type Storage,
} from '../support/storage.ts';
import { until } from '../support/until.ts';
import { workerOf } from '../support/workplace.ts';
import { openSite } from '../web/site.ts';
import { type Drill, openDrill } from './drill.ts';
import { failNext } from './fail-next.ts';
import { type Drills, inTurn, testSideBySide } from './side-by-side.ts';

/** What a job answers that was delivered in vain. */
const IN_VAIN = 'not sent: the ledger has nothing to send for it now';

type Board = {
  drill: Drill;
  own: OrderQueue;
  queue: OrderQueue['queue'];
  /** Presses a button of the queue, as the page does; a job's when the path begins with its id. */
  press(button: string, body?: object): Promise<void>;
  /** Presses a button that says no, and returns its words. */
  refused(button: string): Promise<string>;
  /** Two of them, as far apart as two processes. */
  startWorkers(): Promise<void>;
  /** Stops the workers and forgets the finished jobs. */
  cleanUp(): Promise<void>;
};

async function openBoard(storage: Storage): Promise<Board> {
  const drill = await openDrill(storage, { rate: 100 });
  const { ledger, account } = drill;
  const others = await openLedger(storage);
  // Every worker of these drills listens to it, and a program has but one.
  const own = await openQueue(account.name, { ledger, redisUrl: storage.redisUrl });
  atEnd(own.close);
  const web = await openSite({ ledger, account }, { queueOf: async () => own });
  const workers: Worker[] = [];
  const put = (button: string, request: RequestInit = {}) =>
    fetch(`${web.url}/queues/api/queues/${own.queue.name}/${button}`, {
      method: 'PUT',
      ...request,
    });
  return {
    drill,
    own,
    queue: own.queue,
    async press(button, body) {
      const headers = { 'content-type': 'application/json' };
      const response = await put(button, body ? { body: JSON.stringify(body), headers } : {});
      expect(response.ok, `${button}: ${await response.text()}`).toBe(true);
    },
    async refused(button) {
      const response = await put(button);
      expect(response.status).toBe(400);
      return response.text();
    },
    async startWorkers() {
      for (const handle of [ledger, others])
        workers.push(await workerOf(drill, { ledger: handle }));
      for (const worker of workers) worker.start();
    },
    async cleanUp() {
      for (const worker of workers.splice(0)) await worker.stop();
      await own.queue.resume();
      for (const kind of ['completed', 'failed'] as const) await own.queue.clean(0, 1_000, kind);
    },
  };
}

const untilCount = (count: () => Promise<number>, wanted: number, what: string) =>
  until(async () => (await count()) === wanted, { what });

/** A second job for an order, next to the first. */
function twinOf(plan: number, ordinal: number) {
  const order = orderId(plan, ordinal);
  return { name: 'twin', data: { order }, opts: { jobId: `twin_${order}`, priority: ordinal } };
}

async function deliverTwins({ drill, own, queue, startWorkers }: Board) {
  const plan = await drill.plan(40);
  await fillQueue(own, drill.ledger, drill.account.id);
  await queue.addBulk(Array.from({ length: 40 }, (_, index) => twinOf(plan, index + 1)));
  await startWorkers();
  await drill.boughtOnce(plan);
  await untilCount(() => queue.getCompletedCount(), 80, 'all jobs are done with');
  // On a busy machine a job may be delivered once more.
  const inVain = (await queue.getCompleted()).filter((job) => job.returnvalue === IN_VAIN);
  expect(inVain.length).toBeGreaterThanOrEqual(40);
}

async function leaveFailed({ drill, own, startWorkers }: Board) {
  const plan = await drill.plan(10);
  await fillQueue(own, drill.ledger, drill.account.id);
  expect(await failNext(own, 2)).toHaveLength(2);
  await startWorkers();
  await drill.boughtOnce(plan);
}

async function pressInMidRun({ drill, press, startWorkers }: Board, button: string) {
  const before = drill.arrived();
  const plan = await drill.plan(60);
  await startWorkers();
  for (const arrived of [10, 30]) {
    await drill.untilArrived(before + arrived);
    if (button === 'obliterate') {
      // Its page asks for the pause first, and for force while jobs are in hand.
      await press('pause');
      await press(button, { force: true });
      await press('resume');
    } else await press(button);
  }
  await drill.boughtOnce(plan);
}

async function pressRetry({ drill, queue, press, startWorkers }: Board) {
  const plan = await drill.plan(10);
  await startWorkers();
  await drill.boughtOnce(plan);
  await untilCount(() => queue.getCompletedCount(), 10, 'all are done with');
  const [job] = await queue.getCompleted();
  await press(`${job!.id}/retry`);
  await press('retry/completed');
  await until(
    async () =>
      (await queue.getCompleted()).filter(({ returnvalue }) => /^not sent/.test(returnvalue))
        .length === 10,
    { what: 'all are done with again' },
  );
  await drill.boughtOnce(plan);
}

async function pressRetryOfFailed({ drill, own, queue, press, startWorkers }: Board) {
  const plan = await drill.plan(10);
  const order = orderId(plan, 1);
  await fillQueue(own, drill.ledger, drill.account.id);
  await queue.addBulk([twinOf(plan, 1)]);
  expect((await failNext(own, 2)).toSorted()).toEqual([jobId(order), `twin_${order}`]);
  await press(`${jobId(order)}/retry`);
  await startWorkers();
  await drill.boughtOnce(plan);
  await untilCount(() => queue.getCompletedCount(), 10, 'all are done with');

  await press(`twin_${order}/retry`);
  await untilCount(() => queue.getCompletedCount(), 11, 'the twin is done with');
  expect((await queue.getJob(`twin_${order}`))!.returnvalue).toMatch(/^not sent/);
  await drill.boughtOnce(plan);
}

async function pressRetryOfActive({ drill, queue, refused, startWorkers }: Board) {
  const before = drill.arrived();
  const plan = await drill.plan(1);
  await drill.ledger.transaction(async (tx) => {
    // Its answer cannot be recorded before this is over, so it stays in hand.
    await tx.query('lock table ledger.numbers in share row exclusive mode');
    await startWorkers();
    await drill.untilArrived(before + 1);
    const job = (await queue.getJob(jobId(orderId(plan, 1))))!;
    expect(await job.getState()).toBe('active');
    expect(await refused(`${job.id}/retry`)).toContain('JOB_NOT_RETRIABLE');
    for (const state of ['completed', 'failed'] as const)
      await expect(job.retry(state)).rejects.toThrow();
    await expect(job.remove()).rejects.toThrow();
  });
  await drill.boughtOnce(plan);
}

async function pressPromote({ drill, queue, press, startWorkers }: Board) {
  // As what could not be delivered waits for its next try.
  const plan = await drill.plan(5);
  const delays = Array.from({ length: 5 }, (_, n) => ({
    name: 'later',
    data: { order: orderId(plan, n + 1) },
    opts: { jobId: jobId(orderId(plan, n + 1)), delay: 3_600_000, priority: 1 },
  }));
  await queue.addBulk(delays);
  await press('promote');
  await startWorkers();
  await drill.boughtOnce(plan);
}

async function pressClean({ drill, queue, press, startWorkers }: Board) {
  drill.sandbox.next('slow');
  const before = drill.arrived();
  const plan = await drill.plan(3);
  await startWorkers();
  await drill.untilArrived(before + 1);
  const [active] = await until(
    async () => {
      const jobs = await queue.getActive();
      return jobs.length > 0 && jobs;
    },
    { what: 'a job is in hand' },
  );
  // What is in hand is refused, or gone from the queue: either way the answer is recorded.
  await press(`${active!.id}/clean`).catch(() => {});
  for (const status of ['active', 'wait', 'delayed', 'prioritized', 'completed', 'failed'])
    await press(`clean/${status}`).catch(() => {});
  await drill.boughtOnce(plan);
}

async function pressPause({ drill, press, startWorkers }: Board) {
  const before = drill.arrived();
  await press('pause');
  const plan = await drill.plan(5);
  await startWorkers();
  await drill.untilQuiet();
  expect(drill.arrived()).toBe(before);
  await press('resume');
  await drill.boughtOnce(plan);
}

const DRILLS: Record<string, (given: Board) => Promise<unknown>> = {
  'a job that is delivered to two workers at once buys once': deliverTwins,
  'a job that failed and that nobody retries is put in again': leaveFailed,
  'a queue that is emptied in mid-run is filled again, and nothing is bought twice': (given) =>
    pressInMidRun(given, 'empty'),
  'a queue that is obliterated in mid-run is filled again, and nothing is bought twice': (given) =>
    pressInMidRun(given, 'obliterate'),
  'jobs that are completed and retried buy nothing': pressRetry,
  'a job that failed and is retried buys once, and nothing when its order was bought meanwhile':
    pressRetryOfFailed,
  'a job in hand can be neither retried nor removed': pressRetryOfActive,
  'jobs that are promoted buy once': pressPromote,
  'jobs in hand that are removed buy once': pressClean,
  'a queue that is paused buys nothing, and goes on when it is resumed': pressPause,
};

function drillsIn({ mode, makeStorage }: Mode): Drills {
  const drills = Object.entries(DRILLS).map(([title, operation]) => [
    `${mode}, ${title}`,
    (given: Board) => operation(given).finally(given.cleanUp),
  ]);
  return inTurn(async () => openBoard(await makeStorage()), Object.fromEntries(drills));
}

const MODES = firstOf(POSTGRES_AND_REDIS, POSTGRES);

describeWith(['postgres', 'redis'], 'jobs and the buttons of Bull Board, on', () => {
  testSideBySide(Object.assign({}, ...MODES.map(drillsIn)));
});
