/** The numbers that the account owned before the sandbox opened. */
import { usageError } from '../errors.ts';

export type Owned = ReturnType<typeof readOwned>;

export function readOwned(given: Iterable<string> = []) {
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
    has: (number: number) => numbers.has(number),
    /** How many begin with these 3 or 6 digits. */
    countIn: (prefix: number) => counts.get(prefix) ?? 0,
    /** All of them, each once, in the order given. */
    numbers: (): Iterable<number> => numbers,
  };
}
