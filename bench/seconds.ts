/**
 * What was in any second: the arithmetic of a pace. All moments are ms since the same beginning.
 */

const SECOND = 1000;

export type Pace = {
  /** The most in any sliding second. */
  most: number;
  /** The share of the time in which the second before held more than allowed, looked at each ms. */
  timeAbove: number;
  /** Per second, from the first to the last of them. */
  perSecond: number;
};

/**
 * Of all that is in [from, to); what was before still counts into the seconds that it is part of.
 */
export function paceOf(moments: number[], allowed: number, from: number, to: number): Pace {
  const sorted = moments.toSorted((a, b) => a - b).filter((at) => at < to);
  const counted = sorted.filter((at) => at >= from);
  return {
    most: Math.max(0, ...countsBefore(sorted, counted)),
    timeAbove: shareAbove(sorted, allowed, from, to),
    perSecond: (SECOND * (counted.length - 1)) / (counted.at(-1)! - counted[0]!),
  };
}

/** How many lie in each half second, from the first on. */
export function perHalfSecond(moments: number[], from: number, to: number): number[] {
  const counts = new Array<number>(Math.ceil((to - from) / 500)).fill(0);
  for (const at of moments) {
    const place = Math.floor((at - from) / 500);
    if (place in counts) counts[place]! += 1;
  }
  return counts;
}

/** For each of these ends (sorted): how many moments (sorted) lie in the second that ends there. */
export function countsBefore(moments: number[], ends: number[]): number[] {
  let first = 0;
  let next = 0;
  return ends.map((end) => {
    while (next < moments.length && moments[next]! <= end) next++;
    while (first < next && moments[first]! <= end - SECOND) first++;
    return next - first;
  });
}

function shareAbove(sorted: number[], allowed: number, from: number, to: number): number {
  const start = Math.ceil(from);
  const looks = Array.from({ length: Math.max(1, Math.floor(to) - start) }, (_, ms) => start + ms);
  return countsBefore(sorted, looks).filter((n) => n > allowed).length / looks.length;
}
