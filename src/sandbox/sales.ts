/** What an order buys: all that it asked for, some, or nothing with the reason. */
import { NO_NUMBERS, TOO_FEW_NUMBERS } from './answers.ts';
import type { StockLevels } from './inventories.ts';
import { type Offer, openOffers } from './offers.ts';
import type { Order } from './order-parameters.ts';
import type { Owned } from './owned-numbers.ts';

/** The numbers sold, and the one that had been sold before, if any; or why none was sold. */
export type Sale = { numbers: number[]; repeated?: number } | { refusal: string };

export type Sales = ReturnType<typeof openSales>;

/** The vendor's own example; its first number is not even a valid one. */
const EXAMPLE: readonly number[] = [5551112222, 5553334444, 5556667777];

/** `now`, milliseconds since 1970, decides when a refill is due. */
export function openSales(seed: number, owned: Owned, now: () => number, levels: StockLevels = {}) {
  const example = EXAMPLE.filter((number) => !owned.has(number));
  const offers = openOffers(seed, owned, example, levels, now);
  const lastSold = openLastSold();

  function take(order: Order, offer: Offer, count: number): number[] {
    if (example.length === EXAMPLE.length && isExample(order) && count === EXAMPLE.length) {
      offer.countSold(count);
      return example.splice(0);
    }
    return offer.take(count);
  }

  /** With `repeat`, one of the numbers is one that was sold before, if there is any. */
  function sell(order: Order, repeat = false): Sale {
    const offer = offers.find(order);
    if (!offer) return { refusal: NO_NUMBERS };
    if (order.fillQuantity && offer.count < order.quantity) return { refusal: TOO_FEW_NUMBERS };
    const count = Math.min(offer.count, order.quantity);
    const repeated = repeat && count > 0 ? lastSold.find(order.search) : undefined;
    const fresh = take(order, offer, repeated === undefined ? count : count - 1);
    lastSold.note(order.search, fresh);
    return repeated === undefined
      ? { numbers: fresh }
      : { numbers: [...fresh, repeated], repeated };
  }

  return { sell, setStock: offers.setStock };
}

function isExample(order: Order): boolean {
  return order.type === 'local' && order.search === '555' && order.quantity === EXAMPLE.length;
}

/** The number to sell twice: the last one sold for the same search, else the last one of all. */
function openLastSold() {
  const bySearch = new Map<string, number>();
  let ofAll: number | undefined;
  return {
    find: (search: string): number | undefined => bySearch.get(search) ?? ofAll,
    note(search: string, numbers: number[]): void {
      const last = numbers.at(-1);
      if (last === undefined) return;
      bySearch.set(search, last);
      ofAll = last;
    },
  };
}
