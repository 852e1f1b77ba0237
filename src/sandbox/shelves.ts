/**
 * How many are for sale under a search. A level is set, sales are counted against it, and what an
 * order sees is a share of the level less everything sold: so the share that a picky order sees is
 * what sells first. The vendor says that it prefers cleansed numbers for everybody.
 */
import { AppError } from '../errors.ts';
import { areasOf, isTollFree } from './areas.ts';
import type { Owned } from './owned.ts';

/** Search (3 or 6 digits, `tollfree` or `true800`) -> how many are for sale. */
export type StockLevels = Record<string, number>;

export type Shelf = { level: number; sold: number };

const IN_AREA = 10_000;
const ON_EXCHANGE = 200;
const TOLL_FREE = 5_000;
const TRUE_800 = 100;
/** Area codes that differ, so that a first try shows a partial order and an empty area code. */
const EXCEPTIONS: StockLevels = { '907': 12, '808': 0 };

/** What the account owns counts as sold at first; a level that is set later is free of the past. */
export function openShelves(owned: Owned, levels: StockLevels) {
  const shelves = new Map<string, Shelf>();
  for (const [search, level] of Object.entries({ ...EXCEPTIONS, ...checked(levels) })) {
    shelves.set(search, { level, sold: ownedIn(search, owned) });
  }
  return {
    at(search: string): Shelf {
      let shelf = shelves.get(search);
      if (!shelf) {
        shelf = { level: usualLevel(search), sold: ownedIn(search, owned) };
        shelves.set(search, shelf);
      }
      return shelf;
    },
    set(next: StockLevels): void {
      for (const [search, level] of Object.entries(checked(next))) {
        shelves.set(search, { level, sold: 0 });
      }
    },
  };
}

/** What an order that sees so many percent of the level finds left; below 0 when oversold. */
export function leftOn({ level, sold }: Shelf, percent: number): number {
  return Math.floor((level * percent) / 100) - sold;
}

function usualLevel(search: string): number {
  if (search === 'tollfree') return TOLL_FREE;
  if (search === 'true800') return TRUE_800;
  return search.length === 3 ? IN_AREA : ON_EXCHANGE;
}

/** The stock that owned numbers belong to is that of their area code (or type), not an NPA-NXX. */
function ownedIn(search: string, owned: Owned): number {
  if (/^\d{6}$/.test(search)) return 0;
  return areasOf(search).reduce((sum, area) => sum + owned.countIn(area), 0);
}

function checked(levels: StockLevels): StockLevels {
  for (const [search, level] of Object.entries(levels)) {
    if (!isStocked(search)) {
      throw new AppError(
        'invalid_usage',
        `The sandbox keeps no stock of "${search}": expected 3 or 6 digits, tollfree or true800.`,
      );
    }
    if (!Number.isSafeInteger(level) || level < 0) {
      throw new AppError(
        'invalid_usage',
        `The stock of ${search} must be a whole number, 0 or more.`,
      );
    }
  }
  return levels;
}

function isStocked(search: string): boolean {
  if (search === 'tollfree' || search === 'true800') return true;
  return /^[2-9]\d\d([2-9]\d\d)?$/.test(search) && !isTollFree(Number(search.slice(0, 3)));
}
