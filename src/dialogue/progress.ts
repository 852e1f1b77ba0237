import { count, duration } from '../english.ts';
import { isBetweenTries, missingOf, type PlanDocument, stateWord } from '../ledger/index.ts';
import type { ObservedPlan } from '../obstacles/index.ts';
import {
  cut,
  inColour,
  type Piece,
  type ScreenLine,
  textOfLine,
  widthOf,
} from '../terminal/index.ts';
import { WAITS } from './obstacles.ts';
import { answersAwaited, standingState } from './standing.ts';

export function progressLine(plan: ObservedPlan): ScreenLine {
  return joined([...counts(plan), ...rest(plan)]);
}

const BAR = { narrowest: 6, widest: 24 };

/**
 * The same with a bar, in at most `columns`. It never leaves out missing and unknown numbers: first
 * the bar shrinks, then the pace and the total go, then the bar.
 */
export function liveLine(plan: ObservedPlan, columns: number): ScreenLine {
  const [all, missing, unknown, ...cancelled] = counts(plan) as [Piece, Piece, Piece, ...Piece[]];
  const state = rest(plan);
  const short = inColour(`${count(plan.bought)}/${count(plan.requested)}`, 'bought');
  const vital = [missing, unknown];
  const candidates: Piece[][] = [
    [all, ...vital, ...cancelled, ...state],
    [all, ...vital, ...cancelled, ...state.slice(-1)],
    [short, ...vital, ...cancelled, ...state.slice(-1)],
    [short, ...vital],
  ];
  for (const pieces of candidates) {
    const line = joined(pieces);
    const room = columns - widthOf(textOfLine(line)) - 1;
    if (room >= BAR.narrowest) return [...bar(plan, Math.min(BAR.widest, room)), ' ', ...line];
  }
  const bare = [joined([short, ...vital]), joined(vital)];
  const fits = (line: Piece[]) => widthOf(textOfLine(line)) <= columns;
  return bare.find(fits) ?? cut(textOfLine(joined(vital)), columns);
}

function counts(plan: PlanDocument): Piece[] {
  const missing = missingOf(plan);
  const instead = plan.substituted > 0 ? `, ${count(plan.substituted)} substituted` : '';
  const of = (n: number, word: string) =>
    n > 0 ? inColour(`${count(n)} ${word}`, word) : `${n} ${word}`;
  return [
    inColour(`${count(plan.bought)} of ${count(plan.requested)} bought${instead}`, 'bought'),
    of(missing, 'missing'),
    of(plan.unknown, 'unknown'),
    ...(plan.cancelled > 0 ? [of(plan.cancelled, 'cancelled')] : []),
  ];
}

/** Its state, or its pace and the time left. The reason for a rest stands above the bar. */
function rest(plan: ObservedPlan): Piece[] {
  const [obstacle] = plan.obstacles;
  if (obstacle) return [inColour(obstacle.until ? 'resting' : WAITS[obstacle.kind], 'paused')];
  if (plan.standing && isBetweenTries(plan))
    return [inColour(standingState(plan.standing), 'standing')];
  if (!plan.isMoving || isBetweenTries(plan)) return [inColour(stateWord(plan))];
  const awaited = answersAwaited(plan);
  if (awaited !== null) return [awaited];
  const pace = plan.rate === null ? 'no pace set' : `${plan.rate}/s`;
  return plan.etaSeconds === null ? [pace] : [pace, `${duration(plan.etaSeconds)} left`];
}

function joined(pieces: Piece[]): Piece[] {
  return pieces.flatMap((piece, at) => (at === 0 ? [piece] : ['  ', piece]));
}

/** Bought, missing or cancelled, unknown, waiting. What is not zero gets at least one cell. */
function bar(plan: PlanDocument, width: number): Piece[] {
  const cells = (n: number) =>
    n === 0 ? 0 : Math.max(1, Math.round((n / plan.requested) * width));
  const unknown = Math.min(width, cells(plan.unknown));
  const missing = Math.min(width - unknown, cells(missingOf(plan) + plan.cancelled));
  const bought = Math.max(0, Math.min(cells(plan.bought), width - unknown - missing));
  return [
    inColour('█'.repeat(bought), 'bought'),
    inColour('▒'.repeat(missing), 'missing'),
    inColour('?'.repeat(unknown), 'unknown'),
    '·'.repeat(width - bought - missing - unknown),
  ];
}
