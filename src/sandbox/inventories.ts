/**
 * How many numbers are on sale under each search. Every sale counts against the level. An order may
 * have its share of the level, less all that was sold. The share of an order for cleansed numbers
 * is smaller: the vendor says that it sells these to everybody first.
 */
import { usageError } from '../errors.ts';
import { areasOf, isTollFree } from './area-codes.ts';
import { type Inventory, isRefill, openRefill, type Refill } from './inventory.ts';
import type { Owned } from './owned-numbers.ts';

/** Search (3 or 6 digits, `tollfree` or `true800`) -> how many are on sale. */
export type StockLevels = Record<string, Stock>;

/** A level for good, or one to begin with. */
type Stock = number | { level: number; refill: Refill };

const IN_AREA = 10_000;
const ON_EXCHANGE = 200;
const TOLL_FREE = 5_000;
const TRUE_800 = 100;

/**
 * Area codes that differ, so that a first try shows what becomes of a line when numbers run out.
 * Real overlays and neighbours, by NANPA's report, have plenty or are short themselves.
 */
export const SHORT_STOCK: StockLevels = {
  // No other area code overlays these or is near.
  '907': 12,
  '808': 0,
  '701': 7,
  '785': 2,
  '802': { level: 0, refill: { everySeconds: 15, numbers: 5 } },
  // The overlays have plenty: 571; 347 and others.
  '703': 5,
  '929': 0,
  // Chicago, New Jersey and Fort Lauderdale: the one overlay is short too.
  '773': 4,
  '872': 8,
  '973': 0,
  '862': 6,
  '954': 3,
  '754': 6,
};

/**
 * What the account owns counts as sold at first; for a level that is set later nothing is sold.
 * `now`, milliseconds since 1970, decides when a refill is due.
 */
export function openInventories(owned: Owned, levels: StockLevels, now: () => number) {
  const inventories = new Map<string, { inventory: Inventory; refill: () => void }>();

  function open(search: string, stock: Stock, sold: number): Inventory {
    const isFixed = typeof stock === 'number';
    const inventory = { level: isFixed ? stock : stock.level, sold };
    const refill = isFixed ? () => {} : openRefill(inventory, stock.refill, now);
    inventories.set(search, { inventory, refill });
    return inventory;
  }

  for (const [search, stock] of Object.entries({ ...SHORT_STOCK, ...checked(levels) })) {
    open(search, stock, ownedIn(search, owned));
  }
  return {
    /** As an order finds it now. */
    of(search: string): Inventory {
      const kept = inventories.get(search);
      if (!kept) return open(search, usualLevel(search), ownedIn(search, owned));
      kept.refill();
      return kept.inventory;
    },
    set(next: StockLevels): void {
      for (const [search, stock] of Object.entries(checked(next))) open(search, stock, 0);
    },
  };
}

function usualLevel(search: string): number {
  if (search === 'tollfree') return TOLL_FREE;
  if (search === 'true800') return TRUE_800;
  return search.length === 3 ? IN_AREA : ON_EXCHANGE;
}

/** Owned numbers count in the inventory of their area code or type, not in that of an NPA-NXX. */
function ownedIn(search: string, owned: Owned): number {
  if (/^\d{6}$/.test(search)) return 0;
  return areasOf(search).reduce((sum, area) => sum + owned.countIn(area), 0);
}

function checked(levels: StockLevels): StockLevels {
  for (const [search, stock] of Object.entries(levels)) {
    if (!isSearch(search)) {
      throw usageError(
        `The sandbox keeps no stock of "${search}": expected 3 or 6 digits, tollfree or true800.`,
      );
    }
    const { level, refill } = typeof stock === 'object' && stock ? stock : { level: stock };
    if (!Number.isSafeInteger(level) || level < 0) {
      throw usageError(`The stock of ${search} must be a whole number, 0 or more.`);
    }
    if (typeof stock === 'object' && !isRefill(refill)) {
      throw usageError(
        `The refill of ${search} needs everySeconds, above 0, and numbers, a whole number from 1.`,
      );
    }
  }
  return levels;
}

function isSearch(search: string): boolean {
  if (search === 'tollfree' || search === 'true800') return true;
  return /^[2-9]\d\d([2-9]\d\d)?$/.test(search) && !isTollFree(Number(search.slice(0, 3)));
}
