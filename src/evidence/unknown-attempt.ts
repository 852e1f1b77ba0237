import type { Wish } from './fits.ts';

/** An order in doubt, with its last attempt. */
export type UnknownAttempt = Wish & {
  order: number;
  attempt: number;
  /** How many of its numbers are not accounted for. */
  lacking: number;
  /** Numbers that the vendor said it had sold it, and that could not be its own. */
  disputed: number;
  /** Numbers that its answer names, though the answer as a whole cannot be believed. */
  named: string[];
  /** The newest list that was kept before it was sent; null: there was none. */
  baseline: number | null;
  /**
   * By watched time, when the last answer could have come: the answer's arrival, or the deadline.
   */
  endTick: number;
  /** It was unknown already when reading the list began. */
  wasEnded: boolean;
};
