import { z } from 'zod';
import type { BoughtCost as Bought, PlannedCost as Planned } from '../ledger/index.ts';
import type { Cost as CostOf, PriceList as Prices } from '../prices/index.ts';
import { count, document } from './fields.ts';

const amount = z.string().describe('a decimal, such as `0.50`');
const currency = z.string().describe('a code of ISO 4217');
const hash = z.string().describe('says which list of prices it is');
const Price = z.object({ once: amount, monthly: amount });

export const PriceList = document('PriceList', {
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
}) satisfies z.ZodType<Prices>;

const cost = {
  once: amount.nullable().describe('null: some of it has no price, see `unpriced`'),
  monthly: amount.nullable(),
  unpriced: z
    .array(
      z.object({
        what: z.enum(['local', 'tollfree', 'true800', 'canadian_local', 'slot']),
        count,
      }),
    )
    .describe('what has no price, and how many of it'),
};

export const Cost = document('Cost', cost) satisfies z.ZodType<CostOf>;

export const PlannedCost = document('PlannedCost', {
  prices: hash,
  currency,
  atMost: Cost.describe('if everything is bought, as the dearest that the lines allow'),
  usual: Cost.nullable().describe('about this, going by earlier plans; null: not known'),
}) satisfies z.ZodType<Planned>;

export const BoughtCost = document('BoughtCost', {
  prices: hash,
  currency,
  ...cost,
  without: z
    .array(z.enum(['unknown', 'surplus']))
    .describe('what was perhaps paid for, and is not in it'),
}) satisfies z.ZodType<Bought>;
