/**
 * The life of orders as a model of a few lines, and random sequences of what workers, sweeps,
 * people and disasters do, on the model and on the real ledger alike. The vendor sells at random
 * and tells nobody but the one who asked: what it sold is the truth that the laws are held against.
 */
import type { AsyncCommand } from 'fast-check';
import { expect } from 'vitest';
import type { PlanDocument } from '../../src/documents/index.ts';
import { type ClaimedOrder, findPlan, type Ledger } from '../../src/ledger/index.ts';
import { allLines, sql } from '../support/ledger.ts';
import { PARTS, sumOfParts } from '../support/parts.ts';
import type { SmallPlan } from '../support/plans.ts';
import type { LineOfModel } from './life-families.ts';

type State = 'waiting' | 'sending' | 'filled' | 'short' | 'refused' | 'unknown' | 'cancelled';
export type Order = {
  quantity: number;
  state: State;
  attempts: number;
  numbers: string[];
  line: LineOfModel;
  /** Of a successor: the first order of its family, and which step of the ladder it takes. */
  root: number | null;
  step: number | null;
  /** It belongs to a new try of its line. */
  isTry: boolean;
  /** What it lacks and a successor asks for. */
  moved: number;
  /** Whether what it lacks is to be looked at; false: its line waits for a try. */
  follow: boolean | null;
  /** A person settled its last attempt, perhaps against the evidence; or the answer came later. */
  isSettled: boolean;
  isAgainstEvidence: boolean;
  isAnsweredLate: boolean;
};

/** An attempt as its worker knows it. */
export type Flight = {
  order: ClaimedOrder;
  /** What the vendor sold; null: it was not asked. */
  sold: string[] | null;
  /** Its deadline has passed: by its own clock it sends nothing any more. */
  isLate: boolean;
  /** Its process has died, or has recorded the answer. */
  isOver: boolean;
};

export type Model = {
  orders: Map<number, Order>;
  flights: Flight[];
  plan: 'ready' | 'running' | 'standing' | 'paused' | 'finished' | 'cancelled';
  /** A person has ended all tries. */
  isClosed: boolean;
  isAccountPaused: boolean;
};

export type Real = { ledger: Ledger; plan: SmallPlan };
export type Command = AsyncCommand<Model, Real>;

/** What sequences have come upon: a model that never leaves the start keeps every law. */
export const met = new Set<string>();

/** A step of a sequence; `check` says when it makes sense, and the laws are asked after each. */
export function command(
  name: string,
  run: (model: Model, real: Real) => Promise<void>,
  check: (model: Model) => boolean = () => true,
): Command {
  return {
    check,
    async run(model, real) {
      await run(model, real);
      await compare(model, real);
    },
    toString: () => name,
  };
}

/** The one at that place, wherever there are fewer. */
export const nth = <T>(all: T[], n: number) => all[n % all.length]!;
/** Mostly one in that state; now and then any. */
export function pickOrder({ orders }: Model, n: number, wanted: State): [number, Order] {
  const fitting = [...orders].filter(([, { state }]) => state === wanted);
  return nth(n < 2 || fitting.length === 0 ? [...orders] : fitting, n);
}

/** An order waits again. */
export function reopen(model: Model): void {
  if (model.plan === 'finished') model.plan = 'running';
}

async function addsUp(ledger: Ledger, { id }: SmallPlan, plan: PlanDocument): Promise<void> {
  expect(plan.requested).toBe(sumOfParts(plan));
  expect(plan.substituted).toBeLessThanOrEqual(plan.bought);
  const lines = await allLines(ledger, id);
  for (const line of lines) expect(line.requested).toBe(sumOfParts(line));
  for (const part of PARTS) {
    expect(plan[part]).toBeGreaterThanOrEqual(0);
    expect(lines.reduce((sum, line) => sum + line[part], 0)).toBe(plan[part]);
  }
}

async function compare(model: Model, { ledger, plan }: Real): Promise<void> {
  const rows = await sql(
    ledger,
    `select o.id, o.state, o.attempts, o.bought, o.quantity, o.root, o.step, o.moved, o.follow,
       coalesce((select json_agg(n.number::text order by n.number)
         from ledger.numbers n where n.order_id = o.id), '[]'::json) as numbers
     from ledger.orders o where o.plan_id = $1 order by o.id`,
    [plan.id],
  );
  const expected = [...model.orders].map(([id, order]) => {
    const { state, attempts, numbers, quantity, root, step, moved, follow } = order;
    const known = { id, state, attempts, quantity, root, step, moved, follow };
    return { ...known, bought: numbers.length, numbers: [...numbers].sort() };
  });
  expect(rows).toEqual(expected.sort((a, b) => a.id - b.id));
  const document = await findPlan(ledger, plan.id);
  expect(document.state).toBe(model.plan);
  await addsUp(ledger, plan, document);
  for (const { order, sold } of model.flights) {
    const { state, numbers } = model.orders.get(order.id)!;
    const isKnown = sold?.every((number) => numbers.includes(number)) ?? true;
    // Nothing lost: it is recorded, or the order is still being asked about.
    expect(isKnown || state === 'unknown' || state === 'sending').toBe(true);
  }
}
