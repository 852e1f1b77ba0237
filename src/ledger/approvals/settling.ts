import { hasCode } from '../../errors.ts';
import type { By } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { planOf } from '../order-id.ts';
import type { Release } from './ask.ts';
import { type Passed, requireApproval, underApproval } from './require.ts';

/** See `requireApproval`: what a settlement does not count as bought may be bought again. */
export async function approveOne(
  tx: Queries,
  id: number,
  bought: number,
  signer: By,
): Promise<Passed> {
  const read = async () => {
    const { kind, orders } = await settlingOf(tx, planOf(id), [id]);
    const [order] = orders;
    const numbers = Math.max(0, (order?.numbers ?? 0) - bought);
    return { kind, orders: order ? [{ ...order, numbers }] : [], numbers };
  };
  return (await requireApproval(tx, planOf(id), read, signer)).passed;
}

/** Of many orders that are to be settled as nothing. */
export type ApprovedSettling = {
  /** Those that nothing waits for, each with what its event keeps. */
  passed: Map<number, Passed>;
  /** Those that must wait, each with the reason. */
  waiting: Map<number, string>;
};

/**
 * Asks one question per plan for orders that are to be settled as nothing, and uses the approvals
 * that there are. The orders are settled later, in batches: one that is not unknown by then is
 * refused, and its approval stays used, which is safe.
 */
export async function approveSettling(
  ledger: Ledger,
  orders: number[],
  signer: By,
): Promise<ApprovedSettling> {
  const approved: ApprovedSettling = { passed: new Map(), waiting: new Map() };
  for (const [planId, own] of Map.groupBy(orders, planOf)) {
    try {
      await approveSome(ledger, planId, own, signer, approved.passed);
    } catch (error) {
      if (!hasCode(error, 'needs_approval')) throw error;
      const waiting = own.filter((order) => !approved.passed.has(order));
      for (const order of waiting) approved.waiting.set(order, error.message);
    }
  }
  return approved;
}

/** Yes by yes, for each names some of them. Throws AppError `needs_approval` for the rest. */
async function approveSome(
  ledger: Ledger,
  planId: number,
  own: number[],
  signer: By,
  approved: ApprovedSettling['passed'],
): Promise<void> {
  for (let rest = own; rest.length > 0; ) {
    const { passed, orders } = await underApproval(ledger, (tx) =>
      requireApproval(tx, planId, () => settlingOf(tx, planId, rest), signer),
    );
    const letGo = orders ?? rest.map((order) => ({ order, numbers: 0 }));
    if (letGo.length === 0) return;
    for (const { order, numbers } of letGo) {
      approved.set(order, passed.freed === undefined ? passed : { ...passed, freed: numbers });
    }
    rest = rest.filter((order) => !approved.has(order));
  }
}

/** What settling these unknown orders of a plan as nothing lets be bought again. */
async function settlingOf(
  tx: Queries,
  planId: number,
  orders: number[],
): Promise<Omit<Release, 'planId'>> {
  const [found] = await tx.query<Pick<Release, 'orders' | 'numbers'>>(
    `select coalesce(json_agg(json_build_object('order', o.id, 'attempt', o.attempts,
         'numbers', o.quantity - o.bought) order by o.id), '[]') as orders,
       coalesce(sum(o.quantity - o.bought), 0)::int as numbers
     from ledger.orders o join ledger.plans p on p.id = o.plan_id
     where o.id = any($2::bigint[]) and p.id = $1 and o.state = 'unknown'
       and p.state <> 'cancelled'`,
    [planId, orders],
  );
  return { kind: 'settle', ...found! };
}
