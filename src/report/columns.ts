/** The columns of the result files that also carry the plan's own. */

export const NUMBERS_COLUMNS = [
  'line',
  'order',
  'area_code',
  'type',
  'number',
  'e164',
  'bought_at',
];

export const LINES_COLUMNS = [
  'line',
  'area_code',
  'type',
  'requested',
  'bought',
  'short',
  'refused',
  'undelivered',
  'unknown',
  'cancelled',
  'pending',
  'status',
  'reason',
];

/** All of a plan. */
export const REMAINDER_COLUMNS = [
  'area_code',
  'quantity',
  'type',
  'fill_quantity',
  'cleansed_only',
  'distance',
  'sms_supported',
  'order_slot',
  'allow_overlay',
];
