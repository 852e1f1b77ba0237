import { describe, expect, test } from 'vitest';
import type { LedgerEvent } from '../../src/ledger/index.ts';
import { barWidths } from '../../src/web/pages/components/bar.ts';
import { chart } from '../../src/web/pages/plan/chart.ts';
import { msPaused, pausesBetween } from '../../src/web/pages/plan/course.ts';

const at = (seconds: number) => new Date(seconds * 1_000);
const event = (seconds: number, kind: string): LedgerEvent => ({
  ...{ id: seconds, at: at(seconds), kind, who: 'Ada', by: null, why: null },
  ...{ planId: null, orderId: null, detail: {} },
});
const secondsOf = (events: LedgerEvent[]) =>
  pausesBetween(events, at(0), at(100)).map(({ from, to }) => [+from / 1_000, +to / 1_000]);

test('pauses of a plan, its account and its queue count once where they overlap', () => {
  const events = [
    event(10, 'plan_paused'),
    event(20, 'account_paused'),
    event(25, 'account_paused'),
    event(30, 'plan_resumed'),
    event(40, 'account_resumed'),
    event(60, 'queue_paused'),
    event(65, 'account_rate'),
    event(70, 'queue_resumed'),
  ];
  expect(secondsOf(events)).toEqual([
    [10, 40],
    [60, 70],
  ]);
  expect(msPaused(pausesBetween(events, at(0), at(100)))).toBe(40_000);
});

test('what a limit holds is paused until it goes on', () => {
  expect(secondsOf([event(10, 'plan_limited'), event(80, 'plan_resumed')])).toEqual([[10, 80]]);
});

test('a pause that began before the plan, or has not ended, counts within its time', () => {
  expect(secondsOf([event(15, 'account_resumed'), event(90, 'plan_paused')])).toEqual([
    [0, 15],
    [90, 100],
  ]);
  expect(secondsOf([])).toEqual([]);
});

test('the chart shades them', () => {
  const nothing = { orders: 0, bought: 0, missing: 0, unknown: 0, cancelled: 0 };
  const course = [
    { at: at(0), ...nothing },
    { at: at(100), ...nothing, orders: 40, bought: 80 },
  ];
  const pauses = [{ from: at(25), to: at(75) }];
  expect(chart(course, 4, pauses).text).toContain('class="paused" x="25.00%" width="50.00%"');
  expect(chart(course, 4).text).not.toContain('class="paused"');
});

describe('the bar', () => {
  test('gives a sliver to what is not zero, nothing to what is, and is filled exactly', () => {
    expect(barWidths([1, 0])).toEqual([100, 0]);
    for (const parts of [
      [1_000_000, 1, 1, 0, 0],
      [1, 1, 1, 1, 1],
      [0, 0, 3, 997_000, 1],
    ]) {
      const widths = barWidths(parts);
      expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(100, 9);
      for (const [at, part] of parts.entries()) {
        if (part === 0) expect(widths[at]).toBe(0);
        else expect(widths[at]).toBeGreaterThanOrEqual(0.7);
      }
    }
  });
});
