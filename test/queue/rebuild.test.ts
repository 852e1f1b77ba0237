import { Worker } from 'bullmq';
import { afterEach, expect, test, vi } from 'vitest';
import { restQueue } from '../../src/queue/index.ts';
import { LOCK_MS } from '../../src/queue/open.ts';
import { atEnd } from '../support/clean-up.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeInModes, EVERY_MODE } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openQueues, type TestQueue } from './queues.ts';

const HOUR_MS = 3_600_000;
const done = { next: 'done', words: '' } as const;

describeInModes(EVERY_MODE, 'after a clock was set, the queue', ({ makeStorage }) => {
  const given = openQueues(makeStorage);
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Sets the clock on the wall of this process, and no other; '0' is right again. */
  const setWall = (ms: number) => {
    vi.useRealTimers();
    if (ms === 0) return;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
  };
  const want = (to: TestQueue, requeue: 'wanted' | 'begun' = 'wanted') =>
    given.sql('update ledger.accounts set requeue = $2 where id = $1', [to.account.id, requeue]);
  const wish = async (to: TestQueue) => (await given.findChores(to.account.id)).requeue;

  /** Takes a job as a worker does, and is never heard again. */
  async function takeAndDie({ queue: { queue, backend } }: TestQueue): Promise<number> {
    const worker = new Worker(
      queue.name,
      null,
      { connection: backend.connect(), prefix: backend.prefix, lockDuration: LOCK_MS },
      backend.factory,
    );
    atEnd(() => worker.close(true));
    await worker.waitUntilReady();
    const job = await worker.getNextJob('the dead', { block: false });
    return job!.data.order;
  }

  test('delivers all that waits, despite what was kept by the old clock', async () => {
    const to = await given.queue();
    const plan = await to.plan(4);
    // The clock of this machine was an hour ahead when all this was put down.
    setWall(HOUR_MS);
    await to.sweep();
    const taken = await takeAndDie(to);
    const [later] = await to.queue.queue.getPrioritized();
    await later!.changePriority({ priority: 1 });
    const last = (await to.queue.queue.getJobs(['prioritized'])).at(-1)!;
    await last.remove();
    await to.queue.queue.add(last.name, last.data, { jobId: last.id!, priority: 9, delay: 5_000 });
    await restQueue(to.queue, 20_000);
    setWall(0);
    await want(to);
    const { log, lines } = recordingLog();
    await to.sweep(log);
    expect(lines[0]).toMatchObject({ level: 40, msg: expect.stringContaining('built again') });
    expect(await wish(to)).toBeNull();
    const delivered = to.work(async () => done);
    await until(() => delivered.length >= 4, { what: 'all are delivered' });
    const orders = delivered.map(({ order }) => order);
    expect(new Set(orders)).toEqual(new Set(plan.orders));
    expect(orders).toContain(taken);
  });

  test('delivers again what was finished by a clock that was ahead, and waits again', async () => {
    const to = await given.queue();
    const plan = await to.plan(1);
    setWall(HOUR_MS);
    await to.sweep();
    const before = to.work(async () => done);
    await until(() => to.queue.queue.getCompletedCount(), { what: 'its job is done' });
    await before.drain();
    setWall(0);
    // The job is missed, and a finished one of the same name is in its way.
    await to.sweep();
    const delivered = to.work(async () => done);
    await until(() => delivered.length > 0, { what: 'it is delivered' });
    expect(delivered[0]!.order).toBe(plan.orders[0]);
  });

  test('lets workers finish what they have in hand, and delivers it once more', async () => {
    const to = await given.queue();
    await to.plan(2);
    await to.sweep();
    const { promise: held, resolve: finish } = Promise.withResolvers<void>();
    const answers: number[] = [];
    const delivered = to.work(async (order) => {
      await held;
      answers.push(order);
      return answers.length === 1 ? { next: 'later', waitMs: 1 } : done;
    });
    await until(() => delivered.length === 2, { what: 'both are in hand' });
    await want(to);
    await to.sweep();
    finish();
    await until(() => answers.length >= 4, { what: 'all are answered for' });
  });

  test('that a person has paused stays paused and whole until it is resumed', async () => {
    const to = await given.queue();
    await to.plan(2);
    await to.sweep();
    await to.queue.queue.pause();
    await want(to);
    await to.sweep();
    expect([await to.queue.queue.isPaused(), await wish(to)]).toEqual([true, 'wanted']);
    await to.queue.queue.resume();
    await to.sweep();
    expect([await to.queue.queue.isPaused(), await wish(to)]).toEqual([false, null]);
    expect(await to.queue.queue.getPrioritizedCount()).toBe(2);
  });

  test('that a person has paused is paused again when all of it was lost', async () => {
    const to = await given.queue();
    await to.plan(2);
    await to.sweep();
    const press = (kind: string) => given.noteEvent({ kind, who: 'Ada', accountId: to.account.id });
    const empty = () => to.queue.queue.obliterate({ force: true });
    await to.queue.queue.pause();
    await press('queue_paused');
    await empty();
    await to.sweep();
    expect(await to.queue.queue.isPaused()).toBe(true);
    await to.queue.queue.resume();
    await to.sweep();
    expect(await to.queue.queue.isPaused()).toBe(false);
    await press('queue_resumed');
    await empty();
    await to.sweep();
    expect(await to.queue.queue.isPaused()).toBe(false);
    expect(await to.queue.queue.getPrioritizedCount()).toBe(2);
  });

  test('is built to the end when the process that began it has died', async () => {
    const to = await given.queue();
    await to.plan(2);
    await to.sweep();
    await to.queue.queue.pause();
    await want(to, 'begun');
    await to.sweep();
    expect([await to.queue.queue.isPaused(), await wish(to)]).toEqual([false, null]);
    expect(await to.queue.queue.getPrioritizedCount()).toBe(2);
  });

  test('delivers what a clock that was ahead delayed, even when nobody saw it set', async () => {
    const to = await given.queue();
    const plan = await to.plan(3);
    await to.sweep();
    setWall(HOUR_MS);
    const early = to.work(async () => ({ next: 'later' as const, waitMs: 20_000 }));
    const { queue } = to.queue;
    await until(async () => (await queue.getDelayedCount()) === 3, { what: 'all are delayed' });
    await early.drain();
    setWall(0);
    // One is delayed by a clock that is right.
    const [right] = await queue.getDelayed();
    await right!.changeDelay(30_000);
    await to.sweep();
    const delivered = to.work(async () => done);
    await until(() => delivered.length >= 2, { what: 'two are delivered' });
    expect(delivered.map(({ order }) => order)).not.toContain(right!.data.order);
    expect(plan.orders).toEqual(expect.arrayContaining(delivered.map(({ order }) => order)));
    expect(await queue.getDelayedCount()).toBe(1);
  });

  test('loses a limit that lasts too long, even when nobody saw the clock set', async () => {
    const to = await given.queue();
    await to.plan(1);
    await to.sweep();
    const { queue } = to.queue;
    // As long as it seems to last after a clock was set back.
    await queue.rateLimit(HOUR_MS);
    expect(await queue.getRateLimitTtl()).toBeGreaterThan(HOUR_MS / 2);
    await to.sweep();
    expect(await queue.getRateLimitTtl()).toBe(0);
  });
});
