import type { Rules } from './rules.ts';
import { copyOf, type Order, type State } from './state.ts';
import { add, lose, type Steps } from './worker.ts';

/** The vendor takes up requests, in its own time, and sells at most once for each. */
export function vendorDoes(state: State, { has, guards }: Rules): Steps {
  const steps: Steps = [];
  for (const [i, { at, order, attempt, isGone }] of state.sends.entries()) {
    if (at !== 'air') continue;
    const what = `attempt ${attempt} of order ${order}`;
    const answer = (to: State, said: 'sale' | 'later' | 'never' | 'contradiction') => {
      const send = to.sends[i]!;
      if (said === 'sale' || said === 'contradiction') {
        send.good = to.goods.length;
        to.goods.push({ order, nonce: send.nonce, isListed: !has.listLags && !has.listStale });
      }
      if (isGone) to.sends.splice(i, 1);
      else send.at = said;
    };
    add(steps, `the vendor sells for ${what}`, state, (to) => answer(to, 'sale'));
    add(steps, `the vendor says "later" to ${what}`, state, (to) => answer(to, 'later'));
    if (isGone) continue;
    add(steps, `the vendor says "no" to ${what}`, state, (to) => answer(to, 'never'));
    if (!has.contradictoryAnswer) continue;
    for (const said of ['later', 'never'] as const) {
      const word = said === 'later' ? 'later' : 'no';
      add(steps, `the vendor says "${word}" to ${what}, and sells`, state, (to) => {
        answer(to, 'contradiction');
        if (!guards.wholeAnswer) to.sends[i]!.at = said;
      });
    }
  }
  for (const [i, { isListed }] of state.goods.entries()) {
    if (isListed) continue;
    add(steps, `the list shows number ${i}`, state, (to) => {
      to.goods[i]!.isListed = true;
    });
  }
  return steps;
}

/** The ground moves: processes end, the ledger and the witness forget, the schema is upgraded. */
export function groundMoves(state: State, rules: Rules): Steps {
  const { has, guards } = rules;
  const steps: Steps = [];
  if (has.workerDies) {
    for (const [i, { isGone, attempt, order }] of state.sends.entries()) {
      if (isGone) continue;
      add(steps, `the process of attempt ${attempt} of order ${order} ENDS`, state, (to) => {
        end(to, [i]);
      });
    }
  }
  if (has.commitsLost || has.olderLedger) {
    add(steps, 'THE LEDGER GOES BACK to the copy', state, (to) => goBack(to, rules));
  }
  if (has.powerCut) {
    add(steps, 'THE POWER IS CUT: all processes end, and the ledger goes back', state, (to) => {
      end(to, [...to.sends.keys()]);
      to.memory.fill(0);
      goBack(to, rules);
    });
  }
  if (has.commitsLost || has.olderLedger || has.powerCut) {
    add(steps, 'a copy of the ledger is made', state, (to) => {
      to.copy = copyOf(to.ledger);
    });
  }
  if (has.witnessForgets && guards.witness) {
    add(steps, 'REDIS IS EMPTIED', state, (to) => {
      if (guards.markKnows) to.remembers = false;
      to.marks.fill(0);
    });
  }
  if (has.sharedSession && !guards.isolation) {
    for (const { order, nonce, at } of state.sends) {
      const { is, attempt, nonce: last } = state.ledger.orders[order]!;
      if (at !== 'claimed' || is !== 'sending' || nonce !== last) continue;
      add(steps, `THE CLAIM of order ${order} IS ROLLED BACK after it was told`, state, (to) => {
        Object.assign(to.ledger.orders[order]!, { is: 'waiting', attempt: attempt - 1, nonce: 0 });
      });
    }
  }
  if (state.ledger.orders.some(({ is }) => is === 'absent')) {
    add(steps, 'the plan is submitted', state, (to) => submit(to, rules));
  }
  return steps;
}

function end(to: State, ended: number[]) {
  for (const i of ended) to.sends[i]!.isGone = true;
  to.sends = to.sends.filter(({ isGone, at }) => !isGone || at === 'air');
}

function goBack(to: State, { guards }: Rules) {
  const gone = to.ledger.orders;
  to.ledger = copyOf(to.copy);
  to.isVouched = false;
  for (const send of to.sends) if (send.age === 'new') send.age = 'old';
  for (const [i, row] of to.ledger.orders.entries()) {
    const last = gone[i]!;
    // A holder of a verdict settles by the attempt's number.
    if (guards.freshVerdict) row.isNothing = false;
    else if (last.isNothing && last.attempt === row.attempt && isUnknown(row)) row.isNothing = true;
  }
}

const isUnknown = ({ is }: Order) => is === 'unknown';

/** The orders of a plan that the ledger lost and that may have bought begin in doubt. */
function submit(to: State, { guards }: Rules) {
  for (const row of to.ledger.orders) {
    if (row.is !== 'absent') continue;
    if (to.ledger.leftOver > 0) lose(row, to.ledger.leftOver);
    else row.is = 'waiting';
  }
  if (guards.contentKey) return;
  to.marks.fill(0);
  to.memory.fill(0);
}
