/**
 * What an order can be offered: from which inventories and number pool, and how many numbers. An
 * NPA-NXX has an inventory of its own, and a sale from it also counts in its area code. Each
 * toll-free type has one inventory. `local` and `canadian_local` draw from the same area codes:
 * this vendor does not know which country an area code is in.
 */
import { areasOf, overlayOf } from './area-codes.ts';
import { openInventories, type StockLevels } from './inventories.ts';
import { type Inventory, leftIn } from './inventory.ts';
import { type NumberPool, openNumberPool, type Withheld } from './number-pool.ts';
import type { Order } from './order-parameters.ts';
import type { Owned } from './owned-numbers.ts';

export type Offer = ReturnType<typeof offerFrom>;

/** Percent of an inventory that passed the vendor's cleansing, and that can do SMS. */
const CLEANSED = 60;
const SMS = 80;

/**
 * `reserved` numbers are on sale, but the pools never give them. `now`, milliseconds since 1970,
 * decides when a refill is due.
 */
export function openOffers(
  seed: number,
  owned: Owned,
  reserved: readonly number[],
  levels: StockLevels,
  now: () => number,
) {
  const inventories = openInventories(owned, levels, now);
  const poolOf = openPools(seed, withholding(owned, new Set(reserved)));

  const sources: Sources = {
    ofType(type) {
      const pools = areasOf(type).map(poolOf);
      // From the fullest pool: so the toll-free area codes take turns.
      const fullest = () => pools.reduce((best, each) => (each.left() > best.left() ? each : best));
      const left = pools.reduce((sum, pool) => sum + pool.left(), 0);
      return { inventories: [inventories.of(type)], left, next: () => fullest().take() };
    },
    ofArea(area) {
      const pool = poolOf(area);
      return {
        inventories: [inventories.of(String(area))],
        left: pool.left(),
        next: () => pool.take(),
      };
    },
    ofExchange(area, code) {
      const pool = poolOf(area);
      return {
        inventories: [inventories.of(`${area}${code}`), inventories.of(String(area))],
        left: pool.left(code),
        next: () => pool.take(code),
      };
    },
  };

  return {
    setStock: inventories.set,
    /** The first source that has anything for this order, or none. */
    find(order: Order): Offer | undefined {
      for (const source of sourcesFor(order, sources)) {
        const count = countVisible(source, order);
        if (count > 0) return offerFrom(source, count);
      }
      return undefined;
    },
  };
}

function openPools(seed: number, withheld: Withheld): (area: number) => NumberPool {
  const pools = new Map<number, NumberPool>();
  return (area) => {
    const pool = pools.get(area) ?? openNumberPool(area, seed, withheld);
    pools.set(area, pool);
    return pool;
  };
}

type Source = { inventories: Inventory[]; left: number; next(): number | undefined };

type Sources = {
  ofType(type: string): Source;
  ofArea(area: number): Source;
  ofExchange(area: number, code: number): Source;
};

/** In the order of trying: the next one only when the one before is empty. */
function* sourcesFor(order: Order, sources: Sources): Generator<Source> {
  if (order.search === order.type) return yield sources.ofType(order.type);
  const area = Number(order.search.slice(0, 3));
  // No area code and no exchange begins with 0 or 1.
  if (area < 200) return;
  if (order.search.length === 3) return yield sources.ofArea(area);
  const code = Number(order.search.slice(3));
  if (code >= 200) yield sources.ofExchange(area, code);
  if (order.distance > 0) yield sources.ofArea(area);
  if (order.allowOverlay) yield sources.ofArea(overlayOf(area));
}

function offerFrom({ inventories, next }: Source, count: number) {
  function countSold(sold: number): void {
    for (const inventory of inventories) inventory.sold += sold;
  }
  return {
    /** How many numbers the order may have; at least one. */
    count,
    /** Counts this many numbers as sold, and takes none from the pool. */
    countSold,
    /** Takes this many numbers and counts them as sold. */
    take(wanted: number): number[] {
      countSold(wanted);
      return Array.from({ length: wanted }, () => next()!);
    },
  };
}

function countVisible({ inventories, left }: Source, order: Order): number {
  const percent = ((order.cleansedOnly ? CLEANSED : 100) * (order.smsSupported ? SMS : 100)) / 100;
  return Math.min(left, ...inventories.map((inventory) => leftIn(inventory, percent)));
}

function withholding(owned: Owned, reserved: ReadonlySet<number>): Withheld {
  return {
    has: (number) => owned.has(number) || reserved.has(number),
    countIn: (prefix) => owned.countIn(prefix) + countBeginning(reserved, prefix),
  };
}

function countBeginning(numbers: Iterable<number>, prefix: number): number {
  return [...numbers].filter((number) => String(number).startsWith(String(prefix))).length;
}
