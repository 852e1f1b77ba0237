import type { Acceptance, By, PlanDocument } from '../ledger/index.ts';
import { close, type Move, steer } from '../operations/index.ts';
import type { WebContext } from './context.ts';

/** A request does not wait longer for the end of a huge plan: an answer comes within a second. */
const END_WITHIN_MS = 500;

/** See the operation. */
export function steerPlan(
  context: WebContext,
  id: number,
  move: Move,
  by: By,
  accept?: Acceptance,
): Promise<PlanDocument> {
  return steer({ ...context, endWithinMs: END_WITHIN_MS }, id, move, by, accept);
}

/** See the operation. */
export function closePlan(
  context: WebContext,
  id: number,
  line: number | null,
  by: By,
): Promise<PlanDocument> {
  return close({ ...context, endWithinMs: END_WITHIN_MS }, id, line, by);
}
