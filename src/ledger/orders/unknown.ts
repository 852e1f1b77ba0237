import type { UnknownOrder } from '../../documents/index.ts';
import { SENT_ORDERS, WANTED } from '../asked.ts';
import type { Ledger } from '../ledger.ts';
import { LOOKED_AT } from '../listings/verdicts.ts';
import { askedLine, orderBounds } from '../order-id.ts';

/** Orders that need a person, by id, after the id `after`. A null `limit`: all of them. */
export async function unknownOrders(
  ledger: Ledger,
  {
    planId,
    after = 0,
    limit = 1000,
  }: { planId?: number | undefined; after?: number; limit?: number | null },
): Promise<UnknownOrder[]> {
  const [above, below] = orderBounds(planId);
  return ledger.query<UnknownOrder>(
    `/* unknown_orders */
     select o.id as "order", o.attempts as attempt, o.plan_id as plan, ${askedLine('l')} as line,
       ${WANTED}, o.quantity, o.bought,
       case when l.step > 0 then a.area_code end as "insteadOf", ${LOOKED_AT},
       coalesce(o.reason, t.what, '') as "whatHappened", t.status, t.body,
       coalesce(
         (select json_agg(d.number::text order by d.number) from ledger.disputes d
          where d.order_id = o.id),
         '[]'::json) as disputed,
       (select json_build_object('finding', v.finding, 'isClear', v.is_clear,
          'numbers', v.numbers, 'why', v.why)
        from ledger.verdicts v where v.order_id = o.id and v.attempt = o.attempts) as proposal
     from ${SENT_ORDERS}
       join ledger.lines a on a.plan_id = l.plan_id and a.line = ${askedLine('l')}
     where o.state = 'unknown' and o.id > $1 and o.id < $2
     order by o.id limit $3`,
    [Math.max(after, above), below, limit],
  );
}

export type UnknownCounts = {
  orders: number;
  /** Newest plan first. */
  byPlan: { plan: number; name: string; orders: number }[];
};

/** How many orders need a person, by the tallies. */
export async function unknownCounts(ledger: Ledger): Promise<UnknownCounts> {
  const byPlan = await ledger.query<UnknownCounts['byPlan'][number]>(
    `select t.plan_id as plan, p.name, sum(t.orders)::int as orders
     from ledger.tallies t join ledger.plans p on p.id = t.plan_id
     where t.state = 'unknown' group by t.plan_id, p.name having sum(t.orders) > 0
     order by t.plan_id desc`,
  );
  return { orders: byPlan.reduce((sum, { orders }) => sum + orders, 0), byPlan };
}
