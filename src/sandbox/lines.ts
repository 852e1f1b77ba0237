/**
 * The supply of never-sold numbers. An area code has 800 exchanges (200 to 999) of 10,000 lines.
 * Each exchange is handed out upwards from a line, and each area code from an exchange, that the
 * seed picks; a position per exchange is all the memory there is, so that a sale costs the same
 * after millions of them. Numbers are plain ten-digit JavaScript numbers.
 */
import { scatter } from './random.ts';

const LINES = 10_000;
const FIRST_EXCHANGE = 200;
const EXCHANGES = 800;

/** Numbers that are never handed out, counted by the first six digits. */
export type Withheld = { has(number: number): boolean; countIn(prefix: number): number };

export type AreaLines = {
  /** How many can still be handed out, in an exchange or in all. */
  left(exchange?: number): number;
  /** The next one, in an exchange or anywhere; undefined when none is left. */
  take(exchange?: number): number | undefined;
};

export function openAreaLines(area: number, seed: number, withheld: Withheld): AreaLines {
  const exchanges = new Map<number, Exchange>();
  let current = scatter(seed, area) % EXCHANGES;
  let left = countLines(area, withheld);

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
    left: (code) => (code === undefined ? left : (exchangeAt(code)?.left() ?? 0)),
    take(code) {
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
  const first = scatter(seed, prefix) % LINES;
  let left = LINES - withheld.countIn(prefix);
  let step = 0;
  return {
    left: () => left,
    take() {
      if (left === 0) return undefined;
      for (;;) {
        const number = prefix * LINES + ((first + step++) % LINES);
        if (withheld.has(number)) continue;
        left--;
        return number;
      }
    },
  };
}

function countLines(area: number, withheld: Withheld): number {
  let count = EXCHANGES * LINES;
  for (let code = FIRST_EXCHANGE; code < FIRST_EXCHANGE + EXCHANGES; code++) {
    count -= withheld.countIn(area * 1000 + code);
  }
  return count;
}
