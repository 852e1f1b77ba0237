/** What tells one order from another in the vendor's books, which know no order ids. */
export function booksKey({
  search,
  quantity,
}: {
  search: string;
  quantity: number | null;
}): string {
  return isRung(search) ? search : `${search} × ${quantity}`;
}

/**
 * The area codes where orders may buy in place of their own numbers, each for one order alone. That
 * asks there for what it lacks, however much that is. The sandbox sells from 979 and up on its own.
 */
export const RUNGS = { first: 702, last: 978 };

export const isRung = (search: string): boolean =>
  search.length === 3 && Number(search) >= RUNGS.first && Number(search) <= RUNGS.last;
