/** What lines with ladders promise, held against the vendor's books and the ledger. */
import { MAX_CONNECT_FAILURES } from '../../jobs/record-answer.ts';
import type { Sale } from './books.ts';
import type { FaultName } from './faults.ts';
import { orderNamed, type Plan, type PlannedLine, wishesOf } from './plan-file.ts';
import type { Stage } from './stage.ts';
import { ordersToFollow } from './truth.ts';

export const WENT_BACK: FaultName[] = [
  'the ledger loses its last commits',
  'the ledger is put back from an older copy',
];

/** What was broken, in sentences. */
export async function brokenFamilyLaws(stage: Stage): Promise<string[]> {
  const wentBack = WENT_BACK.some((name) => stage.scene.faults.includes(name));
  const sold = stage.scene.plans.flatMap((plan) => [
    ...aboveCap(stage, plan),
    ...(wentBack ? [] : askedTooEarly(stage, plan)),
  ]);
  return [...sold, ...(await cappedInLedger(stage)), ...(await leftBehind(stage))];
}

/**
 * A rung sells a line no more than its cap. Where other lines ask for the same, it is the ledger
 * alone that says whose the numbers are.
 */
function aboveCap({ books }: Stage, plan: Plan): string[] {
  const askers = Map.groupBy(
    plan.lines.flatMap((line) => wishesOf(plan, line).map((wish) => ({ line, wish }))),
    ({ wish }) => wish,
  );
  const sold = new Map<string, { line: PlannedLine; cap: number; name: string; n: number }>();
  for (const { order, asked, numbers } of books.sales) {
    const found = orderNamed(plan, order);
    const cap = found?.step?.cap ?? null;
    if (!found?.step || cap === null || (askers.get(found.wish)?.length ?? 0) > 1) continue;
    const { line, step } = found;
    const key = `${line.line} ${step.rung}`;
    const n = (sold.get(key)?.n ?? 0) + Math.min(asked, numbers.length);
    sold.set(key, { line, cap, name: step.name, n });
  }
  return [...sold.values()]
    .filter(({ cap, n }) => n > cap)
    .map(
      ({ line, cap, name, n }) =>
        `above the cap: ${n} sold for ${name}:${cap} of line ${line.line} of ${plan.name}`,
    );
}

/**
 * Nothing of a family is sent, or sold, once one of its later orders was sent. A person may send
 * again what was refused or undelivered, and the family has gone on meanwhile.
 */
function askedTooEarly({ books }: Stage, plan: Plan): string[] {
  const sent = books.sent.map((each) => ({ ...each, what: 'sent' }));
  const sales = books.sales.filter(({ numbers }) => numbers.length > 0);
  const sold = sales.map((sale: Sale) => ({ ...sale, what: 'sold' }));
  const events = [...sent, ...sold].flatMap(({ at, order, attempt, what }) => {
    const found = orderNamed(plan, order);
    const mayBeLate = books.refused.has(order) || attempt > MAX_CONNECT_FAILURES;
    return found && !mayBeLate ? [{ at, what, ordinal: found.ordinal, root: found.root }] : [];
  });
  events.sort((a, b) => a.at - b.at);
  const newest = new Map<number, number>();
  return events.flatMap(({ at, what, ordinal, root }) => {
    const later = newest.get(root) ?? 0;
    newest.set(root, Math.max(later, ordinal));
    return ordinal < later
      ? [`asked too early: ${later} before ${ordinal} was ${what} at ${Math.round(at)} ms`]
      : [];
  });
}

/** The rungs of a line, by what the ledger says that they bought, or may have. */
async function cappedInLedger({ database }: Stage): Promise<string[]> {
  const rows = await database.ledger.query<{ plan: number; line: number; rung: string }>(
    `select l.plan_id as plan, asked.line, s.step->>'name' as rung
     from ledger.orders o join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
       join ledger.lines asked on asked.plan_id = l.plan_id and asked.line = l.asked_line
       join ledger.ladders d on d.plan_id = l.plan_id and d.fallback = asked.fallback
         and d.type = asked.type and d.area_code = coalesce(left(asked.area_code, 3), ''),
       lateral (select d.steps->(l.step - 1) as step) s
     where l.step > 0 and s.step->>'cap' is not null
     group by 1, 2, 3, s.step->>'cap'
     having sum(case when o.state in ('waiting', 'sending', 'unknown') then o.quantity
                else o.bought end) > (s.step->>'cap')::int`,
  );
  return rows.map(({ plan, line, rung }) => `above the cap: ${rung} of line ${line}, plan ${plan}`);
}

/** At rest, nothing waits for a look or a try that never comes. */
async function leftBehind({ database }: Stage): Promise<string[]> {
  return (await ordersToFollow(database.ledger)).map(
    ({ id, plan }) => `left behind: order ${id} lacks something, and its plan is ${plan}`,
  );
}
