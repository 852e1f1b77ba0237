import { columns } from '../columns.ts';
import type { Queries } from '../ledger.ts';
import { isOfLine } from '../order-id.ts';
import { isOrderDoubtful, surplusOfOrder } from '../orders/surplus.ts';
import { ladderOf } from './ladders.ts';
import type { LineOf } from './standing.ts';

/** What a rung of a line's ladder has brought, or may bring. */
export type RungNumbers = LineOf & {
  /** Its place in the cell, from 1. */
  rung: number;
  /** Bought, with the surplus. An order that was settled against the evidence counts in full. */
  bought: number;
  /** What pending and unknown orders may still bring. */
  open: number;
  /** What refused and undelivered orders lack: a person may send them again. */
  refused: number;
};

/** The rungs of these lines of the file that were tried, in no order. One order may be left out. */
export async function rungNumbers(
  tx: Queries,
  lines: LineOf[],
  without: number | null = null,
): Promise<RungNumbers[]> {
  if (lines.length === 0) return [];
  return tx.query<RungNumbers>(
    `select a.plan_id as plan, a.line, (ladder.steps -> (l.step - 1) ->> 'rung')::int as rung,
       sum(case when ${isOrderDoubtful('o')} then o.quantity
           else o.bought + ${surplusOfOrder('o.id')} end)::int as bought,
       coalesce(sum(o.quantity - o.bought)
         filter (where o.state in ('waiting', 'sending', 'unknown')), 0)::int as open,
       coalesce(sum(o.quantity) filter (where o.state in ('refused', 'undelivered')), 0)::int
         as refused
     from (select distinct plan, line from unnest($1::int[], $2::int[]) w(plan, line)) wanted
       join ledger.lines a on a.plan_id = wanted.plan and a.line = wanted.line
       join ledger.ladders ladder on ${ladderOf('a')}
       join ledger.lines l on l.plan_id = a.plan_id and l.asked_line = a.line and l.step > 0
       join ledger.orders o on ${isOfLine('o.id', 'l')} and o.id is distinct from $3::bigint
     group by 1, 2, 3`,
    [...columns(lines, 'plan', 'line'), without],
  );
}

/** Whether the rung of an order has a cap that leaves no room for all that the order asks for. */
export async function isOverCap(tx: Queries, order: number): Promise<boolean> {
  const [own] = await tx.query<LineOf & { rung: number; cap: number; quantity: number }>(
    `select a.plan_id as plan, a.line, (tried.step ->> 'rung')::int as rung,
       (tried.step ->> 'cap')::int as cap, o.quantity
     from ledger.orders o
       join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line and l.step > 0
       join ledger.lines a on a.plan_id = l.plan_id and a.line = l.asked_line
       join ledger.ladders ladder on ${ladderOf('a')},
     lateral (select ladder.steps -> (l.step - 1) as step) tried
     where o.id = $1 and tried.step ->> 'cap' is not null`,
    [order],
  );
  if (!own) return false;
  const others = (await rungNumbers(tx, [own], order)).find(({ rung }) => rung === own.rung);
  if (!others) return false;
  return others.bought + others.open + others.refused + own.quantity > own.cap;
}
