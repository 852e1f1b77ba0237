import { expect, test } from 'vitest';
import { setLimit } from '../../src/queue/index.ts';
import { describeInModes, EVERY_MODE } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openQueues } from './queues.ts';

const done = { next: 'done', words: 'bought' } as const;

describeInModes(EVERY_MODE, 'a job', ({ makeStorage }) => {
  const given = openQueues(makeStorage);

  test('that is done with keeps the words that say why, for a while', async () => {
    const { queue, work, add } = await given.queue();
    await setLimit(queue, 1_000);
    await add(1);
    const delivered = work(async () => done);
    await until(() => queue.queue.getCompletedCount(), { what: 'it is done with' });
    const [job] = await queue.queue.getCompleted();
    expect(job).toMatchObject({ returnvalue: 'bought', data: { order: 1 } });
    expect(delivered).toHaveLength(1);
  });

  test.each([
    ['a list of orders', [[1, 2]]],
    ['half an order', 1.5],
    ['an order as text', '1'],
    ['nothing', null],
  ])('that names %s is done with, and asks for nothing', async (_, order) => {
    const { queue, work } = await given.queue();
    await queue.queue.add('order', { order }, { jobId: 'hostile', priority: 1 });
    const delivered = work(async () => done);
    await until(() => queue.queue.getCompletedCount(), { what: 'it is done with' });
    const [job] = await queue.queue.getCompleted();
    expect(job?.returnvalue).toBe('not sent: this job names no order');
    expect(delivered).toHaveLength(0);
  });

  test('that answers "later" is delivered again then, in its old place, after others', async () => {
    const { queue, work, add } = await given.queue();
    await setLimit(queue, 1_000);
    await add(3);
    let isFirst = true;
    const delivered = work(
      async (order) => {
        if (order !== 1 || !isFirst) return done;
        isFirst = false;
        return { next: 'later', waitMs: 1_000 };
      },
      { concurrency: 1 },
    );
    await until(() => delivered.length === 4, { what: 'the first one is delivered again' });
    expect(delivered.map(({ order }) => order)).toEqual([1, 2, 3, 1]);
    expect(delivered[3]!.at - delivered[0]!.at).toBeGreaterThanOrEqual(990);
  });

  test('that answers "later, in no time" is delivered again at once', async () => {
    const { queue, work, add } = await given.queue();
    await setLimit(queue, 1_000);
    await add(1);
    let left = 3;
    const delivered = work(async () => (left-- > 0 ? { next: 'later', waitMs: 0 } : done));
    await until(() => queue.queue.getCompletedCount(), { what: 'it is done with' });
    expect(delivered.map(({ order }) => order)).toEqual([1, 1, 1, 1]);
  });

  test('that answers "rest" makes all workers wait, and stays the next in line', async () => {
    const { queue, work, add } = await given.queue();
    // So slow that the others cannot have begun before the rest does.
    await setLimit(queue, 1);
    await add(6);
    let restedAt = 0;
    const operation = async () => {
      if (restedAt) return done;
      restedAt = performance.now();
      return { next: 'rest', waitMs: 2_000 } as const;
    };
    const one = work(operation);
    const other = work(operation);
    const all = () => [...one, ...other].toSorted((a, b) => a.at - b.at);
    await until(() => all().length === 2, { what: 'the first one is delivered again' });
    expect(all()[1]).toMatchObject({ order: 1 });
    expect(all()[1]!.at - restedAt).toBeGreaterThanOrEqual(1_990);
    await setLimit(queue, 1_000);
    await until(() => queue.queue.getCompletedCount().then((n) => n === 6), {
      what: 'all are done',
    });
    expect(all()).toHaveLength(7);
  });

  test('whose operation breaks is kept as failed, and the next one is delivered', async () => {
    const { queue, work, add } = await given.queue();
    await setLimit(queue, 1_000);
    await add(2);
    const delivered = work(async (order) => {
      if (order === 1) throw new Error('a fault of ours');
      return done;
    });
    await until(() => queue.queue.getCompletedCount(), { what: 'the second is done with' });
    await until(() => queue.queue.getFailedCount(), { what: 'the first has failed' });
    expect(await queue.queue.getFailed()).toMatchObject([{ failedReason: 'a fault of ours' }]);
    expect(delivered).toHaveLength(2);
  });

  test('in hand is finished when the worker is stopped, and no other is begun', async () => {
    const { queue, work, add } = await given.queue();
    await setLimit(queue, 1_000);
    await add(20);
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
    const delivered = work(
      async () => {
        await mayEnd;
        return done;
      },
      { concurrency: 3 },
    );
    await until(() => delivered.length === 3, { what: 'three are in hand' });
    const drained = delivered.drain();
    end();
    await drained;
    expect(delivered).toHaveLength(3);
    expect(await queue.queue.getCompletedCount()).toBe(3);
    expect(await queue.queue.getActiveCount()).toBe(0);
  });
});
