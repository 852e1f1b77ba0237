/**
 * The part of the model of orders' lives that knows families: what a first order and its successors
 * lack, and what may be asked for next. Written once more in plain steps, to be held against SQL.
 */
import { expect } from 'vitest';
import type { Step } from '../../src/fallback/index.ts';
import { orderId } from '../../src/ledger/index.ts';
import type { Model, Order } from './life-model.ts';

/** A line of the file. */
export type LineOfModel = {
  steps: Step[];
  keepsTrying: boolean;
  /** It has begun to wait for tries; a person has ended them, or it is time for one. */
  isStanding: boolean;
  isDue: boolean;
};

const PLAN_ORDERS = 4;

const lackOf = ({ quantity, numbers, moved }: Order) => quantity - numbers.length - moved;
const isShort = ({ state }: Order) => state === 'short';
const isProven = ({ state }: Order) => state === 'filled' || state === 'short';
/** What was refused waits for a person, and keeps nobody. Nor does a cancelled try. */
const hasEnded = (order: Order) =>
  isProven(order) || order.state === 'refused' || order.state === 'cancelled';
const isUnsent = ({ root, state, attempts }: Order) =>
  root !== null && attempts === 0 && (state === 'waiting' || state === 'cancelled');

type Entry = [id: number, order: Order];

/** Its members, oldest first. */
export const familyOf = ({ orders }: Model, root: number): Entry[] =>
  [...orders].filter(([id, order]) => id === root || order.root === root).sort(byId);

const byId = ([a]: Entry, [b]: Entry) => a - b;
const rootOf = ([id, { root }]: Entry) => root ?? id;

/** Nothing of the line is in doubt, and all of the family has ended by proof. */
function isFree(model: Model, root: number, line: LineOfModel): boolean {
  const isFrozen = [...model.orders.values()].some(
    (order) => order.line === line && order.state === 'unknown',
  );
  return !isFrozen && familyOf(model, root).every(([, order]) => hasEnded(order));
}

/** First orders with a member that lacks something and that is to be looked at, or waits. */
const rootsWith = (model: Model, follow: boolean, lines: Set<LineOfModel>) => [
  ...new Set(
    [...model.orders]
      .filter(([, order]) => isShort(order) && order.follow === follow && lines.has(order.line))
      .map(rootOf)
      .filter((root) => isFree(model, root, model.orders.get(root)!.line)),
  ),
];

const linesOf = (model: Model) => new Set([...model.orders.values()].map(({ line }) => line));

export const mayFollow = (model: Model) => rootsWith(model, true, linesOf(model)).length > 0;
export const stands = ({ orders }: Model) =>
  [...orders.values()].some((order) => isShort(order) && order.follow === false);

/** What the sweep makes of a plan that is not stopped. Returns how many orders it opens. */
export function openInModel(model: Model, planId: number): number {
  const isGoing = model.plan === 'running' || model.plan === 'standing';
  const due = [...linesOf(model)].filter(
    (line) => isGoing && line.isStanding && (line.isDue || model.isClosed),
  );
  const again = rootsWith(model, false, new Set(due));
  for (const line of due) line.isDue = false;
  const first = isGoing || model.plan === 'finished' ? rootsWith(model, true, linesOf(model)) : [];
  const decided = [...new Set([...again, ...first])]
    .sort((a, b) => a - b)
    .map((root) => ({ root, next: goOn(model, planId, root, again.includes(root)) }));
  if (decided.some(({ next }) => next === 'wait' || next === 'opened') && model.plan === 'finished')
    model.plan = 'running';
  return decided.filter(({ next }) => next === 'opened').length;
}

function goOn(model: Model, planId: number, root: number, isTry: boolean) {
  const family = familyOf(model, root);
  const { line } = family[0]![1];
  const short = family.map(([, order]) => order).filter((o) => isShort(o) && o.follow !== null);
  const lack = short.reduce((sum, order) => sum + lackOf(order), 0);
  const isDoubtful = family.some(([, order]) => order.isAgainstEvidence);
  const next = isDoubtful || lack === 0 ? 'done' : nextOf(model, planId, root, lack, isTry);
  if (typeof next === 'object') {
    move(short, next.order.quantity);
    model.orders.set(next.id, next.order);
  }
  if (next === 'wait') line.isStanding = true;
  if (next === 'later') return next;
  const follow = next === 'wait' ? false : next === 'done' ? null : true;
  for (const order of short) order.follow = lackOf(order) > 0 ? follow : null;
  return typeof next === 'object' ? 'opened' : next;
}

/** Each of the next places in the plan stands for a step of the ladder; step 0 is a new try. */
function nextOf(model: Model, planId: number, root: number, lack: number, isTry: boolean) {
  const family = familyOf(model, root);
  const { line } = family[0]![1];
  const mayTry = line.keepsTrying && !model.isClosed;
  const stepAt = (id: number) => ((id - root) / PLAN_ORDERS) % (line.steps.length + 1);
  if (!mayTry && family.some(([, { step }]) => step === 0)) return 'done';
  const fresh = family.filter(([, o]) => isShort(o) && o.follow === true && lackOf(o) > 0);
  const from = stepAt((fresh.at(-1) ?? family.at(-1)!)[0]);
  const opened = (step: number, quantity: number) => {
    let id = family.at(-1)![0] + PLAN_ORDERS;
    while (stepAt(id) !== step) id += PLAN_ORDERS;
    expect(id).toBeLessThan(orderId(planId + 1, 0));
    const isTry = step === 0 || family.some(([, order]) => order.step === 0);
    return { id, order: newOrder({ quantity, line, root, step, isTry }) };
  };
  let mayOpenLater = false;
  for (let step = from + 1; step <= line.steps.length; step++) {
    const { now, later } = roomOf(model, line, step);
    if (now > 0) return opened(step, Math.min(lack, now));
    mayOpenLater ||= later > 0;
  }
  if (!mayTry) return mayOpenLater ? 'later' : 'done';
  return isTry ? opened(0, lack) : 'wait';
}

export function newOrder(
  given: Pick<Order, 'quantity' | 'line'> & Partial<Pick<Order, 'root' | 'step' | 'isTry'>>,
): Order {
  return {
    ...{
      root: null,
      step: null,
      isTry: false,
      state: 'waiting',
      attempts: 0,
      numbers: [],
      moved: 0,
    },
    ...{ follow: true, isSettled: false, isAgainstEvidence: false, isAnsweredLate: false },
    ...given,
  };
}

function roomOf({ orders }: Model, line: LineOfModel, step: number) {
  const rung = ({ step }: { step: number | null }) => line.steps[(step ?? 0) - 1]?.rung;
  const same = [...orders.values()].filter(
    (order) => order.line === line && rung(order) === rung({ step }),
  );
  const total = (counts: (order: Order) => number) =>
    same.reduce((all, order) => all + counts(order), 0);
  const isOpen = ({ state }: Order) => ['waiting', 'sending', 'unknown'].includes(state);
  const used = total((order) =>
    order.isAgainstEvidence || order.state === 'refused' ? order.quantity : order.numbers.length,
  );
  const open = total((order) => (isOpen(order) ? order.quantity - order.numbers.length : 0));
  const later = (line.steps[step - 1]?.cap ?? Infinity) - used;
  return { now: later - open, later };
}

/**
 * Whether others of its line have used what an order left of its rung's cap. What has not been sent
 * is withdrawn before that is asked.
 */
export function isOverCapInModel(model: Model, id: number): boolean {
  const { step, line, quantity } = model.orders.get(id)!;
  if (!step) return false;
  const others = [...model.orders].filter(([other, order]) => other !== id && !isUnsent(order));
  return roomOf({ ...model, orders: new Map(others) }, line, step).now < quantity;
}

/** The lack moves from the oldest first. */
function move(short: Order[], quantity: number): void {
  let left = quantity;
  for (const order of short) {
    const some = Math.min(left, lackOf(order));
    order.moved += some;
    left -= some;
  }
  expect(left).toBe(0);
}

/** The lack moves back from a successor that was not sent. */
function withdrawInModel(model: Model, id: number): void {
  const { root, quantity } = model.orders.get(id)!;
  model.orders.delete(id);
  let left = quantity;
  for (const [, order] of familyOf(model, root!).reverse()) {
    if (order.moved === 0 || left === 0) continue;
    const some = Math.min(left, order.moved);
    Object.assign(order, { moved: order.moved - some, follow: true });
    left -= some;
  }
}

/** The orders of a line, or of its new tries, that were not sent yet. */
export function withdrawUnsentInModel(
  model: Model,
  line: LineOfModel,
  { onlyTries = false } = {},
): void {
  for (const [id, order] of [...model.orders]) {
    if (order.line !== line || !isUnsent(order) || (onlyTries && !order.isTry)) continue;
    withdrawInModel(model, id);
  }
}

/** What waits of new tries of a line. */
export function endTriesInModel(model: Model, line: LineOfModel): void {
  withdrawUnsentInModel(model, line, { onlyTries: true });
  for (const order of model.orders.values())
    if (order.line === line && order.isTry && order.state === 'waiting') order.state = 'cancelled';
}

/** All of its family is proven when an order is sent, but for what was refused and sent again. */
export function expectProven(model: Model, id: number): void {
  const root = model.orders.get(id)?.root ?? id;
  const others = familyOf(model, root).filter(([other]) => other !== id);
  for (const [, order] of others)
    expect(hasEnded(order) || (order.moved === 0 && order.attempts > 0) || isUnsent(order)).toBe(
      true,
    );
}

export function expectNoMoreThanAsked({ orders, flights }: Model): void {
  const all = [...orders].map(([id, order]) => {
    const sold = flights
      .filter((flight) => flight.order.id === id)
      .flatMap((flight) => flight.sold ?? []);
    return { ...order, id, sold: sold.length };
  });
  for (const { id, root, quantity } of all) {
    if (root !== null) continue;
    const sold = all.filter((other) => other.id === id || other.root === id);
    expect(sum(sold)).toBeLessThanOrEqual(quantity);
  }
  for (const { line, step } of all) {
    const { rung, cap } = line.steps[(step ?? 0) - 1] ?? {};
    if (cap == null) continue;
    const same = all.filter(
      (other) => other.line === line && line.steps[(other.step ?? 0) - 1]?.rung === rung,
    );
    expect(sum(same)).toBeLessThanOrEqual(cap);
  }
}

const sum = (all: { sold: number }[]) => all.reduce((total, { sold }) => total + sold, 0);
