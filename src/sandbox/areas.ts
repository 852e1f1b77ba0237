/** Which numbers there are: the rules of the North American plan that this vendor keeps. */

const TOLL_FREE = [833, 844, 855, 866, 877, 888];
const TRUE_800 = [800];

/** Where an order is served that asked for another area code. Orders for this one get it, of course. */
export const ELSEWHERE = 979;
/** The area code of numbers that the account owns and that this vendor has never sold. */
export const STRANGE = 989;

/** The area codes behind a stock: one for three digits, several for `tollfree`. */
export function areasOf(search: string): number[] {
  if (search === 'tollfree') return TOLL_FREE;
  return search === 'true800' ? TRUE_800 : [Number(search)];
}

export function isTollFree(area: number): boolean {
  return TOLL_FREE.includes(area) || TRUE_800.includes(area);
}

/**
 * The area code that overlays another. Here it is simply the next higher one that is not toll-free
 * (999 goes on at 200): not geography, but anybody can work it out.
 */
export function overlayOf(area: number): number {
  const next = area === 999 ? 200 : area + 1;
  return isTollFree(next) ? overlayOf(next) : next;
}
