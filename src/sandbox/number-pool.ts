/**
 * The numbers of one area code that were never sold: 800 exchanges (200 to 999) of 10,000 numbers.
 * The seed picks where each exchange, and the area code, begins; both go upwards from there. Only a
 * position per exchange is kept, so a sale costs the same after millions of sales. Numbers are
 * plain ten-digit JavaScript numbers.
 */
import { scatter } from './random.ts';

const ON_EXCHANGE = 10_000;
const FIRST_EXCHANGE = 200;
const EXCHANGES = 800;

/** Numbers that the pool never gives, counted by the first six digits. */
export type Withheld = { has(number: number): boolean; countIn(prefix: number): number };

export type NumberPool = ReturnType<typeof openNumberPool>;

export function openNumberPool(area: number, seed: number, withheld: Withheld) {
  const exchanges = new Map<number, Exchange>();
  let current = scatter(seed, area) % EXCHANGES;
  let left = countNumbers(area, withheld);

  function exchangeAt(code: number): Exchange | undefined {
    if (code < FIRST_EXCHANGE || code >= FIRST_EXCHANGE + EXCHANGES) return undefined;
    let exchange = exchanges.get(code);
    if (!exchange) {
      exchange = openExchange(area * 1000 + code, seed, withheld);
      exchanges.set(code, exchange);
    }
    return exchange;
  }

  function takeFrom(exchange: Exchange | undefined): number | undefined {
    const number = exchange?.take();
    if (number !== undefined) left--;
    return number;
  }

  return {
    /** How many numbers the pool has left, on an exchange or in all. */
    left: (code?: number): number => (code === undefined ? left : (exchangeAt(code)?.left() ?? 0)),
    /** The next number, on an exchange or anywhere; undefined when none is left. */
    take(code?: number): number | undefined {
      if (code !== undefined) return takeFrom(exchangeAt(code));
      while (left > 0) {
        const number = takeFrom(exchangeAt(FIRST_EXCHANGE + current));
        if (number !== undefined) return number;
        current = (current + 1) % EXCHANGES;
      }
      return undefined;
    },
  };
}

type Exchange = { left(): number; take(): number | undefined };

function openExchange(prefix: number, seed: number, withheld: Withheld): Exchange {
  const first = scatter(seed, prefix) % ON_EXCHANGE;
  let left = ON_EXCHANGE - withheld.countIn(prefix);
  let step = 0;
  return {
    left: () => left,
    take() {
      if (left === 0) return undefined;
      for (;;) {
        const number = prefix * ON_EXCHANGE + ((first + step++) % ON_EXCHANGE);
        if (withheld.has(number)) continue;
        left--;
        return number;
      }
    },
  };
}

function countNumbers(area: number, withheld: Withheld): number {
  let count = EXCHANGES * ON_EXCHANGE;
  for (let code = FIRST_EXCHANGE; code < FIRST_EXCHANGE + EXCHANGES; code++) {
    count -= withheld.countIn(area * 1000 + code);
  }
  return count;
}
