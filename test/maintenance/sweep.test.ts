import { expect, test } from 'vitest';
import { sweep } from '../../src/maintenance/sweep.ts';
import { removeJobs } from '../../src/queue/index.ts';
import { openQueues } from '../queue/queues.ts';
import { BY } from '../support/by.ts';
import { recordingLog, silentLog } from '../support/recording-log.ts';
import { describeInModes, EVERY_MODE } from '../support/storage.ts';

describeInModes(EVERY_MODE, 'a sweep', ({ makeStorage }) => {
  const given = openQueues(makeStorage);

  test('takes the jobs of a cancelled plan out of the queue, and ends the plan', async () => {
    const to = await given.queue();
    const plan = await to.plan(4);
    await to.sweep();
    await given.sendOne(plan, 'filled');
    await removeJobs(to.queue, [plan.orders[0]!]);
    await given.steerPlan(plan.id, 'cancel', BY);
    await to.sweep();
    expect(await to.waiting()).toEqual([]);
    expect(await given.findPlan(plan.id)).toMatchObject({
      state: 'cancelled',
      endedAt: expect.any(Date),
      bought: 10,
      cancelled: 30,
      pending: 0,
    });
  });

  test('ends a cancelled plan while the queue is away, and takes its jobs out later', async () => {
    const to = await given.queue();
    const plan = await to.plan(4);
    await to.sweep();
    await given.steerPlan(plan.id, 'cancel', BY);
    const fail = () => Promise.reject(new Error('the queue is away'));
    const away = { remove: fail, clean: fail, getDelayedCount: fail };
    const queue = Object.assign(Object.create(to.queue.queue), away);
    const { account } = to;
    const torn = { ledger: given.ledger, account, queue: { ...to.queue, queue }, log: silentLog };
    await expect(sweep(torn)).rejects.toThrow('away');
    expect(await to.waiting()).toEqual(plan.orders);
    expect((await given.findPlan(plan.id)).endedAt).not.toBeNull();
    await to.sweep();
    expect(await to.waiting()).toEqual([]);
  });

  test('says when the queue had lost jobs', async () => {
    const to = await given.queue();
    const plan = await to.plan(2);
    await to.sweep();
    await removeJobs(to.queue, plan.orders);
    const { log, lines } = recordingLog();
    await to.sweep(log);
    expect(lines).toMatchObject([{ level: 40, added: 2, msg: expect.stringContaining('lost') }]);
  });

  test('gives up an order whose sender was not heard of again', async () => {
    const to = await given.queue();
    const plan = await to.plan(1);
    await given.claimOne(plan, undefined, { deadlineMs: -1 });
    const { log, lines } = recordingLog();
    await to.sweep(log);
    expect(await given.findPlan(plan.id)).toMatchObject({ state: 'finished', unknown: 10 });
    expect(lines).toMatchObject([{ level: 40, orders: plan.orders }]);
  });
});
