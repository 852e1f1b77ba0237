import type { StandingLines } from '../../documents/index.ts';
import { columns } from '../columns.ts';
import { isOver } from '../database/clock.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { isOfLine } from '../order-id.ts';
import { IS_PLACED } from '../plans/plan-state.ts';
import { IS_STANDING, planHas, UNTIL, UNTIL_TICK } from './families.ts';

/** A line of the file. */
export type LineOf = { plan: number; line: number };

/** `isOver`: its time is over, and it is not tried any more. */
export type DueLine = LineOf & { isOver: boolean };

/** How often a line whose time is over is looked at, while an unknown order keeps it open, ms. */
const OVER_EVERY_MS = 60_000;

/** SQL: whether the time of the standing line `s` of account `a` is over. */
const IS_OVER = 'ledger.is_past(s.until, s.until_tick, a.ticks)';

/** SQL: the longest wait for a next try; `$2` are the ms between two tries, on the average. */
const LONGEST_WAIT = `1.1 * $2 * interval '1 ms'`;

/** SQL: the time of a line's next try: give or take a tenth, so that those of many plans spread. */
const nextTry = (until: string, everyMs: string): string =>
  `least(${until}, ledger.now() + (0.9 + random() / 5) * ${everyMs} * interval '1 ms')`;

/**
 * The account's standing lines whose next try is due; the one after comes about `everyMs` later. A
 * line whose time is over is returned until `endStanding` has seen that no order of it waits.
 */
export function takeDueLines(
  ledger: Ledger,
  accountId: number,
  everyMs: number,
): Promise<DueLine[]> {
  return ledger.query<DueLine>(
    `update ledger.standing s set
       next_at = case
         when not ${IS_OVER} then ${nextTry('s.until', '$2')}
         else ledger.now() + $3 * interval '1 ms' end
     from ledger.plans p join ledger.accounts a on a.id = p.account_id
     where p.id = s.plan_id and p.account_id = $1 and ${IS_PLACED}
       -- A look may be due far off, by a clock that was wrong.
       and s.next_at < 'infinity' and (${isOver('s.next_at', LONGEST_WAIT)}
         or s.until_tick <= a.ticks and s.until > ledger.now())
     returning s.plan_id as plan, s.line, ${IS_OVER} as "isOver"`,
    [accountId, everyMs, Math.min(everyMs, OVER_EVERY_MS)],
  );
}

/** These are not looked at any more. Call it in the transaction that withdraws their tries. */
export async function endStanding(tx: Queries, plan: number, lines: number[]): Promise<void> {
  await tx.query(
    `update ledger.standing s set next_at = 'infinity'
     from ledger.plans p join ledger.accounts a on a.id = p.account_id
     where s.plan_id = $1 and s.line = any($2::int[]) and p.id = $1 and ${IS_OVER} and not s.waits`,
    [plan, lines],
  );
}

/** From now on these lines wait for their next try. The first one comes after `everyMs`. */
export async function beginStanding(tx: Queries, lines: LineOf[], everyMs: number): Promise<void> {
  await tx.query(
    `insert into ledger.standing (plan_id, line, until, until_tick, next_at)
     select l.plan_id, l.line, ${UNTIL}, ${UNTIL_TICK}, ${nextTry(UNTIL, '$3')}
     from (select distinct plan, line from unnest($1::int[], $2::int[]) w(plan, line)) wanted
       join ledger.lines l on l.plan_id = wanted.plan and l.line = wanted.line
       join ledger.plans p on p.id = l.plan_id
     on conflict on constraint standing_pkey do nothing`,
    [...columns(lines, 'plan', 'line'), everyMs],
  );
}

/** Stores whether an order of these lines waits for the next try, for the plan's page. */
export async function noteWaiting(tx: Queries, lines: LineOf[]): Promise<void> {
  await tx.query(
    `update ledger.standing s set waits = w.waits
     from (
       select l.plan_id, l.line,
         exists (select from ledger.orders o where ${isOfLine('o.id', 'l')} and ${IS_STANDING})
         or exists (select from ledger.orders o where ${isOfLine('o.root', 'l')} and ${IS_STANDING})
           as waits
       from (select distinct plan, line from unnest($1::int[], $2::int[]) w(plan, line)) wanted
         join ledger.lines l on l.plan_id = wanted.plan and l.line = wanted.line) w
     where s.plan_id = w.plan_id and s.line = w.line and s.waits <> w.waits`,
    columns(lines, 'plan', 'line'),
  );
}

/** SQL: whether plan `p` waits for another try of a line. */
export const STANDS = planHas(IS_STANDING);

/** SQL: the same of plan `p`, as one row; no row when no line waits. */
export const STANDING_LINES = `
  select count(*)::int as lines, min(s.next_at) filter (where s.next_at < s.until) as "nextAt",
    max(s.until) as until
  from ledger.standing s join ledger.accounts a on a.id = p.account_id
  where s.plan_id = p.id and s.waits and not ${IS_OVER}
  having count(*) > 0`;

/** Those of these plans that have waiting lines. Only for plans that have not ended. */
export async function standingLines(
  ledger: Queries,
  planIds: number[],
): Promise<Map<number, StandingLines>> {
  if (planIds.length === 0) return new Map();
  const rows = await ledger.query<StandingLines & { plan: number }>(
    `select p.id as plan, w.* from ledger.plans p, lateral (${STANDING_LINES}) w
     where p.id = any($1::int[])`,
    [planIds],
  );
  return new Map(rows.map(({ plan, ...lines }) => [plan, lines]));
}
