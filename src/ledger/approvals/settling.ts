import { hasCode } from '../../errors.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { planOf } from '../order-id.ts';
import type { Release } from './ask.ts';
import { type Passed, requireApproval, underApproval } from './require.ts';
import type { Signer } from './whose.ts';

/**
 * What settling these unknown orders of a plan as nothing lets be bought again. Orders that are
 * settled already let go nothing, and nor does a cancelled plan.
 */
async function settlingOf(
  tx: Queries,
  planId: number,
  orders: number[],
): Promise<Omit<Release, 'planId'>> {
  const [found] = await tx.query<Pick<Release, 'orders' | 'numbers'>>(
    'approval_settling',
    `select coalesce(json_agg(json_build_object('order', o.id, 'attempt', o.attempts)
         order by o.id), '[]') as orders,
       coalesce(sum(o.quantity - o.bought), 0)::int as numbers
     from ledger.orders o join ledger.plans p on p.id = o.plan_id
     where o.id = any($2::bigint[]) and p.id = $1 and o.state = 'unknown'
       and p.state <> 'cancelled'`,
    [planId, orders],
  );
  return { kind: 'settle', ...found! };
}

/** What a settlement does not say to have bought may be bought again; see `requireApproval`. */
export const approveOne = (
  tx: Queries,
  order: number,
  bought: number,
  signer: Signer,
): Promise<Passed> =>
  requireApproval(
    tx,
    planOf(order),
    async () => {
      const release = await settlingOf(tx, planOf(order), [order]);
      return { ...release, numbers: Math.max(0, release.numbers - bought) };
    },
    signer,
  );

/**
 * Asks once a plan for many orders that are to be settled as nothing, and counts or uses what it
 * gets. Returns those that must wait, each with the reason. The others may then be settled one by
 * one; what comes between them leaves a yes used and an order unknown, which is safe.
 */
export async function approveSettling(
  ledger: Ledger,
  orders: number[],
  signer: Signer,
): Promise<Map<number, string>> {
  const waiting = new Map<number, string>();
  for (const [planId, own] of Map.groupBy(orders, planOf)) {
    try {
      await underApproval(ledger, (tx) =>
        requireApproval(tx, planId, () => settlingOf(tx, planId, own), signer),
      );
    } catch (error) {
      if (!hasCode(error, 'needs_approval')) throw error;
      for (const order of own) waiting.set(order, error.message);
    }
  }
  return waiting;
}
