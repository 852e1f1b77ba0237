/** All that the judge wants to know of a ledger, once nothing moves any more. */
import { auditLedger, type Ledger, listPlans } from '../../../src/ledger/index.ts';
import type { Facts, OrderFact } from './judge.ts';

export type Reading = Pick<Facts, 'orders' | 'plans' | 'audit'> & { settled: number };

export async function readLedger(ledger: Ledger): Promise<Reading> {
  return {
    orders: await readOrders(ledger),
    plans: await listPlans(ledger),
    audit: await auditLedger(ledger),
    settled: await countSettled(ledger),
  };
}

type Row = Omit<OrderFact, 'attempts'> & {
  attempts: (Omit<OrderFact['attempts'][number], 'claimedAt'> & { claimedAt: string })[];
};

async function readOrders(ledger: Ledger): Promise<OrderFact[]> {
  const rows = await ledger.query<Row>(
    `select o.id, coalesce(o.root, o.id) as root, l.area_code as search, o.quantity, o.state,
       json_build_array(o.plan_id, l.area_code, l.distance, l.fill_quantity)::text as kind,
       exists (select from ledger.events e where e.order_id = o.id and e.kind = 'order_settled'
         and e.who = 'reconcile') as "isJudged",
       array(select d.number::text from ledger.disputes d where d.order_id = o.id) as disputed,
       coalesce((select json_agg(n.number::text) from ledger.numbers n where n.order_id = o.id),
         '[]'::json) as numbers,
       coalesce((select json_agg(json_build_object('outcome', t.outcome, 'claimedAt', t.claimed_at,
           'worker', t.worker, 'what', t.what) order by t.no)
         from ledger.attempts t where t.order_id = o.id), '[]'::json) as attempts,
       coalesce((select json_agg(concat_ws(' ', e.at, e.kind, e.who, e.why, e.detail) order by e.id)
         from ledger.events e where e.order_id = o.id), '[]'::json) as events
     from ledger.orders o join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
     order by o.id`,
  );
  return rows.map(({ attempts, ...row }) => ({
    ...row,
    attempts: attempts.map(({ claimedAt, ...rest }) => ({
      ...rest,
      claimedAt: new Date(claimedAt),
    })),
  }));
}

async function countSettled(ledger: Ledger): Promise<number> {
  const [row] = await ledger.query<{ n: number }>(
    `select count(*)::int as n from ledger.events where kind = 'order_settled'`,
  );
  return row?.n ?? 0;
}
