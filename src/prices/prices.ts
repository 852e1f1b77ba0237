import type { NumberType } from '../number-type.ts';

/** Of one number or slot: decimal texts in the currency, such as `0.50`. */
export type Price = { once: string; monthly: string };

/** What an account pays. What is not in it has no price, which is not the same as free. */
export type PriceList = {
  /** Says which list it is: equal for equal prices only. */
  hash: string;
  /** A code of ISO 4217. */
  currency: string;
  types: { [type in NumberType]?: Price };
  /** Null: not known. */
  slot: Price | null;
};
