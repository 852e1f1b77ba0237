import { expect, test } from 'vitest';
import { fillQueue, jobId, removeJobs } from '../../src/queue/index.ts';
import { BY } from '../support/by.ts';
import { step } from '../support/ladder-plan.ts';
import { line, type SmallPlan } from '../support/plans.ts';
import { answerTo } from '../support/sending.ts';
import { describeInModes, EVERY_MODE } from '../support/storage.ts';
import { openQueues, type TestQueue } from './queues.ts';

describeInModes(EVERY_MODE, 'a queue', ({ makeStorage }) => {
  const given = openQueues(makeStorage);

  const fill = ({ queue, account }: TestQueue) => fillQueue(queue, given.ledger, account.id);

  /** Sold out of the queue's sight, as by another worker. */
  const finish = async (
    plan: SmallPlan,
    ids: number[],
    outcome: 'filled' | 'refused' = 'filled',
  ) => {
    const orders = await given.claim(plan, ids);
    const answers = orders.map((order) => answerTo(order, outcome));
    expect(await given.record(plan, ...answers)).toHaveLength(ids.length);
  };

  test('holds no more than it may, of one plan and of all, and is topped up', async () => {
    const to = await given.queue();
    const [one, other] = [await to.plan(30), await to.plan(30)];
    const fillTo = (all: number) =>
      fillQueue(to.queue, given.ledger, to.account.id, { all, perPlan: 10 });
    expect(await fillTo(15)).toEqual({ added: 15, restored: false });
    const held = new Set(await to.waiting());
    expect(held).toEqual(new Set([...one.orders.slice(0, 10), ...other.orders.slice(0, 5)]));
    expect(await fillTo(20)).toEqual({ added: 5, restored: false });
    expect(await fillTo(1_000)).toEqual({ added: 0, restored: false });
  });

  test('takes in successors once, behind first orders, and again when it lost them', async () => {
    const to = await given.queue();
    const wishes = { account: to.account, steps: [step(1, '646')], quantities: [10, 10, 10] };
    const plan = await given.ladderPlan(wishes);
    await fill(to);
    const { order: first } = await given.sendOne(plan, 'short');
    await removeJobs(to.queue, [first.id]);
    const successor = first.id + 3;
    const held = [...plan.orders.slice(1), successor];
    await to.sweep();
    expect(await to.waiting()).toEqual(held);
    expect(await fill(to)).toEqual({ added: 0, restored: false });
    await to.queue.queue.obliterate({ force: true });
    expect(await fill(to)).toEqual({ added: 3, restored: true });
    expect(await to.waiting()).toEqual(held);
    await given.steerPlan(plan.id, 'pause', BY);
    await to.sweep();
    expect(await to.waiting()).toEqual([]);
    await given.steerPlan(plan.id, 'resume', BY);
    await to.sweep();
    expect(await to.waiting()).toEqual(held);
  });

  test('takes in another try of a standing line behind all other orders', async () => {
    const to = await given.queue();
    const standing = [line({ quantity: 10, keepTrying: '1d' })];
    const plan = await given.newPlan({ account: to.account, lines: standing });
    await fill(to);
    const { order: first } = await given.sendOne(plan, 'short');
    await removeJobs(to.queue, [first.id]);
    await to.sweep();
    expect((await given.findPlan(plan.id)).state).toBe('standing');
    await given.sql('update ledger.standing set next_at = ledger.now()');
    await to.sweep();
    const other = await to.plan(3);
    await fill(to);
    expect(await to.waiting()).toEqual([...other.orders, first.id + 1]);
  });

  test('takes in no plan started after the preparations for first orders', async () => {
    const to = await given.queue();
    const first = await to.plan(1);
    let second: SmallPlan | undefined;
    const fill = () =>
      fillQueue(to.queue, given.ledger, to.account.id, undefined, async () => {
        second ??= await to.plan(1);
      });
    expect(await fill()).toEqual({ added: 1, restored: false });
    expect(await to.waiting()).toEqual(first.orders);
    expect(await fill()).toEqual({ added: 1, restored: false });
    expect(new Set(await to.waiting())).toEqual(new Set([...first.orders, ...second!.orders]));
  });

  test('looks again before an order that a person has retried', async () => {
    const to = await given.queue();
    const plan = await to.plan(1);
    let looks = 0;
    const fill = () =>
      fillQueue(to.queue, given.ledger, to.account.id, undefined, async () => {
        looks += 1;
      });
    await fill();
    await finish(plan, plan.orders, 'refused');
    await fill();
    expect(looks).toBe(1);
    await given.retryPlan(plan.id, BY);
    await fill();
    expect(looks).toBe(2);
  });

  test('is filled with only the orders of running plans, in the plan’s order', async () => {
    const to = await given.queue();
    await to.plan(2, false);
    const plan = await to.plan(30);
    expect(await fill(to)).toEqual({ added: 30, restored: false });
    expect(await to.waiting()).toEqual(plan.orders);
    const [job] = await to.queue.queue.getJobs(['prioritized'], 0, 0, true);
    expect(job).toMatchObject({ id: jobId(plan.orders[0]!), data: { order: plan.orders[0] } });
    expect(Object.keys(job!.data)).toEqual(['order']);
  });

  test('that is filled again gets nothing twice', async () => {
    const to = await given.queue();
    const plan = await to.plan(5);
    await fill(to);
    expect(await fill(to)).toEqual({ added: 0, restored: false });
    // Even when the ledger has forgotten that they are there.
    await given.sql('update ledger.plans set queued_to = 0 where id = $1', [plan.id]);
    await fill(to);
    expect(await to.waiting()).toEqual(plan.orders);
  });

  test('that is filled by two at the same time gets nothing twice and lacks nothing', async () => {
    const to = await given.queue();
    const plan = await to.plan(50);
    await Promise.all([fill(to), fill(to)]);
    await fill(to);
    expect(await to.waiting()).toEqual(plan.orders);
    expect(await fill(to)).toEqual({ added: 0, restored: false });
  });

  test('that was emptied is filled with what waits, not what is done or in flight', async () => {
    const to = await given.queue();
    const plan = await to.plan(10);
    await fill(to);
    const [first, second, third, ...others] = plan.orders as [number, number, number];
    await finish(plan, [first, second]);
    await given.claimOne(plan, third);
    await to.queue.queue.obliterate({ force: true });
    expect(await fill(to)).toEqual({ added: 7, restored: true });
    expect(await to.waiting()).toEqual(others);
    expect(await fill(to)).toEqual({ added: 0, restored: false });
  });

  test('that has lost a few jobs gets them back in their places', async () => {
    const to = await given.queue();
    const plan = await to.plan(10);
    await fill(to);
    await removeJobs(to.queue, plan.orders.slice(3, 5));
    expect(await to.waiting()).toHaveLength(8);
    expect(await fill(to)).toMatchObject({ restored: true });
    expect(await to.waiting()).toEqual(plan.orders);
  });

  test('takes a retried order in again, though its first job is kept for show', async () => {
    const to = await given.queue();
    const plan = await to.plan(3);
    await fill(to);
    const delivered = to.work(async (order) => {
      await finish(plan, [order], 'refused');
      return { next: 'done', words: 'refused' };
    });
    await expect.poll(() => to.queue.queue.getCompletedCount()).toBe(3);
    await delivered.drain();
    await to.sweep();
    expect(await given.findPlan(plan.id)).toMatchObject({ state: 'finished' });
    expect(await to.waiting()).toEqual([]);
    await given.retryPlan(plan.id, BY);
    await to.sweep();
    expect(await to.waiting()).toEqual(plan.orders);
  });

  test('holds an order back that is not due', async () => {
    const to = await given.queue();
    const plan = await to.plan(2);
    const text = `update ledger.orders set not_before = clock_timestamp() + interval '1 minute'
      where id = $1`;
    await given.sql(text, [plan.orders[0]]);
    await fill(to);
    expect(await to.waiting()).toEqual([plan.orders[1]]);
    const [job] = await to.queue.queue.getDelayed();
    expect(job).toMatchObject({ id: jobId(plan.orders[0]!), delay: expect.closeTo(60_000, -5) });
  });

  test('loses the jobs of a paused plan to the sweep, and regains them on resuming', async () => {
    const to = await given.queue();
    const one = await to.plan(4);
    const other = await to.plan(3);
    await to.sweep();
    await finish(one, [one.orders[0]!]);
    await removeJobs(to.queue, [one.orders[0]!]);
    await given.steerPlan(one.id, 'pause', BY);
    await to.sweep();
    expect(await to.waiting()).toEqual(other.orders);
    await to.sweep();
    expect(await to.waiting()).toEqual(other.orders);
    await given.steerPlan(one.id, 'resume', BY);
    await to.sweep();
    const all = await to.waiting();
    expect(all.toSorted()).toEqual([...one.orders.slice(1), ...other.orders].toSorted());
  });

  test('takes a plan in level with its head, whichever of its orders waits first', async () => {
    const to = await given.queue();
    const plan = await to.plan(10);
    await finish(plan, plan.orders.slice(0, 6));
    const other = await to.plan(4);
    const text = `update ledger.plans set priority_base = case id when $1 then 100 end
      where account_id = $2`;
    await given.sql(text, [other.id, to.account.id]);
    // The plan is the first to be filled, so it has to be kept out until the head is there.
    await given.steerPlan(plan.id, 'pause', BY);
    await fill(to);
    await given.steerPlan(plan.id, 'resume', BY);
    await fill(to);
    const jobs = await to.queue.queue.getJobs(['prioritized'], 0, -1, true);
    const priorities = (of: SmallPlan) =>
      jobs.filter((job) => of.orders.includes(job.data.order)).map((job) => job.priority);
    expect(priorities(other)).toEqual([101, 102, 103, 104]);
    expect(priorities(plan)).toEqual([101, 102, 103, 104]);
  });
});
