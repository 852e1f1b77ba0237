/** An order and its successor, which asks for what the first is proven to lack. */
import type { Rules } from './rules.ts';
import type { Order, State } from './state.ts';
import { add, lose, type Steps } from './worker.ts';

/** What the sweep does: it makes the successor. */
export function familyGoesOn(state: State, { family, guards }: Rules): Steps {
  const steps: Steps = [];
  const [first, second] = state.ledger.orders;
  if (family === null || !first || second?.is !== 'unborn' || first.is === 'absent') return steps;
  if (guards.vouching && !state.isVouched) return steps;
  const isProven = first.is === 'refused' && !isDoubtful(state);
  if (!isProven && guards.provenFirst) return steps;
  add(steps, 'the successor is made', state, (to) => {
    const row = to.ledger.orders[1]!;
    row.is = 'waiting';
    // It was sent before, or the account may own something of it.
    const attempt = Math.max(row.attempt, to.ledger.leftOver);
    if (attempt > 0) lose(row, attempt);
  });
  return steps;
}

/** It has bought after all. */
function isDoubtful({ goods, ledger }: State): boolean {
  return goods.some(({ order }, good) => order === 0 && ledger.owned & (1 << good));
}

/** A mark of a successor that the ledger lacks: it is made again, if the first has ended there. */
export function findSuccessor(to: State, attempt: number, { guards }: Rules): void {
  const [first, second] = to.ledger.orders;
  if (attempt <= 0 || !first || !second) return;
  if (first.is === 'refused') lose(second, attempt, first.baseline);
  else {
    if (guards.successorKept) second.attempt = Math.max(second.attempt, attempt);
    if (guards.successorProves) first.hasEnded = true;
  }
}

/** Whether nothing can put it in doubt any more: what it lacks may have been asked for since. */
export const isProven = ({ is }: Order, { family }: Rules) =>
  is === 'filled' || (family !== null && is === 'refused');

/** A later attempt of a short order came to light; what was to follow is withdrawn. */
export function putInDoubt({ ledger }: State, order: number, { guards }: Rules): boolean {
  if (!guards.shortDoubted || ledger.orders[order]?.is !== 'refused') return false;
  const later = ledger.orders[order + 1];
  const isUnsent = later?.is === 'waiting' && later.attempt === 0;
  if (isUnsent) later.is = 'unborn';
  return later === undefined || later.is === 'unborn';
}

/** Where a settlement as nothing puts an order: what has ended is not sent again. */
export const settledAs = ({ hasEnded }: Order, is: 'waiting' | 'filled') =>
  is === 'waiting' && hasEnded ? 'refused' : is;

/** The numbers that an order could have bought, as bits. */
export function takesOf({ goods }: State, order: number, { family }: Rules): number {
  const isOwn = (good: number) => family !== 'elsewhere' || goods[good]?.order === order;
  return goods.reduce((bits, _, good) => (isOwn(good) ? bits | (1 << good) : bits), 0);
}

/** The successor was sent, and the order before it is not proven to lack anything. */
export function isTooEarly({ ledger }: State): boolean {
  const [first, second] = ledger.orders;
  const isSent = second?.is === 'sending' || second?.is === 'unknown' || second?.is === 'filled';
  return isSent && first?.is !== 'refused';
}
