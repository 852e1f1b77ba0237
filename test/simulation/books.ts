import { ordinalOf } from '../../src/ledger/index.ts';
import { ORDER_MAX } from '../../src/order-size.ts';
import type { OrderRequest } from '../../src/vendor/index.ts';

/** A request that reached the vendor. The order is known here, and never to the vendor. */
export type Sale = {
  at: number;
  /** Which order of which plan, by content; the same after the ledger has gone back. */
  order: string;
  attempt: number;
  worker: string;
  asked: number;
  numbers: string[];
};

/** What the vendor has sold: the truth. */
export type Books = ReturnType<typeof openBooks>;

export type Claimed = OrderRequest & { id: number; planKey: string; attempt: number };

/** The order's name in the books: its plan by content, and its place in it. */
export const orderKey = ({ planKey, id }: Pick<Claimed, 'planKey' | 'id'>): string =>
  `${planKey} ${ordinalOf(id)}`;

/** Whole area codes as they would be asked for, and how many numbers each has left. */
export type Stock = Map<string, number>;

const PLENTY = 100 * ORDER_MAX;

export function openBooks(stock: Stock, ownedBefore: string[]) {
  const owned = new Map(ownedBefore.map((number) => [number, 0]));
  const foreign = new Set<string>();
  let made = 0;

  function newNumber(areaCode: string): string {
    made += 1;
    const rest = areaCode.length === 6 ? '' : '555';
    return `${areaCode}${rest}${String(made).padStart(4, '0')}`;
  }

  return {
    sales: [] as Sale[],
    /** When each request left, for which order, whatever became of it, ms. */
    sent: [] as { at: number; order: string; attempt: number }[],
    /** Orders that the vendor has refused at least once. */
    refused: new Set<string>(),
    /** All that the account owns, with when each came; what was there before came at 0. */
    owned,
    /** Those of them that came from elsewhere while the program ran. */
    foreign,
    sell(
      { search, type, fillQuantity, quantity }: OrderRequest,
      count: number,
      at: number,
    ): string[] {
      const areaCode = search ?? (type === 'true800' ? '800' : '888');
      const left = stock.get(areaCode) ?? PLENTY;
      const sold = fillQuantity && left < quantity ? 0 : Math.min(count, left);
      stock.set(areaCode, left - sold);
      const numbers = Array.from({ length: sold }, () => newNumber(areaCode));
      for (const number of numbers) owned.set(number, at);
      return numbers;
    },
    /** Adds `count` numbers to what the vendor has for sale. */
    refill(areaCode: string, count: number): void {
      stock.set(areaCode, (stock.get(areaCode) ?? PLENTY) + count);
    },
    /** A number that comes from elsewhere: bought by hand, or ported in. */
    addStranger(areaCode: string, at: number): void {
      const number = newNumber(areaCode);
      owned.set(number, at);
      foreign.add(number);
    },
  };
}
