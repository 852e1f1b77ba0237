import { createHash } from 'node:crypto';
import type { NumberType } from '../number-type.ts';

/** One thing to buy in place of a line's own numbers. */
export type Step = {
  /** The place of its rung in the cell, from 1. */
  rung: number;
  /** The rung as it is written, without its cap: `overlay`, `nearby:25`. */
  name: string;
  /** Three digits; null for `tollfree`. */
  areaCode: string | null;
  type: NumberType;
  /** From the line's own area code, rounded to a tenth; null: not known. Centres are rough. */
  miles: number | null;
  /** The most numbers that the whole rung may buy for one line; null: as many as are lacking. */
  cap: number | null;
};

/** What the cell `fallback` of lines means, for one type and area code. */
export type Ladder = {
  type: NumberType;
  /** Three digits, also for lines that name six; null for `true800`. */
  areaCode: string | null;
  /** The cell, as `readFallback` returns it. */
  fallback: string;
  /** In the order in which they are bought. No area code comes twice, and never the line's own. */
  steps: Step[];
};

/**
 * Why a cell cannot be followed. `because` ends a sentence that names the cell, `advice` is the
 * sentence after it, and `expected` ends one that begins with "Write".
 */
export type FallbackProblem = { expected: string; because: string; advice: string };

export const EXPECTED = 'rungs in order, such as overlay nearby:25 tollfree';

export function problem(because: string, advice = `Write ${EXPECTED}.`): FallbackProblem {
  return { expected: EXPECTED, because, advice };
}

/**
 * A hash of what the fallbacks of a plan mean, 16 hex digits; null: it has none. The same cells
 * mean other area codes with another numbering plan.
 */
export function laddersHash(ladders: Ladder[]): string | null {
  if (ladders.length === 0) return null;
  const meant = ladders.map(({ type, areaCode, fallback, steps }) => [
    ...[type, areaCode, fallback],
    steps.map((step) => [step.rung, step.areaCode, step.type, step.cap]),
  ]);
  return createHash('sha256').update(JSON.stringify(meant)).digest('hex').slice(0, 16);
}
