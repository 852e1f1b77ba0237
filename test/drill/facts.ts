import { auditLedger, type Ledger, listPlans } from '../../src/ledger/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import type { Facts, OrderFact } from './judge.ts';

/** All that the judge wants to know, once nothing moves any more. */
export async function readFacts(ledger: Ledger, sandbox: Sandbox): Promise<Facts> {
  return {
    orders: await readOrders(ledger),
    plans: await listPlans(ledger),
    audit: await auditLedger(ledger),
    requests: sandbox.books().requests,
  };
}

type Row = Omit<OrderFact, 'attempts'> & {
  attempts: { outcome: string | null; claimedAt: string }[];
};

async function readOrders(ledger: Ledger): Promise<OrderFact[]> {
  const rows = await ledger.query<Row>(
    'drill_orders',
    `select o.id, l.area_code as search, o.quantity, o.state,
       exists (select from ledger.disputes d where d.order_id = o.id) as "isDisputed",
       coalesce((select json_agg(n.number::text) from ledger.numbers n where n.order_id = o.id),
         '[]'::json) as numbers,
       coalesce((select json_agg(json_build_object('outcome', t.outcome, 'claimedAt', t.claimed_at)
           order by t.no) from ledger.attempts t where t.order_id = o.id), '[]'::json) as attempts
     from ledger.orders o join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
     order by o.id`,
  );
  return rows.map(({ attempts, ...row }) => ({
    ...row,
    attempts: attempts.map(({ outcome, claimedAt }) => ({
      outcome,
      claimedAt: new Date(claimedAt),
    })),
  }));
}

export async function countSettled(ledger: Ledger): Promise<number> {
  const [row] = await ledger.query<{ n: number }>(
    'drill_settled',
    `select count(*)::int as n from ledger.events where kind = 'order_settled'`,
  );
  return row?.n ?? 0;
}
