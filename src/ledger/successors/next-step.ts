import type { Step } from '../../fallback/index.ts';
import { PLAN_ROOM } from '../../order-size.ts';

/** A first order and its successors, all ended by proof, with numbers lacking. */
export type Family = {
  /** Which of the plan's orders the first one is, from 1. */
  ordinal: number;
  /** How many orders the plan was split into. */
  planOrders: number;
  /** The newest member's generation: 0 of the first order. */
  newest: number;
  /** The generation of the newest member that has just ended short; `newest` when none has. */
  lacksFrom: number;
  /** A member has asked for the first order's own area code again. */
  isTriedAgain: boolean;
  /** What may be asked for again: what its short members lack. */
  lacking: number;
  /** All or nothing: an order is not divided. */
  fillQuantity: boolean;
};

/**
 * `wait`: until the line's next try. `later`: pending or unknown orders take up the room of a rung,
 * and may free it. `done`: nobody has consented to more. `full`: the plan has no ids left.
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
  /** If the rung's pending and unknown orders turn out to bring nothing. */
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
 * What a family asks for next. With a ladder of two steps, generations 1 and 2 are its steps; a new
 * try is 3 (the same area code again), 4 and 5. So a generation always means the same step, also in
 * a restored ledger: an order's id never changes its area code. Generations only rise: a step whose
 * generation has passed gets that of the next try. The fallback consents to the first way down the
 * ladder, and to a new try while the line keeps trying. A step that cannot be taken is skipped.
 */
export function nextStep(family: Family, steps: readonly Step[], wishes: Wishes): Decision {
  const { ordinal, planOrders, newest, lacksFrom, isTriedAgain, lacking, fillQuantity } = family;
  const { again, keepsTrying, roomFor } = wishes;
  const perTry = steps.length + 1;
  if (isTriedAgain && !keepsTrying) return 'done';
  const take = (step: number, quantity: number): Decision => {
    const generation = newest + 1 + modulo(step - newest - 1, perTry);
    const fits = ordinal + generation * planOrders < PLAN_ROOM;
    return fits ? { generation, step, quantity } : 'full';
  };
  let mayOpenLater = false;
  for (const [at, step] of [...steps.entries()].slice(lacksFrom % perTry)) {
    const room = roomFor(step);
    const isEnough = (numbers: number) => (fillQuantity ? numbers >= lacking : numbers > 0);
    if (isEnough(room.now)) return take(at + 1, Math.min(lacking, room.now));
    mayOpenLater ||= isEnough(room.later);
  }
  if (!keepsTrying) return mayOpenLater ? 'later' : 'done';
  const next = take(0, lacking);
  return again || next === 'full' ? next : 'wait';
}

const modulo = (value: number, by: number) => ((value % by) + by) % by;
