/** What an order takes of what is for sale: all of it, some, or nothing with the reason. */
import { NO_NUMBERS, TOO_FEW_NUMBERS } from './answers.ts';
import type { Owned } from './owned.ts';
import type { Order } from './parameters.ts';
import { openPlaces, type Place } from './places.ts';
import type { StockLevels } from './shelves.ts';

/** The numbers sold and, when one of them had been sold before, which; or why none was. */
export type Sale = { numbers: number[]; repeated?: number } | { refusal: string };

export type Stock = {
  /** With `repeat`, one of the numbers is one that was sold before, if there is any. */
  sell(order: Order, repeat?: boolean): Sale;
  /** How many are for sale from now on, whatever was sold or owned before. */
  set(levels: StockLevels): void;
};

/** The vendor's own example, word for word: its first number is not even a valid one. */
const EXAMPLE: readonly number[] = [5551112222, 5553334444, 5556667777];

export function openStock(seed: number, owned: Owned, levels: StockLevels = {}): Stock {
  const example = EXAMPLE.filter((number) => !owned.has(number));
  const places = openPlaces(seed, owned, example, levels);
  const latest = openLatest();

  function take(order: Order, place: Place, count: number): number[] {
    if (example.length === EXAMPLE.length && isExample(order) && count === EXAMPLE.length) {
      place.account(count);
      return example.splice(0);
    }
    return place.take(count);
  }

  function sell(order: Order, repeat = false): Sale {
    const place = places.serving(order);
    if (!place) return { refusal: NO_NUMBERS };
    if (order.fillQuantity && place.visible < order.quantity) return { refusal: TOO_FEW_NUMBERS };
    const count = Math.min(place.visible, order.quantity);
    const repeated = repeat && count > 0 ? latest.before(order.search) : undefined;
    const fresh = take(order, place, repeated === undefined ? count : count - 1);
    latest.note(order.search, fresh);
    return repeated === undefined
      ? { numbers: fresh }
      : { numbers: [...fresh, repeated], repeated };
  }

  return { sell, set: places.set };
}

function isExample(order: Order): boolean {
  return order.type === 'local' && order.search === '555' && order.quantity === EXAMPLE.length;
}

/** The number to sell twice: the last one sold for the same search, else the last one of all. */
function openLatest() {
  const bySearch = new Map<string, number>();
  let ofAll: number | undefined;
  return {
    before: (search: string): number | undefined => bySearch.get(search) ?? ofAll,
    note(search: string, numbers: number[]): void {
      const last = numbers.at(-1);
      if (last === undefined) return;
      bySearch.set(search, last);
      ofAll = last;
    },
  };
}
