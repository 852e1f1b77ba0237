import { isRealDay, memoized, SAYS_NOTHING } from '../reading/index.ts';
import type { Problem } from './cells.ts';
import type { RowState } from './rules.ts';

const DAYS_MAX = 365;
const MAX = { h: DAYS_MAX * 24, d: DAYS_MAX } as const;

/** How long a standing line waits for its next try, ms. */
export const TRY_EVERY_MS = { live: 6 * 3_600_000, sandbox: 10_000 } as const;

const EXPECTED = '3d, 12h or until 2026-12-31';

const problem = (because: string, advice = `Write ${EXPECTED}.`): Problem => ({
  expected: EXPECTED,
  because,
  advice,
});

/**
 * A cell that is not blank -> how long what is lacking is asked for again: `3d`, `12h`, `1 week`,
 * from one hour to 365 days, or `until 2026-12-31`, that day included, UTC. `until` may be missing.
 */
export const readKeepTrying = memoized((cell): string | Problem => {
  const text = cell.toLowerCase().replace(/\s+/g, ' ');
  if (SAYS_NOTHING.test(text)) return problem('means that nothing is asked for', 'Leave it blank.');
  const [, digits, word] = /^(\d{1,6}) ?(h(?:ou)?rs?|h|d|days?|w|weeks?)$/.exec(text) ?? [];
  if (digits !== undefined && word !== undefined) {
    const number = Number(digits) * (word.startsWith('w') ? 7 : 1);
    const unit = word.startsWith('h') ? 'h' : 'd';
    if (number >= 1 && number <= MAX[unit]) return `${number}${unit}`;
    return problem(`is not from 1 hour to ${DAYS_MAX} days`, 'Write from 1h to 365d.');
  }
  const day = /^(?:until )?(\d{4}-\d\d-\d\d)$/.exec(text)?.[1];
  if (day === undefined) return problem('is neither a length of time nor a date');
  return isRealDay(day) ? `until ${day}` : problem('names a date that does not exist');
});

/** What is wrong with the day of `keep_trying`, as the line of a plan has it. */
export function keepTryingConflicts(
  { keepTrying }: { keepTrying: string | null },
  { today }: Pick<RowState, 'today'>,
): Problem[] {
  const day = keepTrying === null ? null : dayIn(keepTrying);
  if (day === null || today === null) return [];
  if (day <= today) {
    return [problem('is not after today', `Write a day after ${today}, or leave it blank.`)];
  }
  const inAYear = `${Number(today.slice(0, 4)) + 1}${today.slice(4)}`.replace('-02-29', '-02-28');
  if (day <= inAYear) return [];
  return [problem('is more than a year away', `Write a day up to ${inAYear}.`)];
}

/** The cell as a new plan may have it; null where its day is today or over, which is an error. */
export function stillKeptTrying(keepTrying: string, today: string): string | null {
  const day = dayIn(keepTrying);
  return day !== null && day <= today ? null : keepTrying;
}

/** The day of `until 2026-12-31`; null for a time. */
function dayIn(keepTrying: string): string | null {
  return /^until (.+)$/.exec(keepTrying)?.[1] ?? null;
}

/** The hours that a line's wish lasts from now on; 0 when nobody knows which day it is. */
export function hoursOf(keepTrying: string, today: string | null): number {
  const [, digits, unit] = /^(\d+)([hd])$/.exec(keepTrying) ?? [];
  if (digits !== undefined) return Number(digits) * (unit === 'd' ? 24 : 1);
  const day = dayIn(keepTrying);
  if (day === null || today === null) return 0;
  const ms = Date.parse(day) - Date.parse(today);
  return ms / 3_600_000 + 24;
}
