import type { PlanDocument } from '../../documents/index.ts';
import { AppError } from '../../errors.ts';
import { MAY_ASK_AGAIN } from '../asked.ts';
import { type By, noteEvent } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { askedLine, isOfPlan } from '../order-id.ts';
import { findPlan, noSuchPlan } from '../plans/find.ts';
import { lockPlan } from '../plans/lock.ts';
import { requireSeenPlan } from '../plans/shown.ts';
import { IS_STANDING, planHas } from './families.ts';
import { endTries } from './withdraw.ts';

/**
 * Ends the tries of a plan's standing lines, or of one of them, at a person's request. What is on
 * its way still counts, and what waits is withdrawn or cancelled. Throws AppError `not_found` when
 * there is no such plan or line, `wrong_state` when nothing of it is tried, or it is not as seen.
 */
export async function closeLines(
  ledger: Ledger,
  planId: number,
  line: number | null,
  by: By,
  seen?: string,
): Promise<PlanDocument> {
  return ledger.transaction(async (tx) => {
    await lockPlan(tx, planId);
    await requireSeenPlan(tx, planId, seen);
    const plan = await findPlan(tx, planId);
    if (line !== null) await requireLine(tx, planId, line);
    const isClosed =
      (await mayGoOn(tx, plan)) &&
      (await (line === null ? closeAll(tx, planId) : closeOne(tx, planId, line)));
    if (!isClosed) throw nothingToClose(planId, line, plan.state);
    await endTries(tx, planId, line);
    await endWaiting(tx, planId, line);
    const detail = line === null ? {} : { line };
    await noteEvent(tx, { kind: 'lines_closed', ...by, planId, detail });
    return findPlan(tx, planId);
  });
}

async function requireLine(tx: Queries, planId: number, line: number): Promise<void> {
  const rows = await tx.query(
    'select from ledger.lines where plan_id = $1 and line = $2 and line > 0',
    [planId, line],
  );
  if (rows.length > 0) return;
  throw new AppError('not_found', `Plan ${planId} has no line ${line}.`, { id: planId });
}

/** A finished plan may stand again: when an unknown order is settled that froze a line. */
async function mayGoOn(tx: Queries, { id, state }: PlanDocument): Promise<boolean> {
  if (state !== 'finished') return state !== 'cancelled';
  const rows = await tx.query(
    `select from ledger.plans p where p.id = $1
       and ${planHas(`(o.state = 'unknown' or ${MAY_ASK_AGAIN})`)}`,
    [id],
  );
  return rows.length > 0;
}

async function closeAll(tx: Queries, planId: number): Promise<boolean> {
  const closed = await tx.query(
    `update ledger.plans set closed_at = ledger.now()
     where id = $1 and closed_at is null and exists (
       select from ledger.lines where plan_id = $1 and keep_trying is not null)
     returning id`,
    [planId],
  );
  await tx.query(
    `update ledger.standing set until = '-infinity', next_at = '-infinity', waits = false
     where plan_id = $1`,
    [planId],
  );
  return closed.length > 0;
}

/** Lines that do not stand yet never will. `-infinity`, not now: a clock may be set back. */
async function closeOne(tx: Queries, planId: number, line: number): Promise<boolean> {
  const closed = await tx.query(
    `insert into ledger.standing as s (plan_id, line, until, next_at, waits)
     select plan_id, line, '-infinity', '-infinity', false from ledger.lines
     where plan_id = $1 and line = $2 and line > 0 and keep_trying is not null
     on conflict on constraint standing_pkey do update
       set until = excluded.until, next_at = excluded.next_at, waits = false
       where ledger.is_tried(s.plan_id, s.line)
     returning line`,
    [planId, line],
  );
  return closed.length > 0;
}

/** No next try is waited for. A sweep would do it, but there may be no worker. */
async function endWaiting(tx: Queries, planId: number, line: number | null): Promise<void> {
  await tx.query(
    `update ledger.orders o set follow = null from ledger.lines l
     where ${isOfPlan('o.id', '$1::int')}
       and ${IS_STANDING} and l.plan_id = o.plan_id and l.line = o.line
       and ($2::int is null or ${askedLine('l')} = $2)`,
    [planId, line],
  );
}

export type Closed = {
  /** Of the ledger's clock, UTC, `YYYY-MM-DD`. */
  today: string;
  /** Whether a person has ended the tries of that line of the file. */
  isClosed(line: number): boolean;
};

export async function closedLines(ledger: Ledger, planId: number): Promise<Closed> {
  const [found] = await ledger.query<{ today: string; all: boolean; lines: number[] }>(
    `select to_char(ledger.now() at time zone 'UTC', 'YYYY-MM-DD') as today,
       p.closed_at is not null as all,
       array(select s.line from ledger.standing s
         where s.plan_id = p.id and s.until = '-infinity') as lines
     from ledger.plans p where p.id = $1`,
    [planId],
  );
  if (!found) throw noSuchPlan(planId);
  const lines = new Set(found.lines);
  return { today: found.today, isClosed: (line) => found.all || lines.has(line) };
}

function nothingToClose(id: number, line: number | null, state: string): AppError {
  const what = line === null ? `No line of plan ${id}` : `Line ${line} of plan ${id}`;
  const is = line === null ? 'is still tried again' : 'is not tried again';
  return new AppError(
    'wrong_state',
    `${what} ${is}, and the plan is ${state}. Nothing was changed.`,
    { id, state, ...(line === null ? {} : { line }) },
  );
}
