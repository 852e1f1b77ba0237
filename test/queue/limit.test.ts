import { expect, test, vi } from 'vitest';
import { restQueue, setLimit } from '../../src/queue/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { describeInModes, EVERY_MODE, POSTGRES_AND_REDIS } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openQueues } from './queues.ts';

const done = async () => ({ next: 'done', words: '' }) as const;

describeInModes(EVERY_MODE, 'the limit of a queue', ({ makeStorage }) => {
  const given = openQueues(makeStorage);

  test.each([
    [0.01, { max: 1, duration: 97_000 }],
    [4, { max: 4, duration: 970 }],
    [4.5, { max: 5, duration: 1_077 }],
    [1_000, { max: 1_000, duration: 970 }],
    [null, { max: 100_000, duration: 1_000 }],
  ])('for a pace of %s per second is a little more than that', async (rate, limit) => {
    const { queue } = await given.queue();
    await setLimit(queue, rate);
    expect(await queue.queue.getGlobalRateLimit()).toEqual(limit);
  });

  test('changes while it runs, also when a long wait for the next order has begun', async () => {
    const { queue, work, add } = await given.queue();
    await setLimit(queue, 0.01);
    await add(10);
    const delivered = work(done);
    await until(() => delivered.length === 1, { what: 'the first is delivered' });
    await setLimit(queue, 100);
    await until(() => delivered.length === 10, { what: 'the others are delivered' });
  });

  test('that is set to the same value disturbs nothing', async () => {
    const { queue, work, add } = await given.queue();
    await setLimit(queue, 0.01);
    await add(2);
    const delivered = work(done);
    await until(() => delivered.length === 1, { what: 'the first is delivered' });
    await setLimit(queue, 0.01);
    expect(await queue.queue.getRateLimitTtl()).toBeGreaterThan(50_000);
    expect(delivered).toHaveLength(1);
  });

  test('lets the queue rest for all workers, also when there is no pace', async () => {
    const { queue, work, add } = await given.queue();
    await setLimit(queue, null);
    await add(10);
    const at = performance.now();
    await restQueue(queue, 1_000);
    const delivered = work(done);
    await until(() => delivered.length === 10, { what: 'all are delivered' });
    expect(delivered[0]!.at - at).toBeGreaterThanOrEqual(990);
  });
});

describeInModes([POSTGRES_AND_REDIS], 'a wait for the next order', ({ makeStorage }) => {
  const given = openQueues(makeStorage);

  test('that is over when it is begun prints no warning', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    atEnd(() => process.off('warning', note));
    const { queue, work, add } = await given.queue();
    await setLimit(queue, 20);
    await add(10);
    // Time flies: between two looks at the clock more than half of the wait is over.
    let later = 0;
    const now = Date.now;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => {
      later += 30;
      return now() + later;
    });
    atEnd(() => clock.mockRestore());
    const delivered = work(async () => ({ next: 'done', words: '' }));
    await until(() => delivered.length === 10, { what: 'all are delivered' });
    expect(warnings).toEqual([]);
  });
});
