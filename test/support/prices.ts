import { readPrices } from '../../src/config/read-prices.ts';
import type { PriceList } from '../../src/prices/index.ts';

/** A number of each type and a slot have a price of their own. */
export const PRICES_FILE = {
  currency: 'USD',
  types: {
    local: { once: '1.00', monthly: '0.50' },
    tollfree: { once: '2.00', monthly: '1.25' },
    true800: { once: '25', monthly: '5' },
    canadian_local: { once: '1.10', monthly: '0.70' },
  },
  slot: { once: '0.03', monthly: '0.20' },
};

export function pricesOf(document: unknown = PRICES_FILE): PriceList {
  const prices = readPrices(document);
  if ('faults' in prices) throw new Error(prices.faults.join('\n'));
  return prices;
}
