/** The vendor sells at most this many numbers per call. */
export const ORDER_MAX = 25;

/** A line of a plan asks for at most this many. */
export const QUANTITY_MAX = 100_000;

/** Room for the orders of one plan within the ids; the check orders_id_fits_plan says the same. */
export const PLAN_ROOM = 10_000_000;

/** How many orders a line of `quantity` numbers takes. */
export function orderCount(quantity: number): number {
  return Math.ceil(quantity / ORDER_MAX);
}
