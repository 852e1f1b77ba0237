import type { NumberType } from '../number-type.ts';

/** Of one number or slot: decimal texts in the currency, such as `0.50`. */
export type Price = { once: string; monthly: string };

/** What an account pays. What is not in it has no price, and is not free. */
export type PriceList = {
  /** Names the list: two lists have the same hash only when all prices are the same. */
  hash: string;
  /** A code of ISO 4217. */
  currency: string;
  types: { [type in NumberType]?: Price };
  /** Null: not known. */
  slot: Price | null;
};
