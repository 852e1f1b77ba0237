import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '../../src/dialogue/follow.ts';
import { progressLine } from '../../src/dialogue/progress.ts';
import { openPatience, standingLine } from '../../src/dialogue/standing.ts';
import { describeSums } from '../../src/dialogue/sums.ts';
import type { StandingLines } from '../../src/ledger/index.ts';
import { textOfLine } from '../../src/terminal/style.ts';
import { shownPlan } from './shown-plan.ts';

const NEXT = new Date('2026-08-17T20:03:10Z');
const UNTIL = new Date('2026-08-20T14:00:00Z');
const waiting = (standing: StandingLines | null, more = {}) =>
  shownPlan({ state: 'standing', pendingOrders: 0, pending: 0, unknown: 0, standing, ...more });
const standing = { lines: 2, nextAt: NEXT, until: UNTIL };

describe('a plan that stands', () => {
  test('says when its next try is, in its progress', () => {
    const text = textOfLine(progressLine(waiting(standing, { substituted: 7 })));
    expect(text).toMatch(/^98,000 of 200,000 bought, 7 substituted {2}1,975 missing/);
    expect(text).toMatch(/ {2}standing, next try 2026-08-17 20:03:10 UTC$/);
    const last = waiting({ ...standing, nextAt: null });
    expect(textOfLine(progressLine(last))).toMatch(/ {2}standing$/);
  });

  test('says how many lines wait, until when, and how to end it', () => {
    const said = (lines: number, isRemote: boolean) =>
      textOfLine(standingLine(waiting({ ...standing, lines }), { isRemote }));
    expect(said(2, true)).toBe(
      '2 lines wait for their next try, 2026-08-17 20:03:10 UTC; the last of the tries is before ' +
        '2026-08-20 14:00 UTC. To stop trying them: "close 1".',
    );
    expect(said(1, false)).toMatch(
      /^1 line waits for its .* stop trying it: .* running then: "work"\.$/,
    );
    expect(standingLine(waiting(null), { isRemote: true })).toBeNull();
  });

  test('is not finished, and its exit code says what is missing', () => {
    expect(exitCodeOf(waiting(standing))).toBe(2);
    expect(exitCodeOf(waiting(standing, { unknown: 25 }))).toBe(3);
    expect(exitCodeOf(waiting(standing, { pendingOrders: 1 }))).toBe(4);
  });

  test('is waited for when a try comes within a minute from its first standing on', () => {
    const inMs = (ms: number) => new Date(Date.now() + ms);
    const isWorthIt = (nextAt: Date | null, until = UNTIL) =>
      openPatience()(waiting({ lines: 1, nextAt, until }));
    expect(isWorthIt(inMs(50_000))).toBe(true);
    expect(isWorthIt(inMs(-5_000))).toBe(true);
    expect(isWorthIt(inMs(70_000))).toBe(false);
    expect(isWorthIt(null, inMs(50_000))).toBe(true);
    expect(isWorthIt(null, inMs(6 * 3_600_000))).toBe(false);
    expect(openPatience()(waiting(null))).toBe(true);
  });
});

test('the sum of a plan tells what is exact from what is substituted', () => {
  const sum = (substituted: number) =>
    textOfLine(describeSums(waiting(standing, { bought: 20, substituted }))[1]!);
  expect(sum(0)).toMatch(/= 20 bought \+ 1,900 short/);
  expect(sum(8)).toMatch(/= 12 exact \+ 8 substituted \+ 1,900 short/);
});
