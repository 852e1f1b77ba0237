import type { Step } from '../../fallback/index.ts';
import { PLAN_ROOM } from '../../order-size.ts';

/** A first order and its successors, all ended by proof, with numbers lacking. */
export type Family = {
  /** Which of the plan's orders the first one is, from 1. */
  ordinal: number;
  /** How many orders the plan was split into. */
  planOrders: number;
  /** The newest member's generation: 0 of the first order. */
  generation: number;
  /** Numbers that all members together lack. */
  lacking: number;
  /** All or nothing: an order is not divided. */
  fillQuantity: boolean;
};

/**
 * `wait`: until the line's next try. `done`: nobody consented to more. `full`: the ids of the plan
 * have no room for more.
 */
export type Decision =
  | { generation: number; step: number; quantity: number }
  | 'wait'
  | 'done'
  | 'full';

/**
 * What a family asks for next. The generation says which step of the ladder it is: a ladder of two
 * steps has 1 and 2, and a new try 3 (the same area code again), 4 and 5. A step that cannot be
 * taken is passed over. So a generation always means the same, also in a ledger that was put back:
 * an order's id never comes to stand for another area code.
 *
 * `roomFor` says how many numbers a step's rung may still bring. With `again` it is time for a new
 * try. Pure.
 */
export function nextStep(
  { ordinal, planOrders, generation, lacking, fillQuantity }: Family,
  steps: readonly Step[],
  {
    again,
    keepsTrying,
    roomFor,
  }: { again: boolean; keepsTrying: boolean; roomFor: (step: Step) => number },
): Decision {
  const perTry = steps.length + 1;
  const fits = (next: number) => ordinal + next * planOrders < PLAN_ROOM;
  const taken = generation % perTry;
  for (let at = taken; at < steps.length; at++) {
    const step = steps[at];
    const quantity = step ? Math.min(lacking, roomFor(step)) : 0;
    const next = generation + at + 1 - taken;
    if (quantity <= 0 || (fillQuantity && quantity < lacking)) continue;
    return fits(next) ? { generation: next, step: at + 1, quantity } : 'full';
  }
  if (!keepsTrying) return 'done';
  const next = generation + perTry - taken;
  if (!fits(next)) return 'full';
  return again ? { generation: next, step: 0, quantity: lacking } : 'wait';
}
