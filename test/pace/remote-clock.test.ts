import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openRemoteClock } from '../../src/pace/remote-clock.ts';

test('a remote clock is known to half of the shortest round trip', () => {
  const ways = fc.array(fc.tuple(fc.nat({ max: 100 }), fc.nat({ max: 100 })), { minLength: 1 });
  fc.assert(
    fc.property(fc.integer(), ways, (offset, all) => {
      const clock = openRemoteClock();
      let at = 0;
      for (const [there, back] of all) {
        clock.read(at + there + offset, at, at + there + back);
        at += 300;
      }
      const error = Math.abs(clock.toLocal(at + offset) - at);
      expect(error).toBeLessThanOrEqual(clock.uncertainty() + 1e-6);
      const shortest = Math.min(...all.slice(-200).map(([there, back]) => there + back));
      // An old reading counts for less: a minute makes 6 ms.
      expect(clock.uncertainty()).toBeLessThanOrEqual(shortest / 2 + 6.1);
      expect(clock.toRemote(clock.toLocal(at + offset))).toBeCloseTo(at + offset, 3);
    }),
  );
});

test.each([-3_600_000, 3_600_000])('one that is set by %d ms is read again', (ms) => {
  const clock = openRemoteClock();
  clock.read(1_000, 0, 2);
  clock.read(1_300 + ms, 300, 310);
  expect(clock.toLocal(2_000 + ms)).toBe(1_005);
});

test('one that drifts is followed', () => {
  const clock = openRemoteClock();
  // 50 millionths; the first reading is the most exact one.
  const remote = (at: number) => at * 1.000_05;
  for (let at = 0; at <= 600_000; at += 500)
    clock.read(remote(at + 1), at, at + (at === 0 ? 1 : 2));
  const error = Math.abs(clock.toLocal(remote(600_000)) - 600_000);
  expect(error).toBeLessThanOrEqual(clock.uncertainty());
  expect(clock.uncertainty()).toBeLessThan(2);
});
