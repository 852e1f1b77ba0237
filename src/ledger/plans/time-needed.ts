import { SPENT, TOMORROW } from '../accounts/daily-limit.ts';
import { HAS_RESTED } from '../database/clock.ts';

/** An account's current limits on speed. */
export type Limits = {
  /** Orders started per second, all workers together; null: no pace. */
  rate: number | null;
  /** Numbers that may be bought in a day; null: no limit. */
  dailyNumbers: number | null;
  /** Numbers left of today's limit, 0 when no order fits any more; null without a limit. */
  leftToday: number | null;
};

/**
 * The limits of the account `a`, as columns. All of a new limit is left until the first claim
 * counts, unless the account rests for it.
 */
export const LIMITS = `a.rate, a.daily_numbers as "dailyNumbers",
  case when a.daily_numbers is not null and not ${HAS_RESTED} and a.resume_at >= ${TOMORROW} then 0
    when a.daily_numbers > (${SPENT}) then a.daily_numbers - (${SPENT})
    when ${HAS_RESTED} then a.daily_numbers
    when a.daily_numbers is not null then 0 end as "leftToday"`;

const DAY = 86_400;

/**
 * Whole seconds that this many orders and numbers take by the pace and the daily limit, when no
 * other plan shares them. Null when the account has neither.
 */
export function timeNeeded(
  { orders, numbers }: { orders: number; numbers: number },
  { rate, dailyNumbers, leftToday }: Limits,
): number | null {
  const atPace = rate === null ? null : Math.ceil(orders / rate);
  if (dailyNumbers === null || leftToday === null || numbers <= leftToday) return atPace;
  // An order that does not fit into the day waits for the next day.
  const perDay = Math.max(1, dailyNumbers);
  const later = numbers - leftToday;
  const fullDays = Math.ceil(later / perDay) - 1;
  const lastDay = (later - fullDays * perDay) / numbers;
  const byLimit = secondsToMidnight() + fullDays * DAY + (atPace ?? 0) * lastDay;
  return Math.ceil(Math.max(atPace ?? 0, byLimit));
}

/**
 * The same for an account that rests for `restMs`. A rest for the daily limit ends with the day,
 * which counts already.
 */
export function timeLeft(
  pending: { orders: number; numbers: number },
  limits: Limits,
  restMs: number,
): number | null {
  const seconds = timeNeeded(pending, limits);
  if (seconds === null) return null;
  const counted = limits.leftToday === 0 && pending.numbers > 0 ? secondsToMidnight() : 0;
  return seconds + Math.max(0, Math.ceil(restMs / 1000 - counted));
}

/** Limits start over at 00:00 UTC. */
const secondsToMidnight = () => DAY - ((Date.now() / 1000) % DAY);
