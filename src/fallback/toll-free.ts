import { rungsOf } from './read.ts';

/**
 * How many of a line's `quantity` numbers its cell `fallback` may buy as toll-free ones. No other
 * rung changes the type of a line.
 */
export function mostTollFree(fallback: string, quantity: number): number {
  const rungs = rungsOf(fallback);
  if ('because' in rungs) return 0;
  const rung = rungs.find(({ kind }) => kind === 'tollfree');
  return rung === undefined ? 0 : Math.min(quantity, rung.cap ?? quantity);
}
