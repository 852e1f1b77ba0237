import type { Ledger } from '../ledger.ts';
import { askedLine, orderId, orderIdsFrom, ordersOfLine } from '../order-id.ts';
import { ladderOf } from '../successors/ladders.ts';
import { LINE_OUTCOME, lostOrders, ordersForLines } from './results.ts';

/**
 * The rows of the two largest result files. The database makes their text, several times as
 * quickly. Cells that may need quotes or a guard are not in it: they are at the end of a row.
 */

/** Orders or lines read at once, by key and never by offset, so that memory stays flat. */
const PAGE = 500;

/** The rows of one order. */
export type NumberRows = {
  /** Its rows up to the plan's own columns; a line feed between two. */
  text: string;
  /** How many of its numbers it cannot have asked for. */
  outside: number;
  /** The cells of the plan's own columns, a JSON array; null when it has none. */
  extra: string | null;
};

/** Rows of every number bought, in pages, in the plan's order. `regions`: cells by area code. */
export async function* numberRows(
  ledger: Ledger,
  planId: number,
  { separator, regions }: { separator: string; regions: Record<string, string> },
): AsyncGenerator<NumberRows[]> {
  const end = orderId(planId + 1, 0);
  let from = orderId(planId, 0);
  while (true) {
    const [next] = await ledger.query<{ order: number | null }>(
      `select min(order_id) as "order" from ledger.numbers where order_id >= $1 and order_id < $2`,
      [from, end],
    );
    if (next?.order == null) return;
    from = next.order + PAGE;
    yield await ledger.query<NumberRows>(NUMBERS_SQL, [
      next.order,
      Math.min(from, end),
      separator,
      JSON.stringify(regions),
    ]);
  }
}

/** SQL: these cells, with the separator between each two. Null is a blank. */
const row = (...cells: string[]) => cells.map((cell) => `coalesce(${cell}, '')`).join(' || $3 || ');

/** SQL: of the line of the file for which line `l` buys; `a` is that one, when it is another. */
const ofFile = (column: string) =>
  `case when l.asked_line is null then l.${column} else a.${column} end`;

/**
 * For each order its line and its numbers, one by one: `offset 0` keeps the planner from merging
 * them, for it would read all lines for each page. The limit only tells the planner what to expect:
 * it knows no bounds, and would start parallel workers for each page.
 */
const NUMBERS_SQL = `/* result_numbers */
  select n.text, n.outside, l.extra
  from (
    select id, plan_id, line from ledger.orders
    where id >= $1 and id < $2 order by id limit ${PAGE}) o,
  lateral (
    select l.type, l.distance, l.allow_overlay, l.area_code, ${ofFile('extra')} as extra,
      ${row(`${askedLine('l')}::text`, 'o.id::text', 'l.area_code', 'l.type')} || $3 as before,
      $3 || ${row(
        ofFile('area_code'),
        `case when l.step > 0 then (
           select steps -> (l.step - 1) ->> 'name' from ledger.ladders ladder
           where ${ladderOf('a')}) end`,
        'round(l.miles::numeric, 1)::text',
      )} || $3 as after
    from ledger.lines l
      left join ledger.lines a on a.plan_id = l.plan_id and a.line = l.asked_line
    where l.plan_id = o.plan_id and l.line = o.line offset 0) l,
  lateral (
    select count(*) filter (where is_outside)::int as outside,
      string_agg(before || digits || $3 || '+1' || digits || $3 || at || after
        || coalesce($4::jsonb ->> code, '') || case when is_outside then $3 || '1' else $3 end,
        E'\\n' order by number) as text
    from (
      select digits, code, at, number,
        not ledger.asked_for(l.type, l.area_code, l.distance, l.allow_overlay, number) as is_outside
      from (
        select number, number::text as digits, left(number::text, 3) as code,
          to_char(bought_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
        from ledger.numbers where order_id = o.id offset 0) bought
      offset 0) judged) n
  where n.text is not null order by o.id`;

export type LineRow = {
  line: number;
  /** Up to the reason. */
  text: string;
  /** As in `LineResult`. */
  reason: string | null;
  substituted: number;
  /** The cells of the plan's own columns, a JSON array; null when it has none. */
  extra: string | null;
};

/** Rows of every line, in pages, in order. Throws AppError `law_broken` for one without orders. */
export async function* lineRows(
  ledger: Ledger,
  planId: number,
  separator: string,
): AsyncGenerator<LineRow[]> {
  let after = 0;
  while (true) {
    type FoundRow = Omit<LineRow, 'text'> & { text: string | null };
    const rows = await ledger.query<FoundRow>(LINES_SQL, [planId, after, separator]);
    const last = rows.at(-1);
    if (!last) return;
    const lost = rows.find(({ text }) => text === null);
    if (lost) throw lostOrders(planId, lost.line);
    yield rows as LineRow[];
    after = last.line;
  }
}

/** Reasons why a line lacks numbers, by how much they need a person: the most urgent first. */
const BY_URGENCY = ['unknown', 'pending', 'refused', 'undelivered', 'cancelled', 'short'];

const COUNTS = ['bought', 'short', 'refused', 'undelivered', 'unknown', 'cancelled', 'pending'];

const LINES_SQL = `/* result_lines */
  with page as materialized (
    select line, area_code, type, quantity, extra,
      ${orderIdsFrom('plan_id')} + first_order as from_id,
      ${orderIdsFrom('plan_id')} + first_order + ${ordersOfLine('lines')} as to_id
    from ledger.lines where plan_id = $1 and line > $2 order by line limit ${PAGE}),
  sums as materialized (
    select line, ${LINE_OUTCOME}
    from (${ordersForLines(
      'id >= (select min(from_id) from page) and id < (select max(to_id) from page)',
      '$1',
      's.asked_line between (select min(line) from page) and (select max(line) from page)',
    )}) o group by line)
  select p.line, s.reason, s.substituted, p.extra,
    ${['p.line', `coalesce(p.area_code, '')`, 'p.type', 'p.quantity']
      .concat(COUNTS.map((name) => `s.${name}`))
      .join(' || $3 || ')} || $3 ||
    case ${BY_URGENCY.map((state) => `when s.${state} > 0 then '${state}'`).join(' ')}
      else 'filled' end as text
  from page p left join sums s using (line) order by p.line`;
