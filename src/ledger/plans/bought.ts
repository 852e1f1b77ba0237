import type { NumberType } from '../../number-type.ts';
import type { Goods } from '../../prices/index.ts';
import type { Queries } from '../ledger.ts';
import { orderId, PLAN_ROOM } from '../order-id.ts';
import type { KeptCheck } from './check.ts';
import type { PlanDocument } from './find.ts';

type Sum = { type: NumberType; hasSlot: boolean; numbers: number; last: number };

/** Orders that are read at once, which takes some 20 ms. */
const PAGE = 20_000;

/**
 * What a plan has bought, by type, and the slots that came with it. It reads each order, unless all
 * lines of the plan are of one kind.
 */
export async function boughtGoods(
  ledger: Queries,
  plan: PlanDocument,
  check: KeptCheck | null,
): Promise<Goods> {
  const goods = { numbers: { local: 0, tollfree: 0, true800: 0, canadian_local: 0 }, slots: 0 };
  const only = check && onlyKind(plan, check);
  if (only) {
    goods.numbers[only.type] = plan.bought;
    if (only.hasSlot) goods.slots = plan.bought;
    return goods;
  }
  for (let after = 0; ; ) {
    const sums = await ledger.query<Sum>('plan_goods', GOODS_SQL, [
      orderId(plan.id, after),
      orderId(plan.id, PLAN_ROOM - 1),
    ]);
    for (const { type, hasSlot, numbers } of sums) {
      goods.numbers[type] += numbers;
      if (hasSlot) goods.slots += numbers;
    }
    if (sums.length === 0) return goods;
    after = Math.max(...sums.map(({ last }) => last));
  }
}

const GOODS_SQL = `
  select l.type, coalesce(l.order_slot, false) as "hasSlot", sum(o.bought)::int as numbers,
    max(o.id - o.plan_id * ${PLAN_ROOM}::bigint)::int as last
  from (
    select id, plan_id, line, bought from ledger.orders where id > $1 and id <= $2
    order by id limit ${PAGE}) o
  join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
  group by 1, 2`;

/** The kind of all numbers that a plan may buy; null: it has several. */
function onlyKind(
  { requested }: PlanDocument,
  { types, slots, mayBeTollfree }: KeptCheck,
): { type: NumberType; hasSlot: boolean } | null {
  if (mayBeTollfree === undefined || Object.values(mayBeTollfree).some((n) => n > 0)) return null;
  if (slots > 0 && slots < requested) return null;
  const [only, ...others] = Object.entries(types).filter(([, { numbers }]) => numbers > 0);
  if (!only || others.length > 0) return null;
  return { type: only[0] as NumberType, hasSlot: slots > 0 };
}
