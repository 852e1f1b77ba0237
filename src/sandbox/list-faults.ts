/** How the list of owned numbers can be false, as a table: from the truth to what is listed. */
import { usageError } from '../errors.ts';
import { STRANGE } from './area-codes.ts';
import { scatter } from './random.ts';

export const LIST_FAULTS = {
  /** Lacks the newer half. */
  capped: (numbers: number[]) => numbers.slice(0, numbers.length / 2),
  /** Has one number in ten. */
  shrunk: (numbers: number[]) => numbers.filter((_, index) => index % 10 === 0),
  /** Stays as it was when the fault began. */
  stale: (numbers: number[]) => numbers,
  empty: () => [],
  /** Has all numbers, in an order that says nothing. */
  reordered: (numbers: number[]) =>
    numbers.toSorted((a, b) => scatter(a % 10_000_000) - scatter(b % 10_000_000)),
  /** Has one number more for every ten, bought by another buyer. */
  strangers: (numbers: number[]) => [
    ...numbers,
    ...new Set(numbers.filter((_, index) => index % 10 === 0).map(strangerOf)),
  ],
} satisfies Record<string, (numbers: number[]) => number[]>;

export type ListFault = keyof typeof LIST_FAULTS;

export type ListFaults = ReturnType<typeof openListFaults>;

/** `now`: milliseconds since 1970. */
export function openListFaults(now: () => number) {
  let fault: ListFault | null = null;
  let since = 0;

  return {
    /** Throws AppError `invalid_usage` for an unknown fault. */
    set(next: ListFault | null): void {
      if (next !== null && !Object.hasOwn(LIST_FAULTS, next)) {
        throw usageError(`The list of the sandbox has no fault "${next}".`);
      }
      fault = next;
      since = now();
    },
    /** The moment (ms since 1970) of the last sale listed, where a true list has `until`. */
    until: (until: number) => (fault === 'stale' ? Math.min(until, since) : until),
    /** What is listed instead of the truth. */
    about: (truth: Iterable<number>): Iterable<number> =>
      fault === null ? truth : LIST_FAULTS[fault]([...truth]),
  };
}

function strangerOf(number: number): number {
  return STRANGE * 10_000_000 + (number % 10_000_000);
}
