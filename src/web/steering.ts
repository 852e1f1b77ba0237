import type { Acceptance, By, PlanDocument } from '../ledger/index.ts';
import { type Move, steer } from '../operations/index.ts';
import type { WebContext } from './context.ts';

/** A request does not wait longer for the orders of a huge plan to be cancelled. */
const CANCEL_WITHIN_MS = 1_000;

/** See the operation. */
export function steerPlan(
  context: WebContext,
  id: number,
  move: Move,
  by: By,
  accept?: Acceptance,
): Promise<PlanDocument> {
  return steer({ ...context, cancelWithinMs: CANCEL_WITHIN_MS }, id, move, by, accept);
}
