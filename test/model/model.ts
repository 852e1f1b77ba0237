import { evidenceSpeaks, isCarried, ledgerIsVouchedFor } from './evidence.ts';
import { type Explored, explore } from './explore.ts';
import { familyGoesOn, isTooEarly } from './family.ts';
import type { Rules } from './rules.ts';
import { keyOf, type Standing, type State, start } from './state.ts';
import { groundMoves, vendorDoes } from './surroundings.ts';
import { workersDo } from './worker.ts';

/**
 * The life of an order in a ledger that can go back, as far as a second purchase depends on it.
 * What can go wrong and what stands against it are switches, told in rules.ts; what happens then is
 * in worker.ts, surroundings.ts and evidence.ts. A step is what becomes true at one moment: a
 * commit, a mark with its first byte, a sale. Everything may wait for any time between two of them,
 * unless a defence says that a worker has watched the time.
 *
 * Left out, since no order is sold twice by it alone: prices of time (rests, paces, the breaker),
 * parts of an order, and what is merely hidden (H7). The lock of the folder (H4) is left to its
 * tests: two holders do not share a ledger, so that there is none to make a model of.
 *
 * `orders` are those of one line, asking for one number each: any of its numbers may be any
 * order's.
 */
export function exploreOrders(orders: number, rules: Rules): Explored {
  const first = rules.has.olderLedger ? 'absent' : 'waiting';
  const split = Array.from({ length: orders }, () => first) as Standing[];
  return explore<State>({
    start: start(rules.family === null ? split : [first, 'unborn']),
    steps: (state) => [
      ...workersDo(state, rules),
      ...vendorDoes(state, rules),
      ...groundMoves(state, rules),
      ...evidenceSpeaks(state, rules),
      ...ledgerIsVouchedFor(state, rules),
      ...familyGoesOn(state, rules),
    ],
    keyOf,
    wrong: (state) => wrong(state, rules),
  });
}

/** More was sold than was asked for; or what was sold is known to nobody, and all looks well. */
function wrong(state: State, { family }: Rules): string | null {
  const { ledger, goods } = state;
  // A successor asks for no more than the one before it lacks.
  if (goods.length > (family === null ? ledger.orders.length : 1)) return 'SOLD TWICE';
  if (family !== null && isTooEarly(state)) return 'ASKED TOO EARLY';
  const isEnded = ledger.orders.every(({ is }) => is === 'filled' || is === 'refused');
  const isRecorded = ledger.owned === (1 << goods.length) - 1;
  return isEnded && state.isVouched && !isRecorded && !isCarried(state)
    ? 'SOLD, AND NOBODY KNOWS'
    : null;
}
