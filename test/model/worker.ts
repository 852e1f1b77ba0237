import type { Step } from './explore.ts';
import { isProven } from './family.ts';
import type { Rules } from './rules.ts';
import { cloneOf, freshNonce, LOST, NO_LIST, type Order, type Send, type State } from './state.ts';

export type Steps = Step<State>[];

/** Adds a step: what is so after `change`. */
export function add(steps: Steps, says: string, state: State, change: (to: State) => void) {
  const to = cloneOf(state);
  change(to);
  steps.push({ says, to });
}

/** What the processes of the program do: claim, mark and send, wait, and record. */
export function workersDo(state: State, rules: Rules): Steps {
  const steps: Steps = [];
  for (const order of state.ledger.orders.keys()) {
    if (mayClaim(state, order, rules)) {
      if (state.isVouched || !rules.guards.vouching) {
        add(steps, `order ${order} is claimed`, state, (to) => claim(to, order, 'claimed'));
      }
      if (rules.has.newerSchema && !rules.guards.versionFence) {
        add(steps, `order ${order} is claimed BY A WORKER OF THE OLDER VERSION`, state, (to) =>
          claim(to, order, 'bare'),
        );
      }
    }
  }
  for (const [i, send] of state.sends.entries()) if (!send.isGone) goOn(steps, state, i, rules);
  return steps;
}

function mayClaim({ ledger, sends }: State, order: number, rules: Rules): boolean {
  const { has, guards } = rules;
  const { is, attempt } = ledger.orders[order]!;
  if (attempt >= rules.attempts || sends.length >= rules.flights) return false;
  return is === 'waiting' || (is === 'sending' && !!has.queueDuplicates && !guards.compareAndSet);
}

function claim(to: State, order: number, at: 'claimed' | 'bare') {
  const row = to.ledger.orders[order]!;
  const nonce = freshNonce(to);
  const attempt = row.attempt + 1;
  const baseline = to.ledger.listed;
  Object.assign(row, { is: 'sending', attempt, nonce, baseline, isNothing: false });
  to.sends.push({ order, isGone: false, attempt, nonce, at, good: 0, age: 'new' });
}

/** What the process that holds the claim does next. */
function goOn(steps: Steps, state: State, i: number, rules: Rules) {
  const { order, attempt, at } = state.sends[i]!;
  const what = `attempt ${attempt} of order ${order}`;
  switch (at) {
    case 'claimed':
      markAndSend(steps, state, i, rules);
      add(steps, `it is too late to send ${what}`, state, (to) => {
        to.sends[i]!.at = 'later';
      });
      return;
    case 'bare':
      add(steps, `${what} is sent without a mark`, state, (to) => {
        to.sends[i]!.at = 'air';
      });
      return;
    case 'air':
      add(steps, `the answer to ${what} is waited for no longer`, state, (to) => {
        const row = to.ledger.orders[order]!;
        if (row.is === 'sending' && isOf(row, to.sends[i]!, rules)) row.is = 'unknown';
        to.sends[i]!.isGone = true;
      });
      return;
    default:
      add(steps, `"${at}" is recorded for ${what}`, state, (to) => {
        record(to, to.sends[i]!, rules);
        to.sends.splice(i, 1);
      });
      if (!rules.has.recordRepeats) return;
      add(steps, `"${at}" is recorded for ${what}, and will be again`, state, (to) =>
        record(to, to.sends[i]!, rules),
      );
  }
}

/**
 * The mark comes before the first byte. Where it was set before, or cannot be set, nothing is sent.
 */
function markAndSend(steps: Steps, state: State, i: number, rules: Rules) {
  const { has, guards } = rules;
  const { order, attempt, age } = state.sends[i]!;
  const what = `attempt ${attempt} of order ${order}`;
  const bit = 1 << attempt;
  // Of several processes, or after a restart, the one that claims may remember it or may not. What
  // it remembers the witness has, too, unless that has forgotten: then it is left open what there
  // was.
  const mayBeAnother = has.secondWorker || has.workerDies;
  const isLeftOpen = guards.witness && mayBeAnother;
  const mayRemember = isLeftOpen ? has.witnessForgets : state.memory[order]! & bit;
  if (guards.processMemory && mayRemember) {
    add(steps, `the process remembers ${what}: doubt`, state, (to) => doubt(to, i, rules));
    if (!mayBeAnother) return;
  }
  const hasForgotten = !state.remembers && guards.markKnows;
  if (guards.witness && (hasForgotten || (age === 'fenced' && guards.markFence))) {
    add(steps, `the witness takes no mark for ${what}`, state, (to) => {
      to.sends[i]!.at = 'later';
    });
  } else if (guards.witness && state.marks[order]! & bit) {
    add(steps, `${what} is marked already: doubt`, state, (to) => doubt(to, i, rules));
  } else {
    add(steps, `${what} is marked and sent`, state, (to) => {
      if (guards.processMemory && !isLeftOpen) to.memory[order]! |= bit;
      if (guards.witness) to.marks[order]! |= bit;
      to.sends[i]!.at = 'air';
    });
  }
}

/** The attempt was sent before: the ledger has gone back, and the order becomes unknown. */
function doubt(to: State, i: number, rules: Rules) {
  const { order, attempt } = to.sends[i]!;
  to.sends.splice(i, 1);
  const row = to.ledger.orders[order]!;
  if (row.attempt <= attempt && !isProven(row, rules) && isThere(row)) {
    lose(row, attempt);
  }
}

/** Writes down an attempt that the ledger has lost; `baseline` is a list from surely before it. */
export function lose(row: Order, attempt: number, baseline = NO_LIST) {
  Object.assign(row, { is: 'unknown', attempt, nonce: LOST, baseline, isNothing: false });
}

/** Whether the ledger has the order. */
export const isThere = ({ is }: Order) => is !== 'absent' && is !== 'unborn';

/** Whether the answer is one to the order's last attempt. */
function isOf(row: Order, { attempt, nonce }: Send, { guards }: Rules): boolean {
  return row.attempt === attempt && (!guards.nonce || row.nonce === nonce);
}

function record(to: State, send: Send, rules: Rules) {
  const { guards } = rules;
  const row = to.ledger.orders[send.order]!;
  const isLost = row.attempt === send.attempt && row.nonce === LOST;
  if (send.at === 'sale') {
    if (!isThere(row) || row.is === 'filled' || row.attempt > send.attempt) return;
    // A short order takes no more: the number is surplus, and nothing follows any more.
    if (rules.family !== null && row.is === 'refused') {
      to.ledger.owned |= 1 << send.good;
      return;
    }
    if (!isOf(row, send, rules)) {
      if (!guards.nonce) return;
      lose(row, send.attempt);
    }
    row.is = to.ledger.owned & (1 << send.good) ? 'unknown' : 'filled';
    row.isNothing = false;
    to.ledger.owned |= 1 << send.good;
    return;
  }
  const isBelieved = !guards.provenNo && (isLost || row.attempt < send.attempt);
  const isKnown = isOf(row, send, rules) || isBelieved;
  if (!isKnown || (row.is !== 'sending' && row.is !== 'unknown')) return;
  row.attempt = send.attempt;
  if (send.at === 'contradiction') row.is = 'unknown';
  else row.is = send.at === 'later' ? 'waiting' : 'refused';
  row.isNothing = false;
}
