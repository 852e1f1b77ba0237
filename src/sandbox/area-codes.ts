/** The rules of the North American plan that this vendor keeps. */

const TOLL_FREE = [833, 844, 855, 866, 877, 888];
const TRUE_800 = [800];

/** The area code from which the fault `elsewhere` sells. */
export const ELSEWHERE = 979;
/** The area code of the numbers that the list fault `strangers` makes up. */
export const STRANGE = 989;

/** The area codes that a search means: several for `tollfree`, one for three digits. */
export function areasOf(search: string): number[] {
  if (search === 'tollfree') return TOLL_FREE;
  return search === 'true800' ? TRUE_800 : [Number(search)];
}

export function isTollFree(area: number): boolean {
  return TOLL_FREE.includes(area) || TRUE_800.includes(area);
}

/**
 * The area code that overlays another: the next higher one that is not toll-free, and 200 after
 * 999. This is not geography, but a test can work it out.
 */
export function overlayOf(area: number): number {
  const next = area === 999 ? 200 : area + 1;
  return isTollFree(next) ? overlayOf(next) : next;
}
