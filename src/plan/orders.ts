/** The vendor sells at most this many numbers per call. */
export const ORDER_MAX = 25;

/** How many orders a line of `quantity` numbers takes. */
export function orderCount(quantity: number): number {
  return Math.ceil(quantity / ORDER_MAX);
}

/**
 * The sizes of a line's orders, in the order in which they are placed: full ones first, the rest
 * last. They sum to `quantity`, and each is between 1 and `ORDER_MAX`.
 */
export function orderSizes(quantity: number): number[] {
  const sizes = new Array<number>(orderCount(quantity)).fill(ORDER_MAX);
  const rest = quantity % ORDER_MAX;
  if (rest > 0) sizes[sizes.length - 1] = rest;
  return sizes;
}
