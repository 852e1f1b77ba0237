import type { Sums } from '../../documents/index.ts';
import { AppError } from '../../errors.ts';
import { COLUMNS, type Values } from '../../plan/index.ts';
import type { Ledger } from '../ledger.ts';
import { isOfLine, orderId, orderIdsFrom, ordersOfLine } from '../order-id.ts';
import { noSuchPlan } from './find.ts';

/** Rows of a page, read by key: memory stays flat. Larger ones cost more garbage collection. */
const PAGE = 1_000;

/** The names of the plan's own columns; every line has a cell for each. Throws `not_found`. */
export async function planColumns(ledger: Ledger, id: number): Promise<string[]> {
  const [row] = await ledger.query<{ names: string[] }>(
    'select extra_columns as names from ledger.plans where id = $1',
    [id],
  );
  if (!row) throw noSuchPlan(id);
  return row.names;
}

type PlanLine = Omit<Values, 'quantity'> & {
  line: number;
  requested: number;
  extra: string | null;
};

type LineOutcome = Sums & {
  line: number;
  /**
   * Its orders' reasons, each once, but those of a lack that moved; a substitute's with its code.
   */
  reason: string | null;
};

/** A line with the results of its numbers; the counts add up to `requested`. */
export type LineResult = PlanLine & LineOutcome;

/**
 * The lines of a plan that may lack numbers for good, in pages, in the plan's order. A page of
 * which no line lacks any is skipped: little is read of a plan that was filled.
 */
export async function* lackingLines(ledger: Ledger, planId: number): AsyncGenerator<LineResult[]> {
  let after = 0;
  while (true) {
    const [page] = await ledger.query<Span>(SPAN_SQL, [planId, after]);
    if (!page) return;
    after = page.last;
    if (!page.isLacking) continue;
    const { first, last, from, to } = page;
    const lines = await ledger.query<LineWithOrders>(LINES_SQL, [planId, first, last]);
    const ids = [orderId(planId, from), orderId(planId, to)];
    const sums = await ledger.query<LineOutcome>(SUMS_SQL, [...ids, planId, first, last]);
    yield summedUp(planId, lines, sums);
  }
}

/** These lines of a plan, in its order. Unknown line numbers are left out. */
export async function lineResultsOf(
  ledger: Ledger,
  planId: number,
  numbers: number[],
): Promise<LineResult[]> {
  const lines = await ledger.query<LineWithOrders>(
    // One after the other: of a plan that was stored just now the database could read all lines.
    `select l.* from unnest($2::int[]) wanted(number), lateral (
       select ${LINE} from ledger.lines where plan_id = $1 and line > 0 and line = wanted.number
       offset 0) l
     order by l.line`,
    [planId, numbers],
  );
  const sums = await ledger.query<LineOutcome>(
    `select s.* from unnest($1::bigint[], $2::bigint[], $4::int[]) r(from_id, to_id, line),
       lateral (select line, ${LINE_OUTCOME} from (${ordersForLines(
         'id >= r.from_id and id < r.to_id',
         '$3',
         's.asked_line = r.line',
       )}) o group by line offset 0) s
     order by s.line`,
    [
      lines.map(({ from }) => orderId(planId, from)),
      lines.map(({ to }) => orderId(planId, to)),
      planId,
      lines.map(({ line }) => line),
    ],
  );
  return summedUp(planId, lines, sums);
}

/** Both are sorted by line, and no line is without orders. */
function summedUp(planId: number, lines: LineWithOrders[], sums: LineOutcome[]): LineResult[] {
  return lines.map(({ from, to, ...line }, at) => {
    const sum = sums[at];
    if (sum?.line !== line.line) throw lostOrders(planId, line.line);
    return { ...line, ...sum };
  });
}

export function lostOrders(planId: number, line: number): AppError {
  const message =
    `The orders of plan ${planId} do not fit its lines, from ` +
    `line ${line} on. Look with "audit ${planId}".`;
  return new AppError('law_broken', message, { plan: planId, line });
}

/** A line's orders are consecutive ordinals, from its first up to `to`, which is excluded. */
type LineWithOrders = PlanLine & { from: number; to: number };

const PLAN_COLUMNS = COLUMNS.map(({ name, field }) =>
  name === 'quantity' ? 'quantity as requested' : `${name} as "${field}"`,
);

const ORDINALS = `first_order as "from", first_order + ${ordersOfLine('lines')} as "to"`;

const LINE = `line, ${PLAN_COLUMNS.join(', ')}, extra, ${ORDINALS}`;

const LINES_SQL = `
  select ${LINE} from ledger.lines where plan_id = $1 and line between $2 and $3 order by line`;

/** SQL: the fields of `LineOutcome` beside its line, of `ordersForLines`. */
export const LINE_OUTCOME = `
  sum(bought)::int as bought,
  coalesce(sum(bought) filter (where step > 0), 0)::int as substituted,
  coalesce(sum(quantity - bought - moved) filter (where state = 'short'), 0)::int as short,
  coalesce(sum(quantity) filter (where state = 'refused'), 0)::int as refused,
  coalesce(sum(quantity) filter (where state = 'undelivered'), 0)::int as undelivered,
  coalesce(sum(quantity - bought) filter (where state = 'unknown'), 0)::int as unknown,
  coalesce(sum(quantity) filter (where state = 'cancelled'), 0)::int as cancelled,
  coalesce(sum(quantity) filter (where state in ('waiting', 'sending')), 0)::int as pending,
  replace(string_agg(distinct reason, '; ') filter (where moved = 0 or bought + moved < quantity),
    '.; ', '. ') as reason`;

/** SQL: first orders, and those that ask for the same lines of the file again. */
export function ordersForLines(first: string, plan: string, lines: string): string {
  return `
  select line, quantity, moved, bought, state, step, reason from ledger.orders where ${first}
  union all
  select s.asked_line, o.quantity, o.moved, o.bought, o.state, o.step,
    case when s.step > 0 then coalesce(s.area_code, s.type) || ': ' else '' end || o.reason
  from ledger.lines s join ledger.orders o on ${isOfLine('o.id', 's')}
  where s.plan_id = ${plan} and ${lines}`;
}

/** One run of orders at once costs a tenth of a query for each line. */
const SUMS_SQL = `/* result_line_sums */
  select line, ${LINE_OUTCOME} from (${ordersForLines(
    'id >= $1 and id < $2',
    '$3',
    's.asked_line between $4 and $5',
  )}) o group by line order by line`;

/** Consecutive lines, and their first orders; see `LineWithOrders`. */
type Span = { first: number; last: number; from: number; to: number; isLacking: boolean };

const SPAN_SQL = `
  with page as materialized (
    select ${ORDINALS}, line from ledger.lines
    where plan_id = $1 and line > $2 order by line limit ${PAGE}),
  span as materialized (
    select min(line) as first, max(line) as last, min("from") as "from", max("to") as "to"
    from page having count(*) > 0)
  select span.*, exists (
    select from (${ordersForLines(
      `id >= ${orderIdsFrom('$1')} + span."from" and id < ${orderIdsFrom('$1')} + span."to"`,
      '$1',
      's.asked_line between span.first and span.last',
    )}) o where state in ('short', 'refused', 'undelivered', 'cancelled')) as "isLacking"
  from span`;

/** Every number that the ledger has for an account, ten digits each. */
export async function boughtNumbers(ledger: Ledger, accountId: number): Promise<string[]> {
  const rows = await ledger.query<{ number: string }>(
    `select n.number::text as number from ledger.numbers n
       join ledger.orders o on o.id = n.order_id join ledger.plans p on p.id = o.plan_id
     where p.account_id = $1`,
    [accountId],
  );
  return rows.map((row) => row.number);
}
