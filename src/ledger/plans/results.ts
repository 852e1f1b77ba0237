import { AppError } from '../../errors.ts';
import { COLUMNS, type NumberType, type Values } from '../../plan/index.ts';
import type { Ledger } from '../ledger.ts';
import { askedLine, orderId, orderIdsFrom, ordersOfLine } from '../order-id.ts';
import { noSuchPlan } from './find.ts';

/**
 * Rows are read in pages by key, never by offset: memory stays flat, and the end is as fast as the
 * start. Larger pages cost more garbage collection (measured).
 */
const PAGE = 1_000;

/** The names of the plan's own columns; every line has a cell for each. Throws `not_found`. */
export async function planColumns(ledger: Ledger, id: number): Promise<string[]> {
  const [row] = await ledger.query<{ names: string[] }>(
    'plan_columns',
    'select extra_columns as names from ledger.plans where id = $1',
    [id],
  );
  if (!row) throw noSuchPlan(id);
  return row.names;
}

export type NumberResult = {
  /** Of the file. */
  line: number;
  order: number;
  /** What its order asked for, as far as it says which numbers that can have brought. */
  areaCode: string | null;
  type: NumberType;
  distance: number | null;
  allowOverlay: boolean | null;
  /** What the line of the file asks for. */
  askedAreaCode: string | null;
  /** The rung of the line's fallback that brought it; null: it is what was asked for. */
  rung: string | null;
  /** From the area code that was asked for; null: the same, or not known. */
  miles: number | null;
  number: number;
  boughtAt: Date;
  /** The cells of the plan's own columns, a JSON array; null when it has none. */
  extra: string | null;
};

/** Every number bought for a plan, in pages, in the plan's order. */
export async function* numberResults(
  ledger: Ledger,
  planId: number,
): AsyncGenerator<NumberResult[]> {
  let after = { order: orderId(planId, 0), number: 0 };
  while (true) {
    const rows = await ledger.query<NumberResult>('result_numbers', NUMBERS_SQL, [
      after.order,
      after.number,
      orderId(planId + 1, 0),
    ]);
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    after = last;
  }
}

/**
 * First the page, then its orders and lines, one by one: `offset 0` keeps the planner from merging
 * them, for it would read all orders from the ledger's first one up to the page, for each page.
 */
const NUMBERS_SQL = `
  select l.line, n.order_id as "order", l."areaCode", l.type, l.distance, l."allowOverlay",
    l."askedAreaCode", l.rung, l.miles, n.number, n.bought_at as "boughtAt", l.extra
  from (
    select number, order_id, bought_at from ledger.numbers
    where (order_id, number) > ($1::bigint, $2::bigint) and order_id < $3
    order by order_id, number limit ${PAGE}) n,
  lateral (
    select a.line, l.area_code as "areaCode", l.type, l.distance,
      l.allow_overlay as "allowOverlay", a.area_code as "askedAreaCode", l.miles, a.extra,
      case when l.step > 0 then (
        select steps -> (l.step - 1) ->> 'name' from ledger.ladders
        where plan_id = a.plan_id and type = a.type
          and area_code = coalesce(left(a.area_code, 3), '') and fallback = a.fallback) end as rung
    from ledger.orders o join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
      join ledger.lines a on a.plan_id = o.plan_id and a.line = ${askedLine('l')}
    where o.id = n.order_id offset 0) l
  order by n.order_id, n.number`;

type Asked = Omit<Values, 'quantity'> & { line: number; requested: number; extra: string | null };

type Became = {
  bought: number;
  /** Of `bought`: in place of what was asked for. */
  substituted: number;
  short: number;
  refused: number;
  undelivered: number;
  unknown: number;
  cancelled: number;
  pending: number;
  /**
   * The reasons of its orders, each once, but for those whose lack was asked for elsewhere. One of
   * a substitute begins with its area code. Null when there are none.
   */
  reason: string | null;
};

/** A line with the results of its numbers; the counts add up to `requested`. */
export type LineResult = Asked & Became;

/** Every line of a plan, in pages, in the plan's order. */
export async function* lineResults(ledger: Ledger, planId: number): AsyncGenerator<LineResult[]> {
  let after = 0;
  while (true) {
    const lines = await ledger.query<AskedWithOrders>('result_lines', LINES_SQL, [planId, after]);
    const [first, last] = [lines[0], lines.at(-1)];
    if (!first || !last) return;
    const sums = await ledger.query<BecameOfLine>('result_line_sums', SUMS_SQL, [
      orderId(planId, first.from),
      orderId(planId, last.to),
      planId,
      first.line,
      last.line,
    ]);
    yield summedUp(planId, lines, sums);
    after = last.line;
  }
}

/** These lines of a plan, in its order. Unknown line numbers are left out. */
export async function lineResultsOf(
  ledger: Ledger,
  planId: number,
  numbers: number[],
): Promise<LineResult[]> {
  const lines = await ledger.query<AskedWithOrders>(
    'result_lines_of',
    `select ${ASKED} from ledger.lines where plan_id = $1 and line > 0 and line = any($2::int[])
     order by line`,
    [planId, numbers],
  );
  const sums = await ledger.query<BecameOfLine>(
    'result_line_sums_of',
    `select s.* from unnest($1::bigint[], $2::bigint[], $4::int[]) r(from_id, to_id, line),
       lateral (select line, ${BECAME} from (${ordersOf('id >= r.from_id and id < r.to_id', {
         plan: '$3',
         lines: 's.asked_line = r.line',
       })}) o group by line offset 0) s
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
function summedUp(planId: number, lines: AskedWithOrders[], sums: BecameOfLine[]): LineResult[] {
  return lines.map(({ from, to, ...line }, at) => {
    const sum = sums[at];
    if (sum?.line !== line.line) throw lostOrders(planId, line.line);
    return { ...line, ...sum };
  });
}

function lostOrders(planId: number, line: number): AppError {
  const message =
    `The orders of plan ${planId} do not fit its lines, from ` +
    `line ${line} on. Look with "audit ${planId}".`;
  return new AppError('law_broken', message, { plan: planId, line });
}

/**
 * A line's orders are consecutive ordinals, from its first up to `to`, which is excluded.
 */
type AskedWithOrders = Asked & { from: number; to: number };
type BecameOfLine = Became & { line: number };

const PLAN_COLUMNS = COLUMNS.map(({ name, field }) =>
  name === 'quantity' ? 'quantity as requested' : `${name} as "${field}"`,
);

const ASKED = `
  line, ${PLAN_COLUMNS.join(', ')}, extra,
  first_order as "from", first_order + ${ordersOfLine('lines')} as "to"`;

const LINES_SQL = `
  select ${ASKED} from ledger.lines where plan_id = $1 and line > $2 order by line limit ${PAGE}`;

const BECAME = `
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

/** First orders, and those that ask for the same lines of the file again. */
function ordersOf(first: string, { plan, lines }: { plan: string; lines: string }): string {
  return `
  select line, quantity, moved, bought, state, step, reason from ledger.orders where ${first}
  union all
  select s.asked_line, o.quantity, o.moved, o.bought, o.state, o.step,
    case when s.step > 0 then coalesce(s.area_code, s.type) || ': ' else '' end || o.reason
  from ledger.lines s join ledger.orders o
    on o.id >= ${orderIdsFrom('s.plan_id')} + s.first_order
    and o.id < ${orderIdsFrom('s.plan_id')} + s.first_order + ${ordersOfLine('s')}
  where s.plan_id = ${plan} and ${lines}`;
}

/** One run of orders at once costs a tenth of a query for each line. */
const SUMS_SQL = `
  select line, ${BECAME} from (${ordersOf('id >= $1 and id < $2', {
    plan: '$3',
    lines: 's.asked_line between $4 and $5',
  })}) o group by line order by line`;

/** Every number that the ledger has for an account, ten digits each. */
export async function ownedNumbers(ledger: Ledger, accountId: number): Promise<string[]> {
  const rows = await ledger.query<{ number: string }>(
    'owned_numbers',
    `select n.number::text as number from ledger.numbers n
       join ledger.orders o on o.id = n.order_id join ledger.plans p on p.id = o.plan_id
     where p.account_id = $1`,
    [accountId],
  );
  return rows.map((row) => row.number);
}
