/** The vendor sells at most this many numbers per call. */
export const ORDER_MAX = 25;

/** How many orders a line of `quantity` numbers takes. */
export function orderCount(quantity: number): number {
  return Math.ceil(quantity / ORDER_MAX);
}
