import { noteEvent } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { ordinalOf, planOf } from '../order-id.ts';
import { lockPlan } from '../plans/steer.ts';
import { type FoundFamily, findFamilies, rootsToFollow, rootsToTryAgain } from './families.ts';
import { type Decision, nextStep } from './next-step.ts';
import { rungNumbers } from './rungs.ts';
import { beginStanding, noteWaiting, takeDueLines } from './standing.ts';

/**
 * Makes successor orders: for what an order is proven to lack, the next step of its line's ladder,
 * or another try of a standing line. One process at a time (the sweep) calls it. The database
 * checks each once more, so a family never asks for more than it lacks. Returns how many were made.
 */
export async function openSuccessors(
  ledger: Ledger,
  accountId: number,
  everyMs: number,
): Promise<number> {
  const due = await takeDueLines(ledger, accountId, everyMs);
  const again = new Set(await rootsToTryAgain(ledger, due));
  const roots = [...again.union(new Set(await rootsToFollow(ledger, accountId)))];
  let opened = 0;
  for (const [plan, some] of Map.groupBy(roots, planOf)) {
    opened += await ledger.transaction(async (tx) => {
      // A person may close a line, or pause the plan, at this moment: what is decided holds then.
      await lockPlan(tx, plan);
      const families = await findFamilies(tx, some);
      const decided = decide(families, again, await takenByRung(tx, families));
      return carryOut(tx, plan, decided, everyMs);
    });
  }
  return opened;
}

type Decided = { family: FoundFamily; decision: Decision };

/** What a rung of a line has taken of its cap. What a person may send again counts in full. */
async function takenByRung(tx: Queries, families: FoundFamily[]): Promise<Map<string, number>> {
  const capped = families.filter(({ steps }) => steps.some(({ cap }) => cap !== null));
  const rungs = await rungNumbers(tx, capped);
  return new Map(rungs.map((each) => [ofRung(each, each.rung), each.taken + each.refused]));
}

const ofRung = ({ line }: { line: number }, rung: number) => `${line} ${rung}`;

/** Families of one line share what a rung may still bring. */
function decide(
  families: FoundFamily[],
  tried: ReadonlySet<number>,
  taken: Map<string, number>,
): Decided[] {
  return families.map((family) => {
    const { root, steps, isDoubtful, mayGoOn: keepsTrying } = family;
    if (isDoubtful || family.lacking === 0) return { family, decision: 'done' };
    const decision = nextStep({ ...family, ordinal: ordinalOf(root) }, steps, {
      again: tried.has(root),
      keepsTrying,
      roomFor: ({ rung, cap }) => (cap ?? Infinity) - (taken.get(ofRung(family, rung)) ?? 0),
    });
    const rung = typeof decision === 'object' ? steps[decision.step - 1]?.rung : undefined;
    if (typeof decision === 'object' && rung !== undefined) {
      const key = ofRung(family, rung);
      taken.set(key, (taken.get(key) ?? 0) + decision.quantity);
    }
    return { family, decision };
  });
}

async function carryOut(
  tx: Queries,
  plan: number,
  decided: Decided[],
  everyMs: number,
): Promise<number> {
  const rootsWith = (...which: Decision[]) =>
    decided.filter(({ decision }) => which.includes(decision)).map(({ family }) => family.root);
  const opening = decided.flatMap(({ family, decision }) =>
    typeof decision === 'object' ? [{ ...family, ...decision }] : [],
  );
  await insertLines(tx, opening);
  await insertOrders(tx, opening);
  await follow(
    tx,
    opening.map(({ root }) => root),
    true,
  );
  const waiting = decided.filter(({ decision }) => decision === 'wait');
  await beginStanding(
    tx,
    waiting.map(({ family }) => family),
    everyMs,
  );
  await follow(tx, rootsWith('wait'), false);
  await follow(tx, rootsWith('done', 'full'), null);
  if (rootsWith('full').length > 0) await noteFull(tx, plan);
  await noteWaiting(
    tx,
    decided.map(({ family }) => family),
  );
  // Also of a plan that ended while an order was unknown: its lines wait for a try.
  if (opening.length + waiting.length > 0) {
    await tx.query(
      'successors_reopen',
      `update ledger.plans set ended_at = null,
         state = case when state = 'finished' then 'running' else state end where id = $1`,
      [plan],
    );
  }
  return opening.length;
}

/** Once for each plan, so that nobody wonders why its lines are not tried any more. */
async function noteFull(tx: Queries, planId: number): Promise<void> {
  const [noted] = await tx.query(
    'successors_full',
    `select id from ledger.events where plan_id = $1 and kind = 'plan_full' limit 1`,
    [planId],
  );
  if (!noted) await noteEvent(tx, { kind: 'plan_full', who: 'sweep', why: FULL, planId });
}

const FULL =
  'The ids of the plan have no room for more orders: what is lacking is not tried any more, and ' +
  'is in remainder.csv';

type Opening = FoundFamily & { generation: number; step: number; quantity: number };

/** A line of its own for each step of each line: it says what its orders ask for. */
async function insertLines(tx: Queries, opening: Opening[]): Promise<void> {
  await tx.query(
    'successors_lines',
    `insert into ledger.lines (plan_id, line, first_order, area_code, type, quantity,
       fill_quantity, cleansed_only, sms_supported, order_slot, distance, allow_overlay,
       asked_line, step, miles)
     select distinct on (l.plan_id, first) l.plan_id, -first, first,
       case when w.step = 0 then l.area_code else w.area_code end,
       case when w.step = 0 then l.type else w.type end, l.quantity,
       l.fill_quantity, l.cleansed_only, l.sms_supported, l.order_slot,
       case when w.step = 0 then l.distance end, case when w.step = 0 then l.allow_overlay end,
       l.line, w.step, w.miles
     from unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::int[], $6::text[], $7::text[],
         $8::real[]) w(plan, line, generation, orders, step, area_code, type, miles)
       join ledger.lines l on l.plan_id = w.plan and l.line = w.line,
     lateral (select l.first_order + w.generation * w.orders as first) place
     on conflict on constraint lines_pkey do nothing`,
    [
      opening.map(({ plan }) => plan),
      opening.map(({ line }) => line),
      opening.map(({ generation }) => generation),
      opening.map(({ planOrders }) => planOrders),
      opening.map(({ step }) => step),
      opening.map(({ steps, step }) => steps[step - 1]?.areaCode ?? null),
      opening.map(({ steps, step }) => steps[step - 1]?.type ?? null),
      opening.map(({ steps, step }) => steps[step - 1]?.miles ?? null),
    ],
  );
}

async function insertOrders(tx: Queries, opening: Opening[]): Promise<void> {
  await tx.query(
    'successors_orders',
    `insert into ledger.orders (id, plan_id, line, quantity, root, step, follow, queued)
     select w.root + w.generation * w.orders, w.plan,
       -(l.first_order + w.generation * w.orders), w.quantity, w.root, w.step, true, false
     from unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::int[], $6::bigint[], $7::int[])
         w(plan, line, generation, orders, step, root, quantity)
       join ledger.lines l on l.plan_id = w.plan and l.line = w.line
     order by w.generation, w.root`,
    [
      opening.map(({ plan }) => plan),
      opening.map(({ line }) => line),
      opening.map(({ generation }) => generation),
      opening.map(({ planOrders }) => planOrders),
      opening.map(({ step }) => step),
      opening.map(({ root }) => root),
      opening.map(({ quantity }) => quantity),
    ],
  );
}

/**
 * Whether what these families still lack may be asked for again; see `follow` in the migrations.
 */
async function follow(tx: Queries, roots: number[], mayFollow: boolean | null): Promise<void> {
  if (roots.length === 0) return;
  await tx.query(
    'successors_follow',
    `update ledger.orders set follow = case when quantity > bought + moved then $2::boolean end
     where (id = any($1::bigint[]) or root = any($1::bigint[])) and state = 'short'`,
    [roots, mayFollow],
  );
}
