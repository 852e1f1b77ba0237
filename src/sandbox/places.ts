/**
 * Where an order can be served. An area code has one stock; a search for an NPA-NXX sees a shelf of
 * it, which never holds more than is left in the area code. The toll-free types have one stock
 * each. `local` and `canadian_local` draw from the same area codes, any of them: this vendor does
 * not know which country one lies in.
 */
import { areasOf, overlayOf } from './areas.ts';
import { type AreaLines, openAreaLines, type Withheld } from './lines.ts';
import type { Owned } from './owned.ts';
import type { Order } from './parameters.ts';
import { leftOn, openShelves, type Shelf, type StockLevels } from './shelves.ts';

export type Place = {
  /** How many of its numbers the order may have; at least one. */
  visible: number;
  /** Takes that many at most, off every stock that they belong to. */
  take(count: number): number[];
  /** Only writes down that so many are gone. */
  account(count: number): void;
};

export type Places = {
  /** The first place with anything for this order, or none. */
  serving(order: Order): Place | undefined;
  set(levels: StockLevels): void;
};

/** Percent of a stock that passed the vendor's cleansing, and that can do SMS. */
const CLEANSED = 60;
const SMS = 80;

/** `reserved` are numbers that are for sale, but handed out by somebody else. */
export function openPlaces(
  seed: number,
  owned: Owned,
  reserved: readonly number[],
  levels: StockLevels,
): Places {
  const shelves = openShelves(owned, levels);
  const withheld = withholding(owned, new Set(reserved));
  const areas = new Map<number, AreaLines>();

  function linesOf(area: number): AreaLines {
    let lines = areas.get(area);
    if (!lines) {
      lines = openAreaLines(area, seed, withheld);
      areas.set(area, lines);
    }
    return lines;
  }

  const supplies: Supplies = {
    ofType(type) {
      const all = areasOf(type).map(linesOf);
      // The fullest area code first: so the toll-free ones take turns.
      const fullest = () => all.reduce((best, each) => (each.left() > best.left() ? each : best));
      const left = all.reduce((sum, lines) => sum + lines.left(), 0);
      return { shelves: [shelves.at(type)], left, next: () => fullest().take() };
    },
    ofArea(area) {
      const lines = linesOf(area);
      return { shelves: [shelves.at(String(area))], left: lines.left(), next: () => lines.take() };
    },
    ofExchange(area, code) {
      const lines = linesOf(area);
      return {
        shelves: [shelves.at(`${area}${code}`), shelves.at(String(area))],
        left: lines.left(code),
        next: () => lines.take(code),
      };
    },
  };

  return {
    set: shelves.set,
    serving(order) {
      for (const supply of suppliesFor(order, supplies)) {
        const visible = countVisible(supply, order);
        if (visible > 0) return placeOf(supply, visible);
      }
      return undefined;
    },
  };
}

type Supplies = {
  ofType(type: string): Supply;
  ofArea(area: number): Supply;
  ofExchange(area: number, code: number): Supply;
};

/** In the order in which they are tried: the next one only when the one before is empty. */
function* suppliesFor(order: Order, supplies: Supplies): Generator<Supply> {
  if (order.search === order.type) return yield supplies.ofType(order.type);
  const area = Number(order.search.slice(0, 3));
  // No area code and no exchange begins with 0 or 1.
  if (area < 200) return;
  if (order.search.length === 3) return yield supplies.ofArea(area);
  const code = Number(order.search.slice(3));
  if (code >= 200) yield supplies.ofExchange(area, code);
  if (order.distance > 0) yield supplies.ofArea(area);
  if (order.allowOverlay) yield supplies.ofArea(overlayOf(area));
}

type Supply = { shelves: Shelf[]; left: number; next(): number | undefined };

function placeOf({ shelves, next }: Supply, visible: number): Place {
  function account(count: number): void {
    for (const shelf of shelves) shelf.sold += count;
  }
  return {
    visible,
    account,
    take(count) {
      account(count);
      return Array.from({ length: count }, () => next()!);
    },
  };
}

function countVisible({ shelves, left }: Supply, order: Order): number {
  const percent = ((order.cleansedOnly ? CLEANSED : 100) * (order.smsSupported ? SMS : 100)) / 100;
  return Math.min(left, ...shelves.map((shelf) => leftOn(shelf, percent)));
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
