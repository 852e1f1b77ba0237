import type { Wish } from './fits.ts';

/** An unknown order, with its last attempt. */
export type UnknownAttempt = Wish & {
  order: number;
  attempt: number;
  /** How many of its numbers are missing. */
  lacking: number;
  /** How many numbers the vendor named for this order that the order cannot have. */
  disputed: number;
  /** Numbers that its unclear answer names. */
  named: string[];
  /** The newest list before the order was sent; null: none. */
  baseline: number | null;
  /** The order was sent more than a week after its baseline. */
  hasOldBaseline: boolean;
  /** When the answer came, or the deadline passed; ms of watched time. */
  endTick: number;
  /** The order was already unknown when the reading of the list began. */
  wasEnded: boolean;
  /** The order, or its baseline, may be of another vendor account than the list. */
  isElsewhere: boolean;
};
