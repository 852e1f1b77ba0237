import { createHash } from 'node:crypto';
import type { Check } from '../documents/index.ts';

/** What the cell `fallback` of lines means, for one type and area code. */
export type Ladder = Omit<Check['ladders'][number], 'words'>;
/** One thing to buy in place of a line's own numbers. */
export type Step = Ladder['steps'][number];

/**
 * Why a cell cannot be followed. `because` ends a sentence that names the cell, `advice` is the
 * sentence after it, and `expected` ends one that begins with "Write".
 */
export type FallbackProblem = { expected: string; because: string; advice: string };

export const EXPECTED = 'rungs in order, such as overlay nearby:25 tollfree';

export function problem(because: string, advice = `Write ${EXPECTED}.`): FallbackProblem {
  return { expected: EXPECTED, because, advice };
}

/** A hash of what a plan's fallbacks mean, 16 hex digits, by this numbering plan; null: none. */
export function laddersHash(ladders: Ladder[]): string | null {
  if (ladders.length === 0) return null;
  const meant = ladders.map(({ type, areaCode, fallback, steps }) => [
    ...[type, areaCode, fallback],
    steps.map((step) => [step.rung, step.areaCode, step.type, step.cap]),
  ]);
  return createHash('sha256').update(JSON.stringify(meant)).digest('hex').slice(0, 16);
}
