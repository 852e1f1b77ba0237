import type { PlanDocument } from '../../documents/index.ts';

export type PlanState = PlanDocument['state'];

/** Whether a plan's waiting orders are placed, as far as its account allows. */
export function isPlaced({ state }: { state: PlanState }): boolean {
  return state === 'running' || state === 'standing';
}

/** The same in SQL, of plan `p`. */
export const IS_PLACED = `p.state in ('running', 'standing')`;

/** SQL: whether an order of plan `p` waits or is being sent. */
export const HAS_PENDING = `p.orders + p.successors > coalesce((
  select sum(t.orders) from ledger.tallies t where t.plan_id = p.id), 0)`;
