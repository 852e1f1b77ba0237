/** The numbers that the account owned before the sandbox opened. */
import { usageError } from '../errors.ts';

export type Owned = {
  has(number: number): boolean;
  /** How many begin with these 3 or 6 digits. */
  countIn(prefix: number): number;
  /** All of them, each once, in the order given. */
  numbers(): Iterable<number>;
};

export function readOwned(given: Iterable<string> = []): Owned {
  const numbers = new Set<number>();
  const counts = new Map<number, number>();
  for (const text of given) {
    if (!/^[2-9]\d{9}$/.test(text)) {
      throw usageError(`"${text}" is not an owned number: expected ten digits.`);
    }
    const number = Number(text);
    if (numbers.has(number)) continue;
    numbers.add(number);
    for (const prefix of [Math.floor(number / 10_000), Math.floor(number / 10_000_000)]) {
      counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    }
  }
  return {
    has: (number) => numbers.has(number),
    countIn: (prefix) => counts.get(prefix) ?? 0,
    numbers: () => numbers,
  };
}
