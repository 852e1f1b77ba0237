/** What becomes of the numbers of a plan: each is in one of these. */
export const PARTS = [
  'bought',
  'short',
  'refused',
  'undelivered',
  'unknown',
  'cancelled',
  'pending',
] as const;

export type Parts = Record<(typeof PARTS)[number], number>;

export const sumOfParts = (counts: Parts): number =>
  PARTS.reduce((sum, part) => sum + counts[part], 0);
