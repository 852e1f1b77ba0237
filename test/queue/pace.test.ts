import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { paceWindow, setPace } from '../../src/queue/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { until } from '../support/until.ts';
import { describeInModes, mostAtOnce, POSTGRES, POSTGRES_AND_REDIS } from '../support/workplace.ts';
import { openQueues } from './queues.ts';

describe('the window for a pace', () => {
  test.each([
    [0.01, { max: 1, durationMs: 100_000 }],
    [0.5, { max: 1, durationMs: 2_000 }],
    [3, { max: 1, durationMs: 334 }],
    [4, { max: 1, durationMs: 250 }],
    [7, { max: 1, durationMs: 143 }],
    [20, { max: 1, durationMs: 50 }],
    [200, { max: 1, durationMs: 5 }],
    // Shorter windows would cost more than they smooth.
    [400, { max: 2, durationMs: 5 }],
    [1_000, { max: 5, durationMs: 5 }],
  ])('of %d orders per second', (rate, window) => {
    expect(paceWindow(rate)).toEqual(window);
  });

  const rates = fc.double({ min: 0.01, max: 1_000, noNaN: true });
  const perSecond = (rate: number) => {
    const { max, durationMs } = paceWindow(rate);
    return (max * 1_000) / durationMs;
  };

  test('lets never more start than the pace allows', () => {
    fc.assert(
      fc.property(rates, (rate) => {
        // A hair above by the rounding of the division itself, at most.
        expect(perSecond(rate)).toBeLessThanOrEqual(rate * (1 + Number.EPSILON));
      }),
    );
  });

  test('is at most a millisecond longer than it must be', () => {
    fc.assert(
      fc.property(rates, (rate) => {
        const { max, durationMs } = paceWindow(rate);
        expect(Number.isInteger(max) && Number.isInteger(durationMs)).toBe(true);
        expect(durationMs - (max * 1_000) / rate).toBeLessThan(1);
      }),
    );
  });

  test('lets one start at a time up to 399 a second, so that they do not come in bursts', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 399, noNaN: true }), (rate) => {
        expect(paceWindow(rate).max).toBe(1);
      }),
    );
  });

  test('costs 2 % of the pace at most up to 20 orders per second', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 20, noNaN: true }), (rate) => {
        expect(perSecond(rate)).toBeGreaterThanOrEqual(rate * 0.98);
      }),
    );
  });
});

describeInModes([POSTGRES, POSTGRES_AND_REDIS], 'the pace of a queue', ({ makeStorage }) => {
  const given = openQueues(makeStorage);

  test('is kept from the first order on, by all workers together', async () => {
    const { queue, work, add } = await given.queue();
    await setPace(queue, 20);
    await add(40);
    const one = work(async () => ({ next: 'done', words: '' }));
    const other = work(async () => ({ next: 'done', words: '' }));
    await until(() => one.length + other.length === 40, { what: 'all are delivered' });
    expect(Math.min(one.length, other.length)).toBeGreaterThan(0);
    const times = [...one, ...other].map(({ at }) => at);
    expect(mostAtOnce(times)).toBeLessThanOrEqual(21);
    // One at a time: six would be exact, a busy machine is granted some more.
    expect(mostAtOnce(times, 250)).toBeLessThanOrEqual(12);
  });

  test('changes while it runs, also when a long wait for the next order has begun', async () => {
    const { queue, work, add } = await given.queue();
    await setPace(queue, 0.01);
    await add(10);
    const delivered = work(async () => ({ next: 'done', words: '' }));
    await until(() => delivered.length === 1, { what: 'the first is delivered' });
    await setPace(queue, 100);
    await until(() => delivered.length === 10, { what: 'the others are delivered' });
  });

  test('that is set again as it is disturbs nothing', async () => {
    const { queue, work, add } = await given.queue();
    await setPace(queue, 0.01);
    await add(2);
    const delivered = work(async () => ({ next: 'done', words: '' }));
    await until(() => delivered.length === 1, { what: 'the first is delivered' });
    await setPace(queue, 0.01);
    expect(await queue.queue.getRateLimitTtl()).toBeGreaterThan(50_000);
    expect(delivered).toHaveLength(1);
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
    await setPace(queue, 20);
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
