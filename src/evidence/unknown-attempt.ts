import type { Wish } from './fits.ts';

/** An unknown order, with its last attempt. */
export type UnknownAttempt = Wish & {
  order: number;
  attempt: number;
  /** How many of its numbers are missing. */
  lacking: number;
  /** How many numbers the vendor named for this order that it cannot have. */
  disputed: number;
  /** Numbers that its unclear answer names. */
  named: string[];
  /** The newest list that was kept before it was sent; null: none. */
  baseline: number | null;
  /** It was sent more than a week after that list. */
  hasOldBaseline: boolean;
  /** When its answer came, or its deadline; ms of watched time. */
  endTick: number;
  /** It was already unknown when the reading of the list began. */
  wasEnded: boolean;
  /** It, or the list before it, may be of another vendor account than the list. */
  isElsewhere: boolean;
};
