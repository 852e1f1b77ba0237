import { expect, test } from 'vitest';
import { findPlan, recordAnswers, steerPlan } from '../../src/ledger/index.ts';
import { sweep } from '../../src/maintenance/sweep.ts';
import { removeJobs } from '../../src/queue/index.ts';
import { openQueues, type TestQueue } from '../queue/queues.ts';
import { answerTo, claim, claimOne, linesOf, newPlan } from '../support/ledger.ts';
import { recordingLog, silentLog } from '../support/recording-log.ts';
import { describeInModes, EVERY_MODE } from '../support/workplace.ts';

const BY = { who: 'Ada' };

describeInModes(EVERY_MODE, 'a sweep', ({ makeStorage }) => {
  const given = openQueues(makeStorage);

  const planOf = (to: TestQueue, orders: number) =>
    newPlan(given.ledger, {
      account: to.account,
      lines: linesOf(...Array<number>(orders).fill(10)),
    });

  /** The orders whose jobs are waiting, those to be delivered first in front. */
  const waiting = async ({ queue }: TestQueue): Promise<number[]> => {
    const jobs = await queue.queue.getJobs(['prioritized', 'waiting'], 0, -1, true);
    return jobs.map((job) => job.data.order);
  };

  const sweepNow = ({ queue, account }: TestQueue, log = silentLog) =>
    sweep({ ledger: given.ledger, queue, account, log });

  test('takes the jobs of a cancelled plan out of the queue, and ends the plan', async () => {
    const to = await given.queue();
    const plan = await planOf(to, 4);
    await sweepNow(to);
    const [order] = await claim(given.ledger, plan, [plan.orders[0]!]);
    await recordAnswers(given.ledger, plan.account.id, [answerTo(order!, 'filled')]);
    await removeJobs(to.queue, [plan.orders[0]!]);
    await steerPlan(given.ledger, plan.id, 'cancel', BY);
    await sweepNow(to);
    expect(await waiting(to)).toEqual([]);
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({
      state: 'cancelled',
      endedAt: expect.any(Date),
      bought: 10,
      cancelled: 30,
      pending: 0,
    });
  });

  test('ends a cancelled plan while the queue is away, and takes its jobs out later', async () => {
    const to = await given.queue();
    const plan = await planOf(to, 4);
    await sweepNow(to);
    await steerPlan(given.ledger, plan.id, 'cancel', BY);
    const fail = () => Promise.reject(new Error('the queue is away'));
    const away = { remove: fail, clean: fail, getDelayedCount: fail };
    const queue = Object.assign(Object.create(to.queue.queue), away);
    await expect(sweepNow({ ...to, queue: { ...to.queue, queue } })).rejects.toThrow('away');
    expect(await waiting(to)).toEqual(plan.orders);
    expect((await findPlan(given.ledger, plan.id)).endedAt).not.toBeNull();
    await sweepNow(to);
    expect(await waiting(to)).toEqual([]);
  });

  test('says when the queue had lost jobs', async () => {
    const to = await given.queue();
    const plan = await planOf(to, 2);
    await sweepNow(to);
    await removeJobs(to.queue, plan.orders);
    const { log, lines } = recordingLog();
    await sweepNow(to, log);
    expect(lines).toMatchObject([{ level: 40, added: 2, msg: expect.stringContaining('lost') }]);
  });

  test('gives up an order whose sender was not heard of again', async () => {
    const to = await given.queue();
    const plan = await planOf(to, 1);
    await claimOne(given.ledger, plan, undefined, { deadlineMs: -1 });
    const { log, lines } = recordingLog();
    await sweepNow(to, log);
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({ state: 'finished', unknown: 10 });
    expect(lines).toMatchObject([{ level: 40, orders: plan.orders }]);
  });
});
