import { AppError } from '../../errors.ts';
import type { Shown } from '../../seen.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { orderBounds, rootOf } from '../order-id.ts';

/** A settlement that can be taken back: the order was not sent again since. */
export type Settlement = {
  order: number;
  /** The attempt that it settled, the order's last. */
  attempt: number;
  plan: number;
  planName: string;
  areaCode: string | null;
  type: string;
  quantity: number;
  bought: number;
  state: string;
  at: Date;
  who: string;
  by: string | null;
  why: string | null;
  /** The numbers it gave the order. */
  numbers: string[];
  /** The numbers that it said to be bought and that another order has. */
  disputed: string[];
  /** What spoke against it when it was made. */
  objections: string[];
};

/** What the form that takes a settlement back shows of it; undefined: there is none. */
export const shownOfSettlement = (settlement: Settlement | undefined): Shown => ({
  settlement: settlement && [settlement.order, settlement.attempt, settlement.at],
});

/** Selected before they are described: there may be many. */
const settlementsWhere = (which: string) => `
  select o.id as "order", o.attempts as attempt, p.id as plan, p.name as "planName",
    l.area_code as "areaCode", l.type, o.quantity, o.bought, o.state, e.at, e.who, e.by, e.why,
    coalesce(e.detail->'numbers', '[]') as numbers,
    coalesce(e.detail->'disputed', '[]') as disputed,
    coalesce(e.detail->'againstEvidence', '[]') as objections
  from (
    select o.*, t.settled_at from ledger.attempts t
      join ledger.orders o on o.id = t.order_id and o.attempts = t.no
    where t.settled_at is not null and ${which}) o
    join ledger.plans p on p.id = o.plan_id
    join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line,
  lateral (select * from ledger.events where order_id = o.id and kind = 'order_settled'
    order by id desc limit 1) e
  order by o.settled_at desc`;

/** The settlement that gave an order its state; undefined: none has, or it was sent again. */
export async function lastSettlement(tx: Queries, order: number): Promise<Settlement | undefined> {
  const [row] = await tx.query<Settlement>(settlementsWhere('o.id = $1'), [order]);
  return row;
}

/**
 * Throws AppError `wrong_state` when an earlier attempt was settled as nothing. A request may
 * come twice, and the second one would settle a later attempt, at which nobody has looked.
 */
export async function refuseSecondNothing(tx: Queries, id: number, attempt: number): Promise<void> {
  const before = await tx.query(
    `select from ledger.attempts where order_id = $1 and no < $2 and outcome = 'nothing' limit 1`,
    [id, attempt],
  );
  if (before.length === 0) return;
  throw new AppError(
    'wrong_state',
    `Order ${id} was settled as nothing before, and was sent again. If its attempt ${attempt} ` +
      `bought nothing, too, say --attempt ${attempt}. Nothing was changed.`,
    { order: id, attempt },
  );
}

/** Recent settlements that can be taken back, newest first, of one plan or of all. */
export function settlements(
  ledger: Ledger,
  { planId, limit = 10 }: { planId?: number | undefined; limit?: number },
): Promise<Settlement[]> {
  return ledger.query<Settlement>(
    settlementsWhere(`o.id > $1 and o.id < $2
      and not (o.moved > 0 and exists (select from ledger.orders s
        where s.root = ${rootOf('o')} and s.id > o.id and s.attempts > 0))
      order by t.settled_at desc limit $3`),
    [...orderBounds(planId), limit],
  );
}
