import { usageError } from '../errors.ts';

/**
 * Admits at most `limit` orders in any sliding second; without a limit, all. Only admitted orders
 * count, so a client that sends too many still gets its share. The result takes the time in ms and
 * says whether one more is admitted. Throws AppError `invalid_usage` unless the limit is a whole
 * number from 1.
 */
export function openRateLimit(limit: number | undefined): (now: number) => boolean {
  if (limit === undefined) return () => true;
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw usageError('The pace of the sandbox must be a whole number from 1.');
  }
  // A ring of the last `limit` admissions: the oldest decides.
  const admissions = new Float64Array(limit).fill(-Infinity);
  let oldest = 0;
  return (now) => {
    if (now - admissions[oldest]! < 1000) return false;
    admissions[oldest] = now;
    oldest = (oldest + 1) % limit;
    return true;
  };
}
