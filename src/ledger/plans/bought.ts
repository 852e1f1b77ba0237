import type { PlanDocument } from '../../documents/index.ts';
import { type NumberType, ofEachType } from '../../number-type.ts';
import type { Goods } from '../../prices/index.ts';
import type { Queries } from '../ledger.ts';
import { orderBounds, orderId, ordinalOf } from '../order-id.ts';
import { findCheck, type KeptCheck } from './check.ts';

type Sum = { type: NumberType; hasSlot: boolean; numbers: number };

/** Orders that are read at once: others wait meanwhile where the database is embedded. */
const PAGE = 5_000;

/** What a plan has bought, by type. It reads each order, unless all lines are of one kind. */
export async function boughtGoods(ledger: Queries, plan: PlanDocument): Promise<Goods> {
  const goods = { numbers: ofEachType(() => 0), slots: 0 };
  const only = onlyKind(plan, await findCheck(ledger, plan.id));
  if (only) {
    goods.numbers[only.type] = plan.bought;
    if (only.hasSlot) goods.slots = plan.bought;
    return goods;
  }
  for (let from = 0, last = await lastOrder(ledger, plan.id); from < last; from += PAGE) {
    const sums = await ledger.query<Sum>(GOODS_SQL, [
      orderId(plan.id, from),
      orderId(plan.id, from + PAGE),
      plan.id,
    ]);
    for (const { type, hasSlot, numbers } of sums) {
      goods.numbers[type] += numbers;
      if (hasSlot) goods.slots += numbers;
    }
  }
  return goods;
}

/** The place of a plan's last order in it. */
async function lastOrder(ledger: Queries, planId: number): Promise<number> {
  const [row] = await ledger.query<{ id: number | null }>(
    'select max(id) as id from ledger.orders where id > $1 and id < $2',
    orderBounds(planId),
  );
  return row?.id ? ordinalOf(row.id) : 0;
}

/** `offset 0` makes it look up each line: otherwise it would read all lines for each page. */
const GOODS_SQL = `
  select l.type, coalesce(l.order_slot, false) as "hasSlot", sum(o.bought)::int as numbers
  from (
    select line, sum(bought) as bought from ledger.orders
    where id > $1 and id <= $2 and bought > 0 group by line) o,
  lateral (
    select type, order_slot from ledger.lines
    where plan_id = $3 and line = o.line offset 0) l
  group by 1, 2`;

/** The kind of all numbers that a plan may buy; null: it has several. */
function onlyKind(
  { requested }: PlanDocument,
  { types, slots, mayBeTollfree }: KeptCheck,
): { type: NumberType; hasSlot: boolean } | null {
  if (Object.values(mayBeTollfree).some((n) => n > 0)) return null;
  if (slots > 0 && slots < requested) return null;
  const [only, ...others] = Object.entries(types).filter(([, { numbers }]) => numbers > 0);
  if (!only || others.length > 0) return null;
  return { type: only[0] as NumberType, hasSlot: slots > 0 };
}
