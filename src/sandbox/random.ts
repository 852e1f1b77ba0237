/** Repeatable randomness: the same seed gives the same sandbox. */

/** From 0 up to, but not including, 1. */
export type Random = () => number;

/** Spreads whole numbers over 32 bits, so neighbouring seeds have nothing in common. */
export function scatter(...values: number[]): number {
  let hash = 0x9e3779b9;
  for (const value of values) {
    hash = Math.imul(hash ^ (value >>> 0), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** A stream for each purpose, so that one more coin does not change which faults follow. */
export function randomFrom(seed: number, purpose: number): Random {
  let step = 0;
  return () => scatter(seed, purpose, step++) / 2 ** 32;
}
