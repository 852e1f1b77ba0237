import { describe, expect, test } from 'vitest';
import { liveLine, progressLine } from '../../src/dialogue/progress.ts';
import type { Obstacle, StandingPlan } from '../../src/obstacles/index.ts';
import { textOfLine } from '../../src/terminal/style.ts';

const plan = (more: Partial<StandingPlan> = {}): StandingPlan => ({
  id: 1,
  name: 'plan.csv',
  state: 'running',
  reason: null,
  account: 'main',
  mode: 'live',
  lines: 10,
  orders: 8_000,
  successors: 0,
  pendingOrders: 4_000,
  unknownOrders: 1,
  requested: 200_000,
  bought: 98_000,
  substituted: 0,
  short: 1_900,
  refused: 75,
  undelivered: 0,
  unknown: 25,
  cancelled: 0,
  pending: 100_000,
  standing: null,
  revision: 0,
  surplus: 0,
  rate: 4,
  isMoving: true,
  etaSeconds: 1_000,
  secondsNeeded: 1_000,
  obstacles: [],
  sha256: '',
  submittedBy: 'Ada',
  submittedAt: new Date(),
  startedAt: new Date(),
  endedAt: null,
  ...more,
});

describe('the bar', () => {
  test.each([20, 30, 39, 46, 59, 79, 119])(
    'says at %d columns what is missing and unknown',
    (n) => {
      const text = textOfLine(liveLine(plan(), n));
      expect(text.length).toBeLessThanOrEqual(n);
      expect(text).toMatch(n < 28 ? /^1,975 missing/ : /1,975 missing {2}25 unknown/);
    },
  );

  test('is wide if there is room, and shows each part', () => {
    const text = textOfLine(liveLine(plan(), 119));
    expect(text).toMatch(/^█{12}▒\?·{10} 98,000 of 200,000 bought /);
    expect(text).toMatch(/ {2}4\/s {2}16:40 left$/);
  });

  test('keeps its width when one part fills it', () => {
    const ended = plan({ bought: 0, unknown: 200_000, short: 0, refused: 0, pending: 0 });
    expect(textOfLine(liveLine(ended, 119))).toMatch(/^\?{24} /);
  });

  test('says in a word that it rests, stands still or is paused', () => {
    const held = (kind: Obstacle['kind'], until: Date | null) =>
      textOfLine(progressLine(plan({ isMoving: false, obstacles: [{ kind, words: '', until }] })));
    expect(held('daily_limit', new Date())).toMatch(/25 unknown {2}resting$/);
    expect(held('queue_paused', null)).toMatch(/25 unknown {2}stopped$/);
    const paused = plan({ state: 'paused', isMoving: false });
    expect(textOfLine(progressLine(paused))).toMatch(/25 unknown {2}paused$/);
  });
});
