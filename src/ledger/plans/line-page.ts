import type { Ledger } from '../ledger.ts';
import { findLines, type LineFilter } from './line-search.ts';
import { type LineResult, lineResultsOf } from './results.ts';

export type LinePageWish = {
  filter: LineFilter;
  /** A line's number, or an area code of 3 to 6 digits; three also find its exchanges. */
  search?: string | undefined;
  /** The page begins after `after` or ends before `before`; without both it is the first. */
  after?: number | undefined;
  before?: number | undefined;
  limit?: number | undefined;
};

export type LinePage = {
  lines: LineResult[];
  /** The `before` and `after` of the neighbouring pages; null: there is no such page. */
  previous: number | null;
  next: number | null;
};

/** Lines of a plan with their results, in its order. As quick for a million lines as for ten. */
export async function linePage(
  ledger: Ledger,
  planId: number,
  { filter, search = '', after = 0, before, limit = 50 }: LinePageWish,
): Promise<LinePage> {
  const find = (way: 'forward' | 'backward', from: number, count: number) =>
    findLines(ledger, planId, { filter, search: search.trim(), way, from, count });
  const isBackward = before !== undefined;
  // One more than is shown, to know whether there is another page.
  const found = await find(isBackward ? 'backward' : 'forward', before ?? after, limit + 1);
  const hasMore = found.length > limit;
  const page = found.slice(0, limit).sort((a, b) => a - b);
  const [first, last] = [page[0], page.at(-1)];
  if (first === undefined || last === undefined) return { lines: [], previous: null, next: null };
  const hasBefore = isBackward ? hasMore : (await find('backward', first, 1)).length > 0;
  const hasAfter = isBackward ? (await find('forward', last, 1)).length > 0 : hasMore;
  return {
    lines: await lineResultsOf(ledger, planId, page),
    previous: hasBefore ? first : null,
    next: hasAfter ? last : null,
  };
}

/** At most 100 lines between these two, both included, to refresh a page. */
export async function linesBetween(
  ledger: Ledger,
  planId: number,
  from: number,
  to: number,
): Promise<LineResult[]> {
  const rows = await ledger.query<{ line: number }>(
    `select line from ledger.lines
     where plan_id = $1 and line > 0 and line between $2 and $3 order by line limit 100`,
    [planId, from, to],
  );
  return lineResultsOf(
    ledger,
    planId,
    rows.map(({ line }) => line),
  );
}
