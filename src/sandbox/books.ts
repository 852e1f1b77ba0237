/**
 * What really happened: every request to numbers.order, what it sold, and whether an answer got
 * out. The judge of truth for drills, so it is written at the moment of the sale, before anything
 * is said. It never holds a key, nor any text that was not understood.
 *
 * A soak sells millions of numbers: they lie one after the other as eight bytes each, and a request
 * only knows where its own begin.
 */
import type { Temper } from './tempers.ts';

export type BookedRequest = {
  /** 1, 2, 3, … in the order of arrival. */
  id: number;
  /** When it arrived, in milliseconds since 1970. */
  at: number;
  /** What was searched: digits, or `tollfree` or `true800`; blank when it was no search at all. */
  search: string;
  /** Blank when it was none that exists. */
  type: string;
  /** How many were asked for; null when that was no number from 0 to 25. */
  quantity: number | null;
  /** How it was answered; `ok` covers every honest answer, a refusal too. */
  temper: Temper;
  sold: string[];
  /** Whether a complete HTTP answer, true or not, was handed to the network. */
  answered: boolean;
};

export type Books = {
  /** All numbers sold; one that was sold twice counts twice. */
  sold: number;
  /** How many of those had been sold before. */
  soldTwice: number;
  /** The id to ask from next time. */
  lastId: number;
  requests: BookedRequest[];
};

type Kept = Omit<BookedRequest, 'id' | 'sold'> & { from: number; count: number };
export type Booking = Omit<BookedRequest, 'id' | 'sold' | 'answered'>;

export type BookKeeper = ReturnType<typeof openBooks>;

export function openBooks() {
  const requests: Kept[] = [];
  const numbers = openNumberStore();
  /** Places in the store of numbers that were there before. */
  const repeats = new Set<number>();

  return {
    /** Books a sale, or that there was none; calling the result notes that the answer got out. */
    add(booking: Booking, sold: readonly number[], repeated?: number): () => void {
      const kept = { ...booking, from: numbers.length(), count: sold.length, answered: false };
      requests.push(kept);
      for (const number of sold) {
        if (number === repeated) repeats.add(numbers.length());
        numbers.push(number);
      }
      return () => {
        kept.answered = true;
      };
    },

    totals(): Omit<Books, 'requests'> {
      return { sold: numbers.length(), soldTwice: repeats.size, lastId: requests.length };
    },

    /** The requests after an id. What comes in while they are read is left out. */
    *since(id: number): Generator<BookedRequest> {
      const end = requests.length;
      for (let index = id; index < end; index++) {
        const { from, count, at, search, type, quantity, temper, answered } = requests[index]!;
        const sold = Array.from({ length: count }, (_, i) => String(numbers.at(from + i)));
        yield { id: index + 1, at, search, type, quantity, temper, sold, answered };
      }
    },

    /** Every number sold up to a moment, each once. */
    *soldUntil(moment: number): Generator<number> {
      const end = requests.length;
      for (let index = 0; index < end; index++) {
        const { at, from, count } = requests[index]!;
        if (at > moment) continue;
        for (let place = from; place < from + count; place++) {
          if (!repeats.has(place)) yield numbers.at(place);
        }
      }
    },
  };
}

/** A list that grows by whole blocks, so that it never has to be copied. */
function openNumberStore() {
  const BLOCK = 65_536;
  const blocks: Float64Array[] = [];
  let length = 0;
  return {
    length: () => length,
    at: (place: number) => blocks[Math.floor(place / BLOCK)]![place % BLOCK]!,
    push(number: number): void {
      if (length === blocks.length * BLOCK) blocks.push(new Float64Array(BLOCK));
      blocks.at(-1)![length++ % BLOCK] = number;
    },
  };
}
