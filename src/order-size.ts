/** The vendor sells at most this many numbers per call. */
export const ORDER_MAX = 25;

/** A line of a plan asks for at most this many. */
export const QUANTITY_MAX = 100_000;

/** Room for the orders of one plan within the ids; the check orders_id_fits_plan says the same. */
export const PLAN_ROOM = 10_000_000;

/** For an error: how an order is named, when somebody names it by its place in a plan; else ''. */
export const howNamed = (order: number): string =>
  order < PLAN_ROOM ? ` Order ${order} of plan 1 has the id ${PLAN_ROOM + order}.` : '';

/** How many orders a line of `quantity` numbers takes. */
export function orderCount(quantity: number): number {
  return Math.ceil(quantity / ORDER_MAX);
}
