/**
 * The vendor's patience: at most `limit` admissions in any sliding second. Only admitted requests
 * count, so a client that hammers still gets its share. Answers whether one more is admitted.
 */
export function openPace(limit: number): (now: number) => boolean {
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
