import { expect, test } from 'vitest';
import { TEMPERS } from '../../src/sandbox/index.ts';
import { FAULT_KINDS, scheduleOf } from './schedule.ts';

const HOUR = Array.from({ length: 200 }, (_, number) => scheduleOf(7, number));

test('a schedule follows from its seed and number alone', () => {
  expect(scheduleOf(7, 3)).toEqual(scheduleOf(7, 3));
  const different = [scheduleOf(7, 3), scheduleOf(7, 4), scheduleOf(8, 3)].map((each) =>
    JSON.stringify({ ...each, seed: 0, number: 0 }),
  );
  expect(new Set(different).size).toBe(3);
});

test('every order of a schedule has a search of its own, that the sandbox can serve', () => {
  for (const { plans } of HOUR) {
    const searches = plans.flatMap(({ orders }) => orders.map(({ search }) => search));
    expect(new Set(searches).size).toBe(searches.length);
    expect(searches.filter((search) => !/^[2-7]\d\d[2-9]\d\d$/.test(search))).toEqual([]);
  }
});

test('an hour of schedules has every fault, and every temper alone', () => {
  const struck = new Set(HOUR.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
  expect([...struck].sort()).toEqual([...FAULT_KINDS].sort());
  const alone = HOUR.map(({ mood }) => Object.keys(mood.tempers)).filter((all) => all.length === 1);
  const bad = Object.keys(TEMPERS).filter((temper) => temper !== 'ok');
  expect([...new Set(alone.flat())].sort()).toEqual(bad.sort());
});

test('a short schedule has no fault that takes longer than a few seconds', () => {
  const faults = HOUR.flatMap(({ number }) => scheduleOf(7, number, { isShort: true }).faults);
  expect(Math.max(...faults.map(({ forMs }) => forMs))).toBeLessThanOrEqual(5_000);
});
