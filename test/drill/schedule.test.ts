import { expect, test } from 'vitest';
import { readFallback } from '../../src/fallback/index.ts';
import { FAULTS } from '../../src/sandbox/index.ts';
import { booksKey, isRung } from '../support/books/books-key.ts';
import {
  FAULT_KINDS,
  type FaultKind,
  FORGETTING,
  GROUND_KINDS,
  KINDS,
  ROLLING_BACK,
} from './fault-kinds.ts';
import { fallbackOf } from './rungs.ts';
import { type Schedule, SETTLED_AFTER_MS, scheduleOf } from './schedule.ts';

const HOUR = Array.from({ length: 200 }, (_, number) => scheduleOf(7, number));
const PAIRS = HOUR.map(({ number }) => scheduleOf(7, number, { pairs: true }));

test('a schedule follows from its seed and number alone', () => {
  expect(scheduleOf(7, 3)).toEqual(scheduleOf(7, 3));
  const different = [scheduleOf(7, 3), scheduleOf(7, 4), scheduleOf(8, 3)].map((each) =>
    JSON.stringify({ ...each, seed: 0, number: 0 }),
  );
  expect(new Set(different).size).toBe(3);
});

test('no two orders of a schedule ask for the same, and the sandbox can serve them', () => {
  for (const { plans } of HOUR) {
    const orders = plans.flatMap((plan) => plan.orders);
    expect(new Set(orders.map(booksKey)).size).toBe(orders.length);
    expect(orders.filter(({ search }) => !/^[2-7]\d\d([2-9]\d\d)?$/.test(search))).toEqual([]);
  }
});

test('rungs have area codes of their own, which the checked plan may fall back to', () => {
  for (const { plans } of HOUR) {
    const orders = plans.flatMap((plan) => plan.orders);
    const rungs = orders.flatMap((order) => order.rungs.map(({ search }) => search));
    expect(rungs.length).toBeGreaterThan(4);
    expect(new Set(rungs).size).toBe(rungs.length);
    expect(rungs.every(isRung)).toBe(true);
    expect(orders.some(({ search }) => isRung(search))).toBe(false);
    for (const { rungs: own } of orders.filter((order) => order.rungs.length > 0))
      expect(readFallback(fallbackOf(own))).toBe(fallbackOf(own));
  }
});

test('schedules have orders for one number, and orders that compete for numbers', () => {
  const searches = HOUR.map(({ plans }) => {
    const orders = plans.flatMap((plan) => plan.orders);
    expect(orders.filter(({ quantity }) => quantity === 1)).not.toEqual([]);
    return orders.map(({ search }) => search);
  });
  expect(searches.filter((each) => new Set(each).size === each.length)).toEqual([]);
  const wide = searches.filter((each) => each.some((search) => search.length === 3));
  expect(wide.length).toBeGreaterThan(HOUR.length / 2);
});

test('the vendor’s list lags in some schedules, and never as long as workers wait for it', () => {
  const lags = HOUR.map(({ list }) => list.lagMs);
  expect(new Set(lags.map((ms) => ms > 0))).toEqual(new Set([true, false]));
  expect(Math.max(...lags)).toBeLessThan(SETTLED_AFTER_MS);
});

test('an hour of schedules has every fault, and every fault of the vendor alone', () => {
  const struck = new Set(HOUR.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
  expect([...struck].sort()).toEqual([...FAULT_KINDS].sort());
  const alone = HOUR.map(({ faultMix }) => Object.keys(faultMix.faults)).filter(
    (all) => all.length === 1,
  );
  const bad = Object.keys(FAULTS).filter((fault) => fault !== 'ok');
  expect([...new Set(alone.flat())].sort()).toEqual(bad.sort());
});

test('the ground moves in most schedules, and in two ways at a time with --pairs', () => {
  const groundOf = ({ faults }: Schedule) =>
    faults.map(({ kind }) => kind).filter((kind) => (GROUND_KINDS as FaultKind[]).includes(kind));
  const counts = HOUR.map((schedule) => groundOf(schedule).length);
  expect(new Set(counts)).toEqual(new Set([0, 1, 2]));
  for (const schedule of PAIRS) expect(new Set(groundOf(schedule)).size).toBe(2);
  const pairs = new Set(PAIRS.map((schedule) => groundOf(schedule).sort().join()));
  expect(pairs.size).toBeGreaterThan(15);
});

test('one of the three nets is left: the ledger, what remembers beside it, or the list', () => {
  for (const { faults, queue, reconcile } of [...HOUR, ...PAIRS]) {
    const has = (kinds: FaultKind[]) => faults.some(({ kind }) => kinds.includes(kind));
    if (!has(ROLLING_BACK)) continue;
    const remembers = queue === 'redis' && !has(FORGETTING);
    const hasList = reconcile !== 'off' && !has(['list_lies']);
    expect(remembers || hasList).toBe(true);
  }
});

test('faults are drawn that can strike where the ledger is kept', () => {
  for (const { faults, queue } of [...HOUR, ...PAIRS]) {
    for (const { kind } of faults) expect(KINDS[kind].on).toContain(queue);
  }
  expect(new Set(HOUR.map(({ queue }) => queue)).size).toBe(3);
});

test('a short schedule has no fault that takes longer than a few seconds', () => {
  const faults = HOUR.flatMap(({ number }) => scheduleOf(7, number, { isShort: true }).faults);
  expect(Math.max(...faults.map(({ forMs }) => forMs))).toBeLessThanOrEqual(5_000);
});
