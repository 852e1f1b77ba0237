/** The kinds of obstacles to an account's buying. */
export const OBSTACLE_KINDS = [
  'account_paused',
  'queue_paused',
  'queue_away',
  'no_worker',
  'vendor_away',
  'limit',
  'comparing',
  'throttled',
  'clock_set',
] as const;
