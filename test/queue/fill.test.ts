import { expect, test } from 'vitest';
import { findPlan, recordAnswers, retryPlan, steerPlan } from '../../src/ledger/index.ts';
import { sweep } from '../../src/maintenance/sweep.ts';
import { fillQueue, jobId, removeJobs } from '../../src/queue/index.ts';
import {
  answerTo,
  claim,
  claimOne,
  line,
  linesOf,
  newPlan,
  type SmallPlan,
  sql,
} from '../support/ledger.ts';
import { silentLog } from '../support/recording-log.ts';
import { describeInModes, EVERY_MODE } from '../support/workplace.ts';
import { openQueues, type TestQueue } from './queues.ts';

const BY = { who: 'Ada' };

describeInModes(EVERY_MODE, 'a queue', ({ makeStorage }) => {
  const given = openQueues(makeStorage);

  const planOf = (to: TestQueue, orders: number, started = true) =>
    newPlan(given.ledger, {
      account: to.account,
      lines: linesOf(...Array<number>(orders).fill(10)),
      started,
    });

  const fill = ({ queue, account }: TestQueue) => fillQueue(queue, given.ledger, account.id);

  /** The orders whose jobs are waiting, those to be delivered first in front. */
  const waiting = async ({ queue }: TestQueue): Promise<number[]> => {
    const jobs = await queue.queue.getJobs(['prioritized', 'waiting'], 0, -1, true);
    return jobs.map((job) => job.data.order);
  };

  /** Sold out of the queue's sight, as by another worker. */
  const finish = async (
    plan: SmallPlan,
    ids: number[],
    outcome: 'filled' | 'refused' = 'filled',
  ) => {
    const orders = await claim(given.ledger, plan, ids);
    const answers = orders.map((order) => answerTo(order, outcome));
    expect(await recordAnswers(given.ledger, plan.account.id, answers)).toHaveLength(ids.length);
  };

  const sweepNow = ({ queue, account }: TestQueue, log = silentLog) =>
    sweep({ ledger: given.ledger, queue, account, log });

  test('holds no more than it may, of one plan and of all, and is topped up', async () => {
    const to = await given.queue();
    const [one, other] = [await planOf(to, 30), await planOf(to, 30)];
    const fillTo = (all: number) =>
      fillQueue(to.queue, given.ledger, to.account.id, { all, perPlan: 10 });
    expect(await fillTo(15)).toEqual({ added: 15, restored: false });
    const held = new Set(await waiting(to));
    expect(held).toEqual(new Set([...one.orders.slice(0, 10), ...other.orders.slice(0, 5)]));
    expect(await fillTo(20)).toEqual({ added: 5, restored: false });
    expect(await fillTo(1_000)).toEqual({ added: 0, restored: false });
  });

  test('takes in successors once, behind first orders, and again when it lost them', async () => {
    const to = await given.queue();
    const step = { rung: 1, name: 'to:646', areaCode: '646', type: 'local', cap: null } as const;
    const ladder = {
      ...{ type: 'local' as const, areaCode: '212', fallback: 'to:646' },
      steps: [{ ...step, miles: null }],
    };
    const quantities = [10, 10, 10];
    const lines = quantities.map((quantity, at) =>
      line({ line: at + 2, quantity, fallback: 'to:646' }),
    );
    const plan = await newPlan(given.ledger, { account: to.account, lines, ladders: [ladder] });
    await fill(to);
    const [first] = await claim(given.ledger, plan, plan.orders.slice(0, 1));
    await recordAnswers(given.ledger, to.account.id, [answerTo(first!, 'short')]);
    await removeJobs(to.queue, [first!.id]);
    const successor = first!.id + 3;
    const held = [...plan.orders.slice(1), successor];
    await sweepNow(to);
    expect(await waiting(to)).toEqual(held);
    expect(await fill(to)).toEqual({ added: 0, restored: false });
    await to.queue.queue.obliterate({ force: true });
    expect(await fill(to)).toEqual({ added: 3, restored: true });
    expect(await waiting(to)).toEqual(held);
    await steerPlan(given.ledger, plan.id, 'pause', BY);
    await sweepNow(to);
    expect(await waiting(to)).toEqual([]);
    await steerPlan(given.ledger, plan.id, 'resume', BY);
    await sweepNow(to);
    expect(await waiting(to)).toEqual(held);
  });

  test('takes in another try of a standing line behind all other orders', async () => {
    const to = await given.queue();
    const standing = [line({ quantity: 10, keepTrying: '1d' })];
    const plan = await newPlan(given.ledger, { account: to.account, lines: standing });
    await fill(to);
    const first = await claimOne(given.ledger, plan);
    await recordAnswers(given.ledger, to.account.id, [answerTo(first, 'short')]);
    await removeJobs(to.queue, [first.id]);
    await sweepNow(to);
    expect((await findPlan(given.ledger, plan.id)).state).toBe('standing');
    await sql(given.ledger, 'update ledger.standing set next_at = ledger.now()');
    await sweepNow(to);
    const other = await planOf(to, 3);
    await fill(to);
    expect(await waiting(to)).toEqual([...other.orders, first.id + 1]);
  });

  test('takes in no plan started after the preparations for first orders', async () => {
    const to = await given.queue();
    const first = await planOf(to, 1);
    let second: SmallPlan | undefined;
    const fill = () =>
      fillQueue(to.queue, given.ledger, to.account.id, undefined, async () => {
        second ??= await planOf(to, 1);
      });
    expect(await fill()).toEqual({ added: 1, restored: false });
    expect(await waiting(to)).toEqual(first.orders);
    expect(await fill()).toEqual({ added: 1, restored: false });
    expect(new Set(await waiting(to))).toEqual(new Set([...first.orders, ...second!.orders]));
  });

  test('is filled with only the orders of running plans, in the plan’s order', async () => {
    const to = await given.queue();
    await planOf(to, 2, false);
    const plan = await planOf(to, 30);
    expect(await fill(to)).toEqual({ added: 30, restored: false });
    expect(await waiting(to)).toEqual(plan.orders);
    const [job] = await to.queue.queue.getJobs(['prioritized'], 0, 0, true);
    expect(job).toMatchObject({ id: jobId(plan.orders[0]!), data: { order: plan.orders[0] } });
    expect(Object.keys(job!.data)).toEqual(['order']);
  });

  test('that is filled again gets nothing twice', async () => {
    const to = await given.queue();
    const plan = await planOf(to, 5);
    await fill(to);
    expect(await fill(to)).toEqual({ added: 0, restored: false });
    // Even when the ledger has forgotten that they are there.
    await sql(given.ledger, 'update ledger.plans set queued_to = 0 where id = $1', [plan.id]);
    await fill(to);
    expect(await waiting(to)).toEqual(plan.orders);
  });

  test('that is filled by two at the same time gets nothing twice and lacks nothing', async () => {
    const to = await given.queue();
    const plan = await planOf(to, 50);
    await Promise.all([fill(to), fill(to)]);
    await fill(to);
    expect(await waiting(to)).toEqual(plan.orders);
    expect(await fill(to)).toEqual({ added: 0, restored: false });
  });

  test('that was emptied is filled with what waits, not what is done or in flight', async () => {
    const to = await given.queue();
    const plan = await planOf(to, 10);
    await fill(to);
    const [first, second, third, ...others] = plan.orders as [number, number, number];
    await finish(plan, [first, second]);
    await claimOne(given.ledger, plan, third);
    await to.queue.queue.obliterate({ force: true });
    expect(await fill(to)).toEqual({ added: 7, restored: true });
    expect(await waiting(to)).toEqual(others);
    expect(await fill(to)).toEqual({ added: 0, restored: false });
  });

  test('that has lost a few jobs gets them back in their places', async () => {
    const to = await given.queue();
    const plan = await planOf(to, 10);
    await fill(to);
    await removeJobs(to.queue, plan.orders.slice(3, 5));
    expect(await waiting(to)).toHaveLength(8);
    expect(await fill(to)).toMatchObject({ restored: true });
    expect(await waiting(to)).toEqual(plan.orders);
  });

  test('takes a retried order in again, though its first job is kept for show', async () => {
    const to = await given.queue();
    const plan = await planOf(to, 3);
    await fill(to);
    const delivered = to.work(async (order) => {
      await finish(plan, [order], 'refused');
      return { next: 'done', words: 'refused' };
    });
    await expect.poll(() => to.queue.queue.getCompletedCount()).toBe(3);
    await delivered.drain();
    await sweepNow(to);
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({ state: 'finished' });
    expect(await waiting(to)).toEqual([]);
    await retryPlan(given.ledger, plan.id, BY);
    await sweepNow(to);
    expect(await waiting(to)).toEqual(plan.orders);
  });

  test('holds an order back that is not due', async () => {
    const to = await given.queue();
    const plan = await planOf(to, 2);
    const text = `update ledger.orders set not_before = clock_timestamp() + interval '1 minute'
      where id = $1`;
    await sql(given.ledger, text, [plan.orders[0]]);
    await fill(to);
    expect(await waiting(to)).toEqual([plan.orders[1]]);
    const [job] = await to.queue.queue.getDelayed();
    expect(job).toMatchObject({ id: jobId(plan.orders[0]!), delay: expect.closeTo(60_000, -5) });
  });

  test('loses the jobs of a paused plan to the sweep, and regains them on resuming', async () => {
    const to = await given.queue();
    const one = await planOf(to, 4);
    const other = await planOf(to, 3);
    await sweepNow(to);
    await finish(one, [one.orders[0]!]);
    await removeJobs(to.queue, [one.orders[0]!]);
    await steerPlan(given.ledger, one.id, 'pause', BY);
    await sweepNow(to);
    expect(await waiting(to)).toEqual(other.orders);
    await sweepNow(to);
    expect(await waiting(to)).toEqual(other.orders);
    await steerPlan(given.ledger, one.id, 'resume', BY);
    await sweepNow(to);
    const all = await waiting(to);
    expect(all.toSorted()).toEqual([...one.orders.slice(1), ...other.orders].toSorted());
  });

  test('takes a plan in level with its head, whichever of its orders waits first', async () => {
    const to = await given.queue();
    const plan = await planOf(to, 10);
    await finish(plan, plan.orders.slice(0, 6));
    const other = await planOf(to, 4);
    await sql(given.ledger, 'update ledger.plans set priority_base = 100 where id = $1', [
      other.id,
    ]);
    // The plan is the first to be filled, so it has to be kept out until the head is there.
    await steerPlan(given.ledger, plan.id, 'pause', BY);
    await fill(to);
    await steerPlan(given.ledger, plan.id, 'resume', BY);
    await fill(to);
    const jobs = await to.queue.queue.getJobs(['prioritized'], 0, -1, true);
    const priorities = (of: SmallPlan) =>
      jobs.filter((job) => of.orders.includes(job.data.order)).map((job) => job.priority);
    expect(priorities(other)).toEqual([101, 102, 103, 104]);
    expect(priorities(plan)).toEqual([101, 102, 103, 104]);
  });
});
