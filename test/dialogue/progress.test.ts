import { describe, expect, test } from 'vitest';
import { obstacleSentence } from '../../src/dialogue/obstacles.ts';
import { liveLine, progressLine } from '../../src/dialogue/progress.ts';
import { describeSums } from '../../src/dialogue/sums.ts';
import type { Obstacle } from '../../src/obstacles/index.ts';
import { textOfLine } from '../../src/terminal/style.ts';
import { shownPlan } from './shown-plan.ts';

test('a pause that says how it ends is not told it again', () => {
  const sentence = (cause: string) => {
    const words = `Account main is paused: ${cause}`;
    const obstacle = { kind: 'account_paused', words, cause, until: null } as const;
    return obstacleSentence(obstacle, shownPlan(), { isRemote: false });
  };
  expect(sentence('lunch')).toMatch(/lunch\. To resume: "account main --resume --why TEXT"$/);
  const own = 'The list is of another one. Then resume with "account main --resume"';
  expect(sentence(own)).toBe(`Account main is paused: ${own}.`);
});

describe('the bar', () => {
  test.each([20, 30, 39, 46, 59, 79, 119])(
    'says at %d columns what is missing and unknown',
    (n) => {
      const text = textOfLine(liveLine(shownPlan(), n));
      expect(text.length).toBeLessThanOrEqual(n);
      expect(text).toMatch(n < 28 ? /^1,975 missing/ : /1,975 missing {2}25 unknown/);
    },
  );

  test('is wide if there is room, and shows each part', () => {
    const text = textOfLine(liveLine(shownPlan(), 119));
    expect(text).toMatch(/^█{12}▒\?·{10} 98,000 of 200,000 bought /);
    expect(text).toMatch(/ {2}4\/s {2}16:40 left$/);
  });

  test('keeps its width when one part fills it', () => {
    const ended = shownPlan({ bought: 0, unknown: 200_000, short: 0, refused: 0, pending: 0 });
    expect(textOfLine(liveLine(ended, 119))).toMatch(/^\?{24} /);
  });

  test.each([
    [1, '1 order waits for the vendor'],
    [2, '2 orders wait for the vendor'],
  ])('says no pace and no time once all that is left was sent: %d', (n, words) => {
    const plan = shownPlan({ pendingOrders: n, sendingOrders: n, etaSeconds: null });
    expect(textOfLine(liveLine(plan, 119))).toMatch(new RegExp(`unknown  ${words}'s answer$`));
    expect(textOfLine(describeSums(plan)[2]!)).toMatch(new RegExp(`, ${words}'s answer$`));
    const others = shownPlan({ ...plan, pendingOrders: n + 1, etaSeconds: 1 });
    expect(textOfLine(progressLine(others))).toMatch(/4\/s {2}0:01 left$/);
  });

  test('says in few words that it rests, what it waits for, or that it is paused', () => {
    const held = (kind: Obstacle['kind'], until: Date | null) =>
      textOfLine(
        progressLine(
          shownPlan({ isMoving: false, obstacles: [{ kind, words: '', cause: null, until }] }),
        ),
      );
    expect(held('limit', new Date())).toMatch(/25 unknown {2}resting$/);
    expect(held('queue_paused', null)).toMatch(/25 unknown {2}waits for its queue to be resumed$/);
    expect(held('no_worker', null)).toMatch(/25 unknown {2}waits for a worker$/);
    const paused = shownPlan({ state: 'paused', isMoving: false });
    expect(textOfLine(progressLine(paused))).toMatch(/25 unknown {2}paused$/);
    const cancelled = { state: 'cancelled', isMoving: false, cancelled: 7_000 } as const;
    const wordOf = (isCancelling: boolean) =>
      textOfLine(progressLine(shownPlan({ ...cancelled, isCancelling })))
        .split('  ')
        .at(-1);
    expect([wordOf(true), wordOf(false)]).toEqual(['cancelling', 'cancelled']);
  });
});
