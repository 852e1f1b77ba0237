import { z } from 'zod';
import { NUMBER_TYPES } from '../number-type.ts';
import { count, document } from './fields.ts';

const amount = z.string().describe('a decimal, such as `0.50`');
const currency = z.string().describe('a code of ISO 4217');
const hash = z.string().describe('says which list of prices it is');

const Price = z.object({ once: amount, monthly: amount });
export type Price = z.output<typeof Price>;

/** What an account pays. What is not in it has no price, and is not free. */
export const PriceList = document('PriceList', {
  /** Two lists have the same hash only when all prices are the same. */
  hash,
  currency,
  types: z
    .object({
      local: Price.exactOptional(),
      tollfree: Price.exactOptional(),
      true800: Price.exactOptional(),
      canadian_local: Price.exactOptional(),
    })
    .describe('of one number of each type that has a price'),
  slot: Price.nullable().describe('of one slot; null: not known'),
});
export type PriceList = z.output<typeof PriceList>;

/** No sum is pretended for what has no price. */
const cost = {
  once: amount.nullable().describe('null: some of it has no price, see `unpriced`'),
  monthly: amount.nullable(),
  unpriced: z
    .array(z.object({ what: z.enum([...NUMBER_TYPES, 'slot']), count }))
    .describe('what has no price, and how many of it'),
};

export const Cost = document('Cost', cost);
export type Cost = z.output<typeof Cost>;

/** What a plan may cost: by the prices of its start, or today's before that. */
export const PlannedCost = document('PlannedCost', {
  prices: hash,
  currency,
  atMost: Cost.describe('if everything is bought, as the dearest that the lines allow'),
  usual: Cost.nullable().describe('about this, going by earlier plans; null: not known'),
});
export type PlannedCost = z.output<typeof PlannedCost>;

/** What a plan has cost, by the prices of its start. */
export const BoughtCost = document('BoughtCost', {
  prices: hash,
  currency,
  ...cost,
  without: z
    .array(z.enum(['unknown', 'surplus']))
    .describe('what was perhaps paid for, and is not in it'),
});
export type BoughtCost = z.output<typeof BoughtCost>;
