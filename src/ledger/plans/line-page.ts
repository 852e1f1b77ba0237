import type { Ledger } from '../ledger.ts';
import { findLines, type LineFilter } from './line-search.ts';
import { type LineResult, lineResultsOf } from './results.ts';

export type LinePageWish = {
  filter: LineFilter;
  /** A line's number, or an area code of 3 to 6 digits; three also find its exchanges. */
  search?: string | undefined;
  /** The page that begins behind this line, or ends before that one; the first without either. */
  after?: number | undefined;
  before?: number | undefined;
  limit?: number | undefined;
};

export type LinePage = {
  lines: LineResult[];
  /** What to ask for as `before` and as `after` to turn the page; null where there is no page. */
  previous: number | null;
  next: number | null;
};

/** Lines of a plan with what became of them, in its order: as quick for a million as for ten. */
export async function linePage(
  ledger: Ledger,
  planId: number,
  { filter, search = '', after = 0, before, limit = 50 }: LinePageWish,
): Promise<LinePage> {
  const find = (way: 'forward' | 'backward', from: number, count: number) =>
    findLines(ledger, planId, { filter, search: search.trim(), way, from, count });
  const isBackward = before !== undefined;
  // One more than is shown: it tells whether there is a further page.
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

/** At most a hundred lines between these two, both included: refreshes the lines on a page. */
export async function linesBetween(
  ledger: Ledger,
  planId: number,
  from: number,
  to: number,
): Promise<LineResult[]> {
  const rows = await ledger.query<{ line: number }>(
    'lines_between',
    `select line from ledger.lines where plan_id = $1 and line between $2 and $3 order by line
     limit 100`,
    [planId, from, to],
  );
  return lineResultsOf(
    ledger,
    planId,
    rows.map(({ line }) => line),
  );
}
