import { AppError } from '../errors.ts';

/**
 * The vendor's patience: at most `limit` admissions in any sliding second, or any number of them.
 * Only admitted requests count, so a client that hammers still gets its share. Answers whether one
 * more is admitted. Throws AppError `invalid_usage` when the limit is no whole number from 1.
 */
export function openAdmission(limit: number | undefined): (now: number) => boolean {
  if (limit === undefined) return () => true;
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new AppError('invalid_usage', 'The pace of the sandbox must be a whole number from 1.');
  }
  // The last `limit` admissions in a ring: the oldest of them decides, in one comparison.
  const admissions = new Float64Array(limit).fill(-Infinity);
  let oldest = 0;
  return (now) => {
    if (now - admissions[oldest]! < 1000) return false;
    admissions[oldest] = now;
    oldest = (oldest + 1) % limit;
    return true;
  };
}
