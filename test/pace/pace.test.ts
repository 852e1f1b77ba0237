import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mostAtOnce } from '../support/workplace.ts';
import { simulateTime } from './simulated-time.ts';
import { busyNature, CALM, type Nature, row, workers } from './simulated-workers.ts';

describe('the pace, with four workers', () => {
  test('is never exceeded within any second, whatever is slow or wakes late', async () => {
    const nature = fc.record({
      // Far away or near, and not always the same.
      connects: fc
        .tuple(
          fc.nat({ max: 2_000 }),
          fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 60 }),
        )
        .map(([base, more]) => more.map((ms) => base + ms)),
      ways: fc.array(fc.double({ min: 0, max: 4, noNaN: true }), { minLength: 7, maxLength: 40 }),
      lates: fc.array(
        fc.oneof(
          { weight: 20, arbitrary: fc.double({ min: -1, max: 4, noNaN: true }) },
          { weight: 1, arbitrary: fc.double({ min: 4, max: 300, noNaN: true }) },
        ),
        { minLength: 1, maxLength: 60 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        nature,
        fc.constantFrom(0.5, 1, 2.5, 4, 10, 50, 200),
        async ({ ways, lates, connects }, rate) => {
          let way = 0;
          let late = 0;
          let connect = 0;
          const wild: Nature = {
            // Now and then one takes very long.
            way: () => ways[way++ % ways.length]! + (way % 13 === 0 ? 60 : 0),
            late: () => lates[late++ % lates.length]!,
            connect: () => connects[connect++ % connects.length]!,
          };
          const time = simulateTime();
          const { sent, work } = workers(time, row(time, rate, wild), wild);
          work(10);
          await time.runUntil(3_000);
          const places = Math.ceil(rate);
          expect(mostAtOnce(sent, (1_000 * places) / rate)).toBeLessThanOrEqual(places);
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each([4, 10, 50, 200])('of %d per second is used to 98 percent and more', async (rate) => {
    const time = simulateTime();
    const { sent, work } = workers(time, row(time, rate, CALM), CALM);
    work(30);
    await time.runUntil(30_000);
    expect(sent.filter((at) => at > 2_000).length / (28 * rate)).toBeGreaterThanOrEqual(0.98);
  });

  test.each([4, 10, 50, 200, 500])(
    'of %d per second is used to 97 percent and more on a busy machine',
    async (rate) => {
      const busy = busyNature();
      const time = simulateTime();
      const { sent, work } = workers(time, row(time, rate, busy), busy);
      work(rate);
      await time.runUntil(30_000);
      expect(sent.filter((at) => at > 2_000).length / (28 * rate)).toBeGreaterThanOrEqual(0.97);
      expect(mostAtOnce(sent)).toBeLessThanOrEqual(rate);
    },
  );

  test('is kept by a worker whose late orders the ledger does not learn of', async () => {
    const busy = busyNature();
    const time = simulateTime();
    const ledger = row(time, 10, busy);
    ledger.isDeaf = true;
    const { sent, work } = workers(time, ledger, busy, 1);
    work(10);
    await time.runUntil(30_000);
    expect(mostAtOnce(sent)).toBeLessThanOrEqual(10);
    ledger.isDeaf = false;
    await time.runUntil(30_200);
    expect(ledger.noted).toBeGreaterThan(50);
  });

  test('is right within a second of its change, up and down', async () => {
    const time = simulateTime();
    const ledger = row(time, 10, CALM);
    const { sent, work } = workers(time, ledger, CALM);
    work(30);
    const between = (from: number, to: number) => sent.filter((at) => at >= from && at < to);
    await time.runUntil(5_000);
    ledger.rate = 40;
    await time.runUntil(10_000);
    ledger.rate = 5;
    await time.runUntil(15_000);
    expect(between(6_000, 7_000).length).toBeGreaterThanOrEqual(39);
    expect(mostAtOnce(between(0, 11_000))).toBeLessThanOrEqual(40);
    expect(mostAtOnce(between(11_000, 15_000))).toBeLessThanOrEqual(5);
    expect(between(11_000, 15_000).length).toBeGreaterThanOrEqual(19);
  });

  const HOUR_MS = 3_600_000;
  test.each([
    ['forward by an hour', [HOUR_MS]],
    ['back by an hour', [-HOUR_MS]],
    ['back by five minutes and forth', [-300_000, 300_000]],
    ['forward by an hour and back', [HOUR_MS, -HOUR_MS]],
  ])(
    'is broken by a second’s worth at most when the clock of the database jumps %s, and goes on',
    async (_, jumps) => {
      for (const rate of [1, 4, 50]) {
        const time = simulateTime();
        const ledger = row(time, rate, CALM);
        const { sent, work } = workers(time, ledger, CALM);
        work(30);
        await time.runUntil(5_000);
        for (const jump of jumps) {
          ledger.ahead += jump;
          await time.runUntil(time.now() + 700);
        }
        await time.runUntil(20_000);
        expect(mostAtOnce(sent)).toBeLessThanOrEqual(2 * rate);
        const after = sent.filter((at) => at >= 10_000);
        expect(mostAtOnce(after)).toBeLessThanOrEqual(rate);
        expect(after.length / (10 * rate)).toBeGreaterThanOrEqual(0.9);
      }
    },
  );

  test.each([
    { to: 20, within: 1_000, sends: 11 },
    { to: 1, within: 5_000, sends: 4 },
  ])('that is very slow is changed to one of $to just as fast', async ({ to, within, sends }) => {
    const time = simulateTime();
    const ledger = row(time, 0.01, CALM);
    const { sent, work } = workers(time, ledger, CALM);
    work(5);
    await time.runUntil(5_000);
    expect(sent).toHaveLength(1);
    ledger.rate = to;
    await time.runUntil(5_000 + within);
    expect(sent.length).toBeGreaterThanOrEqual(sends);
  });

  test('says when more are waiting than can be sent soon, and for how long', async () => {
    const time = simulateTime();
    const { backlogs, work } = workers(time, row(time, 4, CALM), CALM);
    work(20);
    await time.runUntil(1_000);
    expect(backlogs.length).toBeGreaterThan(0);
    // Not so long that nothing would be left to send before it is over.
    expect(Math.max(...backlogs)).toBeLessThan(20 * (1_000 / 4));
    expect(Math.min(...backlogs)).toBeGreaterThanOrEqual(900);
  });

  test('asks the ledger less than once for two orders when it is quick', async () => {
    const time = simulateTime();
    const ledger = row(time, 200, CALM);
    const { sent, work } = workers(time, ledger, CALM);
    work(50);
    await time.runUntil(10_000);
    expect(ledger.taken).toBeLessThan(sent.length / 2);
  });
});
