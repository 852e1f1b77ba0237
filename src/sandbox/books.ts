/**
 * What really happened: every request to numbers.order, what it sold, and whether an answer left.
 * The drills judge by these books, so a sale is written before it is answered. The books hold no
 * key, and no text that was not understood.
 *
 * A soak sells millions of numbers. They are kept one after another, eight bytes each; a request
 * knows only where its own begin.
 */
import type { FaultName } from './faults.ts';

export type BookedRequest = {
  /** 1, 2, 3, … in the order of arrival. */
  id: number;
  /** When it arrived, in milliseconds since 1970. */
  at: number;
  /** Digits, or `tollfree` or `true800`; blank when it was no valid search. */
  search: string;
  /** Blank when there is no such type. */
  type: string;
  /** How many were asked for; null when that was no number from 0 to 25. */
  quantity: number | null;
  /** How it was answered; `ok` is any honest answer, a refusal too. */
  fault: FaultName;
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
type Booking = Omit<BookedRequest, 'id' | 'sold' | 'answered'>;

export type BookKeeper = ReturnType<typeof openBooks>;

export function openBooks() {
  const requests: Kept[] = [];
  const numbers = openNumberStore();
  /** Where in the store a number is repeated. */
  const repeats = new Set<number>();

  return {
    /** Books a request and what it sold, if anything. Call the result when the answer has left. */
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

    /** The requests after an id. Requests that arrive during the reading are left out. */
    *since(id: number): Generator<BookedRequest> {
      const end = requests.length;
      for (let index = id; index < end; index++) {
        const { from, count, answered, ...booking } = requests[index]!;
        const sold = Array.from({ length: count }, (_, i) => String(numbers.at(from + i)));
        yield { id: index + 1, ...booking, sold, answered };
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

/** A list that grows by whole blocks and is never copied. */
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
