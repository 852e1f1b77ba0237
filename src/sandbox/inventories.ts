/**
 * How many numbers are on sale under each search. Sales count against a level. An order sees its
 * share of the level, less everything sold: an order for cleansed numbers sees 60 %, and these are
 * sold first to everybody, as the vendor says it does.
 */
import { areasOf, isTollFree } from './area-codes.ts';
import type { Owned } from './owned-numbers.ts';
import { usageError } from './usage-error.ts';

/** Search (3 or 6 digits, `tollfree` or `true800`) -> how many are on sale. */
export type StockLevels = Record<string, number>;

export type Inventory = { level: number; sold: number };

const IN_AREA = 10_000;
const ON_EXCHANGE = 200;
const TOLL_FREE = 5_000;
const TRUE_800 = 100;
/** Area codes that differ, so that a first try shows a partial order and an empty area code. */
const EXCEPTIONS: StockLevels = { '907': 12, '808': 0 };

/** What the account owns counts as sold at first; for a level that is set later nothing is sold. */
export function openInventories(owned: Owned, levels: StockLevels) {
  const inventories = new Map<string, Inventory>();

  function open(search: string, level: number): Inventory {
    const inventory = { level, sold: ownedIn(search, owned) };
    inventories.set(search, inventory);
    return inventory;
  }

  for (const [search, level] of Object.entries({ ...EXCEPTIONS, ...checked(levels) })) {
    open(search, level);
  }
  return {
    of: (search: string): Inventory => inventories.get(search) ?? open(search, usualLevel(search)),
    set(next: StockLevels): void {
      for (const [search, level] of Object.entries(checked(next))) {
        inventories.set(search, { level, sold: 0 });
      }
    },
  };
}

/** What is left for an order that sees `percent` of the level; below 0 when oversold. */
export function leftIn({ level, sold }: Inventory, percent: number): number {
  return Math.floor((level * percent) / 100) - sold;
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
  for (const [search, level] of Object.entries(levels)) {
    if (!isSearch(search)) {
      throw usageError(
        `The sandbox keeps no stock of "${search}": expected 3 or 6 digits, tollfree or true800.`,
      );
    }
    if (!Number.isSafeInteger(level) || level < 0) {
      throw usageError(`The stock of ${search} must be a whole number, 0 or more.`);
    }
  }
  return levels;
}

function isSearch(search: string): boolean {
  if (search === 'tollfree' || search === 'true800') return true;
  return /^[2-9]\d\d([2-9]\d\d)?$/.test(search) && !isTollFree(Number(search.slice(0, 3)));
}
