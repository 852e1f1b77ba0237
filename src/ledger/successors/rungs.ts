import type { Queries } from '../ledger.ts';
import { orderIdsFrom, ordersOfLine } from '../order-id.ts';
import type { LineOf } from './standing.ts';

/** What a rung of a line's ladder has brought, or may bring. */
export type RungNumbers = LineOf & {
  /** Its place in the cell, from 1. */
  rung: number;
  /** Bought, or unknown or under way, which count in full. */
  taken: number;
  /** Refused or undelivered: a person may send those orders again. */
  refused: number;
};

/** The rungs of these lines of the file that were tried, in no order. */
export async function rungNumbers(tx: Queries, lines: LineOf[]): Promise<RungNumbers[]> {
  if (lines.length === 0) return [];
  return tx.query<RungNumbers>(
    'rung_numbers',
    `select a.plan_id as plan, a.line, (ladder.steps -> (l.step - 1) ->> 'rung')::int as rung,
       sum(case when o.state in ('waiting', 'sending', 'unknown') then o.quantity
           else o.bought end)::int as taken,
       coalesce(sum(o.quantity) filter (where o.state in ('refused', 'undelivered')), 0)::int
         as refused
     from (select distinct plan, line from unnest($1::int[], $2::int[]) w(plan, line)) wanted
       join ledger.lines a on a.plan_id = wanted.plan and a.line = wanted.line
       join ledger.ladders ladder on ladder.plan_id = a.plan_id and ladder.type = a.type
         and ladder.area_code = coalesce(left(a.area_code, 3), '') and ladder.fallback = a.fallback
       join ledger.lines l on l.plan_id = a.plan_id and l.asked_line = a.line and l.step > 0
       join ledger.orders o on o.id >= ${orderIdsFrom('l.plan_id')} + l.first_order
         and o.id < ${orderIdsFrom('l.plan_id')} + l.first_order + ${ordersOfLine('l')}
     group by 1, 2, 3`,
    [lines.map(({ plan }) => plan), lines.map(({ line }) => line)],
  );
}
