import type { PriceList } from '../prices/index.ts';
import { documentIn } from './json.ts';
import { readPrices } from './read-prices.ts';

/** A file of prices; null with faults. `who` names the setting that names it. */
export function readPricesFile(who: string, path: string, faults: string[]): PriceList | null {
  const document = documentIn(who, path, faults);
  if (document === undefined) return null;
  const prices = readPrices(document);
  if (!('faults' in prices)) return prices;
  faults.push(...prices.faults.map((fault) => `${who} names ${path}, which ${fault}.`));
  return null;
}
