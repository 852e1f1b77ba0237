import type { Ledger, Queries } from '../ledger.ts';
import { INTEGER_MAX, orderId, ordersOfLine, rootOf } from '../order-id.ts';

/** `missing`: some numbers will not be bought. `waiting`: some are still to come. */
export type LineFilter = 'all' | 'missing' | 'unknown' | 'waiting';

type Way = 'forward' | 'backward';

type Wanted = {
  filter: LineFilter;
  /** A line's number or an area code; blank for any. */
  search: string;
  way: Way;
  /** After this line, or before it. */
  from: number;
  count: number;
};

/** Line numbers after line `from`, or before it: the nearest first, at most `count`. */
export async function findLines(ledger: Ledger, planId: number, wanted: Wanted): Promise<number[]> {
  const bounds: Bounds = wanted.filter === 'all' ? [] : await firstOrderBounds(ledger, planId);
  if (wanted.search !== '') return searched(ledger, planId, wanted, bounds);
  const { filter, way, from, count } = wanted;
  const sql = filter === 'all' ? nextSql(way) : filteredSql(filter, way);
  return lines(ledger, sql, [planId, from, count, ...bounds]);
}

async function lines(on: Queries, sql: string, values: unknown[]): Promise<number[]> {
  const rows = await on.query<{ line: number }>(sql, values);
  return rows.map(({ line }) => line);
}

type Bounds = [] | [number, number];

async function searched(
  ledger: Ledger,
  planId: number,
  wanted: Wanted,
  bounds: Bounds,
): Promise<number[]> {
  const { filter, way, from, count } = wanted;
  const { line, area } = readSearch(wanted.search);
  if (line === null && area === null) return [];
  const walk = (begin: number, more: number[] = []) =>
    ledger.transaction(async (tx) => {
      await tx.query(WALK);
      const values = [planId, begin, count, line, area, ...more];
      return lines(tx, searchSql(way, filter), values);
    });
  if (filter === 'all') return walk(from);
  if ((await ordersThatFit(ledger, planId, filter)) <= FEW) {
    const values = [planId, from, count, line, area, ...bounds];
    return lines(ledger, rareSql(filter, way), values);
  }
  // In a plan that has run for a while, all waiting lines are at its end. So no line is read before
  // the first match or after the last.
  const nearest = async (towards: Way, begin: number) => {
    const next = { filter, search: '', way: towards, from: begin, count: 1 };
    return (await findLines(ledger, planId, next))[0];
  };
  const first = await nearest(way, from);
  const last =
    way === 'forward' ? await nearest('backward', INTEGER_MAX) : await nearest('forward', 0);
  if (first === undefined || last === undefined) return [];
  return walk(way === 'forward' ? first - 1 : first + 1, [...bounds, last]);
}

/** The ids of a plan's first orders are above the one and below the other. */
async function firstOrderBounds(ledger: Ledger, planId: number): Promise<Bounds> {
  const [plan] = await ledger.query<{ orders: number }>(
    'select orders from ledger.plans where id = $1',
    [planId],
  );
  return [orderId(planId, 0), orderId(planId, (plan?.orders ?? 0) + 1)];
}

/** What the digits may mean; nulls when neither fits. */
function readSearch(search: string): { line: number | null; area: string | null } {
  const digits = /^[\d\s().-]+$/.test(search) ? search.replace(/\D/g, '') : '';
  return {
    line: /^\d{1,9}$/.test(search) ? Number(search) : null,
    area: /^\d{3,6}$/.test(digits) ? digits : null,
  };
}

const DIRECTION = { forward: 'asc', backward: 'desc' } as const;
const BEYOND = { forward: '>', backward: '<' } as const;

const nextSql = (way: Way) => `
  select line from ledger.lines where plan_id = $1 and line > 0 and line ${BEYOND[way]} $2
  order by line ${DIRECTION[way]} limit $3`;

/** The states of a filter, worded as the partial indexes word them. */
const STATE_IS = {
  missing: (o: string) =>
    `${o}.state in ('short', 'refused', 'undelivered', 'cancelled')
     and ${o}.quantity > ${o}.bought + ${o}.moved`,
  unknown: (o: string) => `${o}.state = 'unknown'`,
  waiting: (o: string) => `${o}.state = 'waiting'`,
} as const;

/** Few at any moment, so they need no index. A successor counts for its family's first order. */
const SENDING = `sending as materialized (
    select r.id, r.line from ledger.orders o
      join ledger.orders r on r.id = ${rootOf('o')}
    where o.state = 'sending' and o.plan_id = $1)`;

/** First orders with a successor in such a state. */
const familiesWith = (filter: keyof typeof STATE_IS) => `
  select r.id, r.line from ledger.orders m join ledger.orders r on r.id = m.root
  where ${STATE_IS[filter]('m')}`;

/** Jumps from match to match, however many orders a line has. $4 and $5: first orders' bounds. */
function filteredSql(filter: Exclude<LineFilter, 'all'>, way: Way): string {
  const isForward = way === 'forward';
  const within = (id: string) =>
    isForward ? `${id} >= w.id and ${id} < $5::bigint` : `${id} < w.id and ${id} > $4::bigint`;
  const own = `(select o.id, o.line from ledger.orders o
    where ${within('o.id')} and ${STATE_IS[filter]('o')} order by o.id ${DIRECTION[way]} limit 1)`;
  const later = `(${familiesWith(filter)} and ${within('m.root')}
    order by m.root ${DIRECTION[way]} limit 1)`;
  const next = `${own} union all ${later}`;
  const nextSent = `(select s.id, s.line from sending s
    where ${within('s.id')} order by s.id ${DIRECTION[way]} limit 1)`;
  return `
  with recursive ${SENDING},
  walk(line, id) as (
    select 0, coalesce((
      select $4::bigint + l.first_order from ledger.lines l
      where l.plan_id = $1 and l.line ${isForward ? '>' : '>='} $2 order by l.line limit 1),
      $5::bigint)
    union all
    select l.line, $4::bigint + l.first_order ${isForward ? `+ ${ordersOfLine('l')}` : ''}
    from walk w,
      lateral (
        select n.line from (${filter === 'waiting' ? `${next} union all ${nextSent}` : next}) n
        order by n.id ${DIRECTION[way]} limit 1) o,
      lateral (select * from ledger.lines l where l.plan_id = $1 and l.line = o.line limit 1) l)
  select line from walk where line > 0 limit $3`;
}

/** Up to this many orders are read one by one; beyond, the lines of an area code are cheaper. */
const FEW = 2_000;

/**
 * Walks an index in order until it has enough. Without statistics, as in the embedded database, the
 * planner estimates eight lines for half a million, and would sort them all.
 */
const WALK = `select set_config('enable_sort', 'off', true),
  set_config('enable_bitmapscan', 'off', true)`;

/** By the plan's tallies: what is not tallied waits, or is being sent. */
async function ordersThatFit(
  ledger: Ledger,
  planId: number,
  filter: Exclude<LineFilter, 'all'>,
): Promise<number> {
  const [row] = await ledger.query<Record<typeof filter, number>>(
    `select coalesce(sum(t.orders) filter (where t.state = 'unknown'), 0)::int as unknown,
       coalesce(sum(t.orders)
         filter (where t.state in ('short', 'refused', 'undelivered', 'cancelled')),
         0)::int as missing,
       coalesce(max(p.orders + p.successors) - coalesce(sum(t.orders), 0), 0)::int as waiting
     from ledger.plans p left join ledger.tallies t on t.plan_id = p.id where p.id = $1`,
    [planId],
  );
  return row?.[filter] ?? 0;
}

/** Whether line `l` is what was searched for: $4 the line's number, $5 the area code. */
const IS_AREA = 'starts_with(l.area_code, $5::text)';
const IS_LINE = 'l.line = $4::int';

/** As ledger.area_lines has them. */
const BLOCK = 4096;

/** The plan's area codes that begin with $5, each found by a look at the index. */
const CODES = `codes(area_code) as (
    (select area_code from ledger.area_lines
     where plan_id = $1 and area_code >= $5::text order by area_code limit 1)
    union all
    select (select a.area_code from ledger.area_lines a
            where a.plan_id = $1 and a.area_code > c.area_code order by a.area_code limit 1)
    from codes c where starts_with(c.area_code, $5::text))`;

/**
 * The lines of the area code, block by block in the plan's order, until there are enough; and the
 * one line of that number. With a filter, $6 and $7 are the bounds of the plan's first orders, and
 * $8 is the last line to look at.
 */
function searchSql(way: Way, filter: LineFilter): string {
  const { sending, fits } = filter === 'all' ? { sending: '', fits: '' } : fitting(filter);
  const [beyond, direction] = [BEYOND[way], DIRECTION[way]];
  return `
  with recursive ${sending} ${CODES}
  select line from (
    (select found.line from codes c, lateral (
       select l.line from ledger.area_lines a, unnest(a.lines) listed(line),
         lateral (select * from ledger.lines l where l.plan_id = $1 and l.line = listed.line) l
       where a.plan_id = $1 and a.area_code = c.area_code and a.block ${beyond}= $2 / ${BLOCK}
         and l.line ${beyond} $2 and ${IS_AREA} ${fits}
       order by a.block ${direction}, l.line ${direction} limit $3) found
     where starts_with(c.area_code, $5::text))
    union
    (select l.line from ledger.lines l
     where l.plan_id = $1 and ${IS_LINE} and l.line ${beyond} $2 ${fits})) found
  order by line ${direction} limit $3`;
}

/** Goes from the few matching orders to the lines that were searched for; parameters as above. */
function rareSql(filter: Exclude<LineFilter, 'all'>, way: Way): string {
  const sent = filter === 'waiting' ? 'union all select line from sending' : '';
  return `
  with ${SENDING},
  fitting as materialized (
    select o.line from ledger.orders o
    where o.id > $6::bigint and o.id < $7::bigint and ${STATE_IS[filter]('o')}
    union all
    select line from (${familiesWith(filter)} and m.root > $6::bigint and m.root < $7::bigint) f
    ${sent})
  select distinct l.line from fitting f, lateral (
    select line, area_code from ledger.lines where plan_id = $1 and line = f.line offset 0) l
  where l.line ${BEYOND[way]} $2 and (${IS_AREA} or ${IS_LINE})
  order by l.line ${DIRECTION[way]} limit $3`;
}

/** Reads one order of each line found. The limit keeps it a query per line, without a sort. */
function fitting(filter: Exclude<LineFilter, 'all'>) {
  const ofLine = (id: string) => `${id} >= $6::bigint + l.first_order
      and ${id} < least($7::bigint, $6::bigint + l.first_order + ${ordersOfLine('l')})`;
  const order = `(
    coalesce((select true from ledger.orders o
      where ${ofLine('o.id')} and ${STATE_IS[filter]('o')} limit 1),
    (select true from ledger.orders m
      where ${ofLine('m.root')} and ${STATE_IS[filter]('m')} limit 1)))`;
  const within = `l.line between least($2, $8) and greatest($2, $8)`;
  if (filter !== 'waiting') return { sending: '', fits: `and ${within} and ${order}` };
  const isSent = '(select true from sending s where s.line = l.line limit 1)';
  return { sending: `${SENDING},`, fits: `and ${within} and (${order} or ${isSent})` };
}
