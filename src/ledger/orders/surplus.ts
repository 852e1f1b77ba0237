import { MAY_ASK_AGAIN } from '../asked.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { askedLine, isOfPlan, isUnmade, orderBounds, rootOf } from '../order-id.ts';

/** A number that the vendor named for an order that does not have it. It was paid for. */
export type SurplusNumber = {
  order: number;
  line: number;
  areaCode: string | null;
  type: string;
  number: string;
  seenAt: Date;
  /** Another order that has it; null: none has. */
  owner: number | null;
  /** The state of its order, and how many numbers the order has. */
  state: string;
  bought: number;
  quantity: number;
};

/** SQL: whether no order has the number of a row of disputes under that alias. */
const hasNoOrder = (disputed: string) =>
  `not exists (select from ledger.numbers n where n.number = ${disputed}.number)`;

/** SQL: whether the order of a row of disputes lacks the number. It may have paid for it. */
export const isUnrecorded = (disputed: string) =>
  `not exists (select from ledger.numbers n
    where n.number = ${disputed}.number and n.order_id = ${disputed}.order_id)`;

/** SQL: whether a row of disputes is surplus: no order has it, or its own has ended short of it. */
export const isSurplus = (disputed: string) => `(${hasNoOrder(disputed)}
  or ${isUnrecorded(disputed)} and exists (select from ledger.orders own
    where own.id = ${disputed}.order_id and own.state = 'short'))`;

/** SQL: how many numbers are surplus in the plan with that id. */
export const surplusOfPlan = (plan: string) => `
  (select count(*)::int from ledger.disputes d
   where ${isOfPlan('d.order_id', plan)} and ${isSurplus('d')})`;

/** SQL: how many numbers are surplus of the order with that id. */
export const surplusOfOrder = (order: string) => `
  (select count(*)::int from ledger.disputes d where d.order_id = ${order} and ${isSurplus('d')})`;

/** SQL: whether the order under that alias may have bought more than is recorded. */
export const isOrderDoubtful = (order: string) => `exists (
  select from ledger.attempts t
  where t.order_id = ${order}.id and t.no = ${order}.attempts and t.is_doubtful)`;

/** The surplus of one plan or of all, by order, up to a limit. */
export function surplusNumbers(
  ledger: Ledger,
  planId?: number,
  limit = 100_000,
): Promise<SurplusNumber[]> {
  return ledger.query<SurplusNumber>(
    `select o.id as "order", ${askedLine('l')} as line, l.area_code as "areaCode", l.type,
       d.number::text as number,
       d.seen_at as "seenAt", o.state, o.bought, o.quantity,
       (select n.order_id from ledger.numbers n where n.number = d.number) as owner
     from ledger.disputes d join ledger.orders o on o.id = d.order_id
       join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
     where d.order_id > $1 and d.order_id < $2 and ${isSurplus('d')}
     order by d.order_id, d.number limit $3`,
    [...orderBounds(planId), limit],
  );
}

/**
 * How many of each line's missing numbers must not be offered for another purchase: they may have
 * been bought after all, or the program itself may still ask for them. Lines without any are left
 * out. Withheld are:
 *
 * - what a doubtful order lacked
 * - what an order lacks that may get a successor, or may have had one that is lost
 * - what a family lacks when one of its successors was sent and is lost
 * - as many as the vendor named for a family beyond those recorded
 */
export async function withheldNumbers(
  ledger: Queries,
  planId: number,
): Promise<Map<number, number>> {
  const rows = await ledger.query<{ line: number; withheld: number }>(
    WITHHELD,
    orderBounds(planId),
  );
  return new Map(rows.map(({ line, withheld }) => [line, withheld]));
}

const WITHHELD = `
  with doubtful as (
    select t.order_id as id from ledger.attempts t join ledger.orders o
      on o.id = t.order_id and o.attempts = t.no
    where t.is_doubtful and t.order_id > $1 and t.order_id < $2),
  surplus as (
    select d.order_id as id from ledger.disputes d
    where d.order_id > $1 and d.order_id < $2 and ${isUnrecorded('d')}),
  still_tried as (
    select o.id from ledger.orders o join ledger.plans p on p.id = o.plan_id
    where o.id > $1 and o.id < $2 and ${MAY_ASK_AGAIN}
      and p.state <> 'cancelled'
    union
    -- Successors of one that had ended may be lost. None is made again in a cancelled plan, so
    -- nobody finds out what they bought.
    select o.id
    from ledger.orders ended join ledger.orders o
      on o.id = ${rootOf('ended')} or o.root = ${rootOf('ended')}
    where ended.id > $1 and ended.id < $2 and ended.is_final
      and (o.state = 'cancelled' or ${MAY_ASK_AGAIN})
      and not exists (select from surplus join ledger.orders s using (id)
        where ${rootOf('s')} = ${rootOf('ended')})),
  -- A lost successor may never be made again: when its plan has ended, or its line is not tried
  -- any more.
  lost as (
    select l.root as id from ledger.lost_successors l
    where l.root > $1 and l.root < $2 and ${isUnmade('l.order_id')}),
  families as (
    select distinct ${rootOf('o')} as root
    from (select id from doubtful union select id from still_tried union select id from lost
          union select id from surplus) w join ledger.orders o using (id)),
  members as (
    select f.root as family, o.*,
      case when o.state in ('short', 'refused', 'undelivered', 'cancelled')
        then o.quantity - o.bought - o.moved else 0 end as lack
    from families f join ledger.orders o on o.id = f.root or o.root = f.root)
  select r.line, sum(least(each.lack, each.kept))::int as withheld
  from (
    select m.family, sum(m.lack) as lack,
      -- What is counted twice here does no harm: no more than the family lacks is withheld.
      -- What a doubtful order lacked may have been asked for elsewhere since.
      coalesce(sum(m.lack + m.moved) filter (where m.id in (select id from doubtful)), 0)
      + coalesce(sum(m.lack) filter (where m.id in (select id from still_tried)
          and m.id not in (select id from doubtful)), 0)
      + case when m.family in (select id from lost) then sum(m.lack) else 0 end
      + (select count(*) from surplus s join members own using (id)
         where own.family = m.family) as kept
    from members m group by m.family) each
    join ledger.orders r on r.id = each.family
  group by 1 having sum(least(each.lack, each.kept)) > 0`;
