import type { Account } from '../../documents/index.ts';
import { LIMITS_ON_NUMBERS } from '../limits/limits.ts';

/** What slows an account down. */
export type Speed = Pick<
  Account,
  'rate' | 'dailyNumbers' | 'leftToday' | 'monthlyNumbers' | 'leftThisMonth'
>;

/** The columns of the account `a`. */
export const SPEED = `a.rate, ${LIMITS_ON_NUMBERS}`;

type Work = { orders: number; numbers: number };

/** Whole seconds for this work alone, by pace and limits; null: no pace, and no limit to await. */
export function timeNeeded(work: Work, speed: Speed): number | null {
  const { rate, dailyNumbers, leftToday, monthlyNumbers, leftThisMonth } = speed;
  const atPace = rate === null ? null : Math.ceil(work.orders / rate);
  const byLimits = [
    byLimit(work, atPace ?? 0, { most: dailyNumbers, left: leftToday, endOf: endOfDay }),
    byLimit(work, atPace ?? 0, { most: monthlyNumbers, left: leftThisMonth, endOf: endOfMonth }),
  ].filter((seconds) => seconds !== null);
  if (byLimits.length === 0) return atPace;
  return Math.ceil(Math.max(atPace ?? 0, ...byLimits));
}

type Bound = {
  most: number | null;
  left: number | null;
  /** When this period ends, or one after it; ms. */
  endOf: (now: Date, later: number) => number;
};

/** Null: what is left now is enough. */
function byLimit({ orders, numbers }: Work, atPace: number, bound: Bound): number | null {
  const { most, left, endOf } = bound;
  if (most === null || left === null || numbers <= left) return null;
  // An order that does not fit into the period waits for the next one.
  const size = Math.ceil(numbers / Math.max(1, orders));
  const inWhole = (some: number) => Math.floor(some / size) * size;
  const each = Math.max(size, inWhole(most));
  const later = numbers - inWhole(left);
  const full = Math.ceil(later / each) - 1;
  const last = (later - full * each) / numbers;
  return secondsUntil(endOf(new Date(), full)) + atPace * last;
}

/**
 * The same after a rest of `restMs`. One for a limit ends with its period, which counts already.
 */
export function timeLeft(pending: Work, speed: Speed, restMs: number): number | null {
  const seconds = timeNeeded(pending, speed);
  if (seconds === null) return null;
  const { leftToday, leftThisMonth } = speed;
  const now = new Date();
  const counted = Math.max(
    leftToday === 0 ? secondsUntil(endOfDay(now, 0)) : 0,
    leftThisMonth === 0 ? secondsUntil(endOfMonth(now, 0)) : 0,
  );
  const rests = pending.numbers > 0 ? restMs / 1000 - counted : restMs / 1000;
  return seconds + Math.max(0, Math.ceil(rests));
}

/** Limits start over at 00:00 UTC. */
const endOfDay = (now: Date, later: number): number =>
  Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1 + later);

const endOfMonth = (now: Date, later: number): number =>
  Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1 + later);

const secondsUntil = (ms: number): number => (ms - Date.now()) / 1000;
