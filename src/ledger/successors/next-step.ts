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
 * `wait`: until the line's next try. `later`: orders that are pending or unknown hold the room of a
 * rung, and may leave it. `done`: nobody consented to more. `full`: the ids of the plan have no room
 * for more.
 */
export type Decision =
  | { generation: number; step: number; quantity: number }
  | 'wait'
  | 'later'
  | 'done'
  | 'full';

/** Numbers that a step's rung may still bring to the line; infinite without a cap. */
export type Room = {
  now: number;
  /** When the orders of the rung that are pending or unknown bring nothing. */
  later: number;
};

type Wishes = {
  /** It is time for a new try. */
  again: boolean;
  /** The line keeps trying, and its time is not over. */
  keepsTrying: boolean;
  roomFor: (step: Step) => Room;
};

/**
 * What a family asks for next. The generation says which step of the ladder it is: a ladder of two
 * steps has 1 and 2, and a new try 3 (the same area code again), 4 and 5. A step that cannot be
 * taken is passed over. So a generation always means the same, also in a ledger that was put back:
 * an order's id never comes to stand for another area code.
 *
 * The first way down the ladder has the consent of the fallback; a new try has it only while the
 * line keeps trying. Pure.
 */
export function nextStep(family: Family, steps: readonly Step[], wishes: Wishes): Decision {
  const { ordinal, planOrders, generation, lacking, fillQuantity } = family;
  const { again, keepsTrying, roomFor } = wishes;
  const perTry = steps.length + 1;
  const fits = (next: number) => ordinal + next * planOrders < PLAN_ROOM;
  if (generation >= perTry && !keepsTrying) return 'done';
  const stepsDone = generation % perTry;
  const tryBegan = generation - stepsDone;
  let mayOpenLater = false;
  for (const [at, step] of [...steps.entries()].slice(stepsDone)) {
    const room = roomFor(step);
    const isEnough = (numbers: number) => (fillQuantity ? numbers >= lacking : numbers > 0);
    if (!isEnough(room.now)) {
      mayOpenLater ||= isEnough(room.later);
      continue;
    }
    const next = tryBegan + at + 1;
    const quantity = Math.min(lacking, room.now);
    return fits(next) ? { generation: next, step: at + 1, quantity } : 'full';
  }
  if (!keepsTrying) return mayOpenLater ? 'later' : 'done';
  const next = tryBegan + perTry;
  if (!fits(next)) return 'full';
  return again ? { generation: next, step: 0, quantity: lacking } : 'wait';
}
