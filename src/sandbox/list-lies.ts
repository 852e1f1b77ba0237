/** The ways in which the list of owned numbers can lie, as a table: from the truth to what is said. */
import { AppError } from '../errors.ts';
import { STRANGE } from './areas.ts';
import { scatter } from './random.ts';

export const LIST_LIES = {
  /** Ends in the middle: what was sold lately is missing. */
  capped: (numbers: number[]) => numbers.slice(0, numbers.length / 2),
  /** Has one in ten. */
  shrunk: (numbers: number[]) => numbers.filter((_, index) => index % 10 === 0),
  /** Is what it was when it began to lie. */
  stale: (numbers: number[]) => numbers,
  empty: () => [],
  /** Has all, and no order that tells anything. */
  reordered: (numbers: number[]) =>
    numbers.toSorted((a, b) => scatter(a % 10_000_000) - scatter(b % 10_000_000)),
  /** Has numbers besides, one for every ten, that somebody else has brought into the account. */
  strangers: (numbers: number[]) => [
    ...numbers,
    ...new Set(numbers.filter((_, index) => index % 10 === 0).map(strangerOf)),
  ],
} satisfies Record<string, (numbers: number[]) => number[]>;

export type ListLie = keyof typeof LIST_LIES;

export type ListLies = {
  set(lie: ListLie | null): void;
  /** Up to when it knows of sales, if it would else be `until`; milliseconds since 1970. */
  until(until: number): number;
  /** What it says instead of the truth. */
  about(truth: Iterable<number>): Iterable<number>;
};

/** `now`: milliseconds since 1970. Throws AppError `invalid_usage` for a lie that there is not. */
export function openListLies(now: () => number, first?: ListLie): ListLies {
  let lie: ListLie | null = null;
  let since = 0;

  function set(next: ListLie | null): void {
    if (next !== null && !Object.hasOwn(LIST_LIES, next)) {
      throw new AppError('invalid_usage', `The list of the sandbox has no lie "${String(next)}".`);
    }
    lie = next;
    since = now();
  }

  if (first !== undefined) set(first);
  return {
    set,
    until: (until) => (lie === 'stale' ? Math.min(until, since) : until),
    about: (truth) => (lie === null ? truth : LIST_LIES[lie]([...truth])),
  };
}

function strangerOf(number: number): number {
  return STRANGE * 10_000_000 + (number % 10_000_000);
}
