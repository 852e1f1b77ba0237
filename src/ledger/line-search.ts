import type { Ledger } from './ledger.ts';
import { orderId } from './order-id.ts';

/** `missing`: some of it will not be bought by itself any more. `waiting`: some is still to come. */
export type LineFilter = 'all' | 'missing' | 'unknown' | 'waiting';

type Way = 'forward' | 'backward';

type Wanted = {
  filter: LineFilter;
  /** A line's number or an area code; blank for any. */
  search: string;
  way: Way;
  /** Behind this line, or before it. */
  from: number;
  count: number;
};

/** The numbers of a plan's next lines from one on, nearest first. */
export async function findLines(
  ledger: Ledger,
  planId: number,
  { filter, search, way, from, count }: Wanted,
): Promise<number[]> {
  const common = [planId, from, count];
  const bounds = [orderId(planId, 0), orderId(planId + 1, 0)];
  const run = async (kind: string, sql: string, values: unknown[]) => {
    const rows = await ledger.query<{ line: number }>(
      `lines_${kind}_${filter}_${way}`,
      sql,
      values,
    );
    return rows.map(({ line }) => line);
  };
  if (search !== '') {
    const { line, area } = readSearch(search);
    if (line === null && area === null) return [];
    const extra = filter === 'all' ? [] : bounds;
    return run('searched', searchSql(filter, way), [...common, line, area, ...extra]);
  }
  if (filter === 'all') return run('next', nextSql(way), common);
  return run('filtered', filteredSql(filter, way), [...common, ...bounds]);
}

/** What digits may stand for; nulls when it is neither. */
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
  select line from ledger.lines where plan_id = $1 and line ${BEYOND[way]} $2
  order by line ${DIRECTION[way]} limit $3`;

/** As the partial indexes say it, and what is being sent besides. */
const STATE_IS = {
  missing: `o.state in ('short', 'refused', 'undelivered', 'cancelled')`,
  unknown: `o.state = 'unknown'`,
  waiting: `o.state = 'waiting'`,
} as const;

/** Few at any moment: they need no index of their own. */
const SENDING = `sending as materialized (
    select o.id, o.line from ledger.attempts t join ledger.orders o on o.id = t.order_id
    where t.outcome is null and o.plan_id = $1)`;

/**
 * Goes from one order that fits to the next behind its line, so that a line of 4000 orders costs as
 * much as a line of one. $4 and $5 are the bounds of the plan's orders.
 */
function filteredSql(filter: Exclude<LineFilter, 'all'>, way: Way): string {
  const isForward = way === 'forward';
  const within = (id: string) =>
    isForward ? `${id} >= w.id and ${id} < $5::bigint` : `${id} < w.id and ${id} > $4::bigint`;
  const next = `(select o.id, o.line from ledger.orders o
    where ${within('o.id')} and ${STATE_IS[filter]} order by o.id ${DIRECTION[way]} limit 1)`;
  const nextSent = `(select s.id, s.line from sending s
    where ${within('s.id')} order by s.id ${DIRECTION[way]} limit 1)`;
  return `
  with recursive ${SENDING},
  walk(line, id) as (
    select 0, coalesce((
      select $4::bigint + l.first_order from ledger.lines l
      where l.plan_id = $1 and l.line ${isForward ? '>' : '>='} $2 order by l.line limit 1), $5::bigint)
    union all
    select l.line, $4::bigint + l.first_order ${isForward ? '+ (l.quantity + 24) / 25' : ''}
    from walk w,
      lateral (select n.line from (${filter === 'waiting' ? `${next} union all ${nextSent}` : next}) n
        order by n.id ${DIRECTION[way]} limit 1) o,
      lateral (select * from ledger.lines l where l.plan_id = $1 and l.line = o.line limit 1) l)
  select line from walk where line > 0 limit $3`;
}

/** $4 the line's number, $5 the area code; $6 and $7 are the bounds of the plan's orders. */
function searchSql(filter: LineFilter, way: Way): string {
  const { sending, fits } = filter === 'all' ? { sending: '', fits: '' } : fitting(filter);
  return `
  ${sending}
  select line from (
    (select l.line from ledger.lines l
     where l.plan_id = $1 and left(l.area_code, 3) = left($5::text, 3)
       and starts_with(l.area_code, $5::text) and l.line ${BEYOND[way]} $2 ${fits}
     order by l.line ${DIRECTION[way]} limit $3)
    union
    (select l.line from ledger.lines l
     where l.plan_id = $1 and l.line = $4::int and l.line ${BEYOND[way]} $2 ${fits})) found
  order by line ${DIRECTION[way]} limit $3`;
}

/** Looks at one order of each line that was found, in the order in which they are shown. */
function fitting(filter: Exclude<LineFilter, 'all'>) {
  const order = `exists (select from ledger.orders o
    where o.id >= $6::bigint + l.first_order
      and o.id < least($7::bigint, $6::bigint + l.first_order + (l.quantity + 24) / 25)
      and ${STATE_IS[filter]})`;
  if (filter !== 'waiting') return { sending: '', fits: `and ${order}` };
  const isSent = 'exists (select from sending s where s.line = l.line)';
  return { sending: `with ${SENDING}`, fits: `and (${order} or ${isSent})` };
}
