import { columns } from '../columns.ts';
import { noteEvent } from '../events.ts';
import type { Queries } from '../ledger.ts';
import { doubtRemade } from '../orders/lost-successors.ts';
import { goOn } from '../plans/reopen.ts';
import type { FoundFamily } from './families.ts';
import type { Decision } from './next-step.ts';
import { beginStanding, noteWaiting } from './standing.ts';

export type Decided = { family: FoundFamily; decision: Decision };

/** Makes the successors that were decided for a plan, which is locked. Returns how many. */
export async function carryOut(
  tx: Queries,
  plan: number,
  decided: Decided[],
  everyMs: number,
): Promise<number> {
  const rootsWith = (...which: Decision[]) =>
    decided.filter(({ decision }) => which.includes(decision)).map(({ family }) => family.root);
  const opening = decided.flatMap(({ family, decision }) =>
    typeof decision === 'object' ? [openingOf(family, decision)] : [],
  );
  await insertLines(tx, opening);
  await insertOrders(tx, opening);
  const made = opening.map(({ root, generation, planOrders }) => root + generation * planOrders);
  await doubtRemade(tx, made);
  const opened = opening.map(({ root }) => root);
  await setFollow(tx, opened, true);
  const waiting = decided.filter(({ decision }) => decision === 'wait').map((each) => each.family);
  await beginStanding(tx, waiting, everyMs);
  await setFollow(tx, rootsWith('wait'), false);
  await setFollow(tx, rootsWith('done', 'full'), null);
  if (rootsWith('full').length > 0) await noteFull(tx, plan);
  const looked = decided.map(({ family }) => family);
  await noteWaiting(tx, looked);
  // Also of a plan that ended while an order was unknown: its lines wait for a try.
  if (opening.length + waiting.length > 0) await goOn(tx, plan);
  return opening.length;
}

/** One event for each plan says why its lines are not tried any more. */
async function noteFull(tx: Queries, planId: number): Promise<void> {
  const [noted] = await tx.query(
    `select id from ledger.events where plan_id = $1 and kind = 'plan_full' limit 1`,
    [planId],
  );
  if (!noted) await noteEvent(tx, { kind: 'plan_full', who: 'sweep', why: FULL, planId });
}

const FULL =
  'The ids of the plan have no room for more orders: what is lacking is not tried any more, and ' +
  'is in remainder.csv';

type Opening = FoundFamily & {
  generation: number;
  step: number;
  quantity: number;
  /** It belongs to a new try, and not to the first way down the ladder. */
  isTry: boolean;
  /** What its step means; nulls: the same again. */
  areaCode: string | null;
  type: string | null;
  miles: number | null;
};

function openingOf(family: FoundFamily, decision: Exclude<Decision, string>): Opening {
  const asks = family.steps[decision.step - 1] ?? { areaCode: null, type: null, miles: null };
  const { areaCode, type, miles } = asks;
  const isTry = decision.step === 0 || family.isTriedAgain;
  return { ...family, ...decision, isTry, areaCode, type, miles };
}

/** Where a successor has its place in the plan. */
const PLACE = ['plan', 'line', 'generation', 'planOrders', 'step'] as const;

/** Each step of each line has a line of its own, which says what its orders ask for. */
async function insertLines(tx: Queries, opening: Opening[]): Promise<void> {
  await tx.query(
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
    [...columns(opening, ...PLACE), ...columns(opening, 'areaCode', 'type', 'miles')],
  );
}

async function insertOrders(tx: Queries, opening: Opening[]): Promise<void> {
  await tx.query(
    `insert into ledger.orders (id, plan_id, line, quantity, root, step, follow, queued, is_try)
     select w.root + w.generation * w.orders, w.plan,
       -(l.first_order + w.generation * w.orders), w.quantity, w.root, w.step, true, false,
       nullif(w.is_try, false)
     from unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::int[], $6::bigint[], $7::int[],
         $8::boolean[]) w(plan, line, generation, orders, step, root, quantity, is_try)
       join ledger.lines l on l.plan_id = w.plan and l.line = w.line
     order by w.generation, w.root`,
    [...columns(opening, ...PLACE), ...columns(opening, 'root', 'quantity', 'isTry')],
  );
}

/** Whether more may follow them. What is not asked for any more stays so: a remainder has it. */
async function setFollow(tx: Queries, roots: number[], mayFollow: boolean | null): Promise<void> {
  if (roots.length === 0) return;
  await tx.query(
    `update ledger.orders set follow = case when quantity > bought + moved then $2::boolean end
     where (id = any($1::bigint[]) or root = any($1::bigint[])) and state = 'short'
       and follow is not null`,
    [roots, mayFollow],
  );
}
