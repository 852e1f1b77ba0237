/** Orders per second that an account's pace may be. */
export const PACE_MIN = 0.01;
export const PACE_MAX = 1000;

export const PACE_WORDS = `orders per second, from ${PACE_MIN} to ${PACE_MAX}`;

export function isPace(value: number): boolean {
  return value >= PACE_MIN && value <= PACE_MAX;
}
