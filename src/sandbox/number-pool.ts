/**
 * The numbers of one area code that were never sold, 10,000 on each exchange. An order that names
 * no exchange gets numbers that no vendor can have: those of exchanges 000 to 199, which the North
 * American plan never assigns. So a rehearsal takes no number away from a live order.
 *
 * The seed picks where each exchange, and the area code, begins; both go upwards from there. Only a
 * position per exchange is kept, so a sale costs the same after millions of sales. Numbers are
 * plain ten-digit JavaScript numbers.
 */
import { scatter } from './random.ts';

const ON_EXCHANGE = 10_000;
const MADE_UP_EXCHANGES = 200;

/** Numbers that the pool never gives, counted by the first six digits. */
export type Withheld = { has(number: number): boolean; countIn(prefix: number): number };

export type NumberPool = ReturnType<typeof openNumberPool>;

export function openNumberPool(area: number, seed: number, withheld: Withheld) {
  const exchanges = new Map<number, Exchange>();
  let current = scatter(seed, area) % MADE_UP_EXCHANGES;
  let left = countMadeUp(area, withheld);

  function exchangeAt(code: number): Exchange {
    let exchange = exchanges.get(code);
    if (!exchange) {
      exchange = openExchange(area * 1000 + code, seed, withheld);
      exchanges.set(code, exchange);
    }
    return exchange;
  }

  return {
    /** How many numbers are left, on an exchange from 200 to 999 or on all made-up ones. */
    left: (code?: number): number => (code === undefined ? left : exchangeAt(code).left()),
    /** The next number, on an exchange or on any made-up one; undefined when none is left. */
    take(code?: number): number | undefined {
      if (code !== undefined) return exchangeAt(code).take();
      while (left > 0) {
        const number = exchangeAt(current).take();
        if (number !== undefined) {
          left--;
          return number;
        }
        current = (current + 1) % MADE_UP_EXCHANGES;
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

function countMadeUp(area: number, withheld: Withheld): number {
  let count = MADE_UP_EXCHANGES * ON_EXCHANGE;
  for (let code = 0; code < MADE_UP_EXCHANGES; code++) {
    count -= withheld.countIn(area * 1000 + code);
  }
  return count;
}
