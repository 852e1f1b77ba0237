import { findSuccessor, isProven, putInDoubt, settledAs, takesOf } from './family.ts';
import type { Rules } from './rules.ts';
import { LOST, NO_LIST, type Order, type State } from './state.ts';
import { add, isThere, lose, type Steps } from './worker.ts';

/** Deadlines pass, lists are read, verdicts are settled, and people settle. */
export function evidenceSpeaks(state: State, rules: Rules): Steps {
  const { has, guards } = rules;
  const steps: Steps = [];
  const { ledger } = state;
  const mayRead = state.isVouched || !guards.freshVerdict;
  if (mayRead && ledger.listed !== shown(state)) {
    add(steps, 'a list is read and kept', state, (to) => {
      to.ledger.listed = shown(to);
    });
  }
  for (const [order, row] of ledger.orders.entries()) {
    if (row.is === 'sending' && (has.workerSilent || isOver(state, order, rules))) {
      add(steps, `order ${order} becomes unknown by its deadline`, state, (to) => {
        to.ledger.orders[order]!.is = 'unknown';
      });
    }
    if (row.is !== 'unknown' || !mayRead) continue;
    if (isSettled(state, order, rules)) steps.push(...listSpeaks(state, order, rules));
    if (row.isNothing) {
      add(steps, `order ${order} is settled as nothing by the verdict`, state, (to) =>
        settle(to, order, 'waiting'),
      );
    }
    steps.push(...personSpeaks(state, order, rules));
  }
  return steps;
}

/**
 * What a reading of the list says of an unknown order whose deadline and settling time have passed.
 */
function listSpeaks(state: State, order: number, rules: Rules): Steps {
  const { has, guards } = rules;
  const steps: Steps = [];
  const { orders, owned } = state.ledger;
  const row = orders[order]!;
  if (row.baseline === NO_LIST || orders.some(({ is }) => is === 'sending')) return steps;
  const before = guards.lineBaseline
    ? orders.reduce((bits, { baseline }) => bits & baseline, NO_LIST)
    : row.baseline;
  const strays = shown(state) & ~owned & ~before;
  const mayLie = has.listLies && !guards.believableList;
  if (strays === 0 || mayLie) {
    const says = strays === 0 ? 'shows' : 'LIES and shows';
    add(steps, `the list ${says} no number for order ${order}: verdict "nothing"`, state, (to) => {
      to.ledger.orders[order]!.isNothing = true;
    });
  }
  for (let good = 0; good < state.goods.length; good += 1) {
    if (!(strays & (1 << good) & takesOf(state, order, rules))) continue;
    add(steps, `the list gives number ${good} to order ${order}`, state, (to) => {
      settle(to, order, 'filled');
      to.ledger.owned |= 1 << good;
    });
  }
  return steps;
}

function personSpeaks(state: State, order: number, rules: Rules): Steps {
  const { has, guards } = rules;
  const steps: Steps = [];
  const isOpen = state.sends.some(isUnderWay) || !isShown(state, order);
  const fitting = takesOf(state, order, rules) & ~state.ledger.owned;
  const free = state.goods.findIndex((_, good) => fitting & (1 << good));
  if (!isOpen) {
    const said = free < 0 ? 'nothing was bought' : `number ${free} was bought`;
    add(steps, `a person finds out that for order ${order} ${said}`, state, (to) => {
      settle(to, order, free < 0 ? 'waiting' : 'filled');
      if (free >= 0) to.ledger.owned |= 1 << free;
    });
  }
  if (guards.personChecked) return steps;
  if (has.earlyPerson && isOpen) {
    add(steps, `A PERSON SETTLES order ${order} as nothing TOO EARLY`, state, (to) =>
      settle(to, order, 'waiting'),
    );
  }
  if (has.wrongPerson && !isOpen && free >= 0) {
    add(steps, `A PERSON SETTLES order ${order} AGAINST THE EVIDENCE`, state, (to) =>
      settle(to, order, 'waiting'),
    );
  }
  return steps;
}

function settle(to: State, order: number, is: 'waiting' | 'filled') {
  const row = to.ledger.orders[order]!;
  Object.assign(row, { is: settledAs(row, is), isNothing: false });
}

/** The numbers on the list, as bits. */
function shown({ goods }: State): number {
  return goods.reduce((bits, { isListed }, i) => (isListed ? bits | (1 << i) : bits), 0);
}

const isUnderWay = ({ at }: { at: string }) => at === 'claimed' || at === 'bare' || at === 'air';

/**
 * Whether an attempt's deadline has passed. A worker that watched the time knows it for sure.
 */
function isOver(state: State, order: number, { has, guards }: Rules): boolean {
  if (has.clockJumps && !guards.watchedTime) return true;
  return !state.sends.some((send) => isUnderWay(send) && isMeant(state, order, send));
}

/** And whether the settling time has passed after it. */
function isSettled(state: State, order: number, rules: Rules): boolean {
  const { has, guards } = rules;
  if (has.listStale || (has.clockJumps && !guards.watchedTime)) return true;
  return isShown(state, order) && isOver(state, order, rules);
}

function isShown(state: State, order: number): boolean {
  return state.goods.every((good) => good.isListed || !isMeant(state, order, good));
}

/**
 * The deadline is that of the attempt that the ledger knows; a lost one has all of the time again.
 */
function isMeant(state: State, order: number, other: { order: number; nonce: number }): boolean {
  const { nonce } = state.ledger.orders[order]!;
  return other.order === order && (nonce === LOST || other.nonce === nonce);
}

/** The ways in which a ledger that has come up again is vouched for. */
export function ledgerIsVouchedFor(state: State, rules: Rules): Steps {
  const { has, guards } = rules;
  const steps: Steps = [];
  if (!guards.vouching) return steps;
  if (guards.witness && state.isVouched && !state.remembers) {
    add(steps, 'the witness learns the marks from the ledger', state, (to) => learn(to));
  }
  if (state.isVouched) return steps;
  if (guards.witness && state.remembers) {
    add(steps, 'the witness is compared with the ledger, which is vouched for', state, (to) =>
      compare(to, rules),
    );
  } else if (isAllQuiet(state, rules)) {
    add(steps, 'after a wait the list is looked at, and the ledger is vouched for', state, (to) =>
      look(to, rules),
    );
    if (has.listLies && !guards.believableList) {
      add(steps, 'after a wait the list LIES, and the ledger is vouched for', state, (to) => {
        to.isVouched = true;
      });
    }
  }
  if (has.earlyPerson && !guards.personChecked) {
    add(steps, 'A PERSON RESUMES THE ACCOUNT without a look', state, (to) => {
      to.isVouched = true;
    });
  }
  if (has.sameTimeline && has.secondWorker) {
    add(steps, 'a process finds its own last commit, and vouches for the ledger', state, (to) => {
      to.isVouched = true;
    });
  }
  return steps;
}

function learn(to: State) {
  for (const [order, { attempt }] of to.ledger.orders.entries()) {
    to.marks[order] = (2 << Math.max(attempt, to.ledger.leftOver)) - 2;
  }
  to.remembers = true;
  fence(to);
}

/** From now on the witness takes no mark for a claim of an earlier incarnation. */
function fence(to: State) {
  for (const send of to.sends) if (send.age === 'old') send.age = 'fenced';
}

/** Attempts that are marked and that the ledger does not know become unknown. */
function compare(to: State, rules: Rules) {
  const { guards } = rules;
  const { orders, listed } = to.ledger;
  for (const [order, row] of orders.entries()) {
    const attempt = 31 - Math.clz32(to.marks[order]!);
    if (row.is === 'unborn') findSuccessor(to, attempt, rules);
    else if (row.is === 'absent') keepLeftOver(to, attempt, guards);
    else if (attempt > row.attempt) {
      if (isProven(row, rules) && !putInDoubt(to, order, rules)) row.attempt = attempt;
      else lose(row, attempt, listBefore(row, listed, guards));
    }
  }
  to.isVouched = true;
  fence(to);
}

/** A lost attempt of an order that was in doubt before may be as old as that doubt. */
function listBefore({ is, baseline }: Order, listed: number, guards: Rules['guards']): number {
  const wasInDoubt = is === 'sending' || is === 'unknown';
  return wasInDoubt && guards.olderList ? baseline : listed;
}

function keepLeftOver({ ledger }: State, attempt: number, guards: Rules['guards']) {
  if (guards.leftOverKept) ledger.leftOver = Math.max(ledger.leftOver, attempt);
}

/**
 * The wait is over when no claim from before can still buy, and the list shows all that was bought.
 */
function isAllQuiet({ sends, goods }: State, { has, guards }: Rules): boolean {
  if (has.clockJumps && !guards.watchedTime) return true;
  return !sends.some(isUnderWay) && (has.listStale || goods.every(({ isListed }) => isListed));
}

/** Every order without its goods that a left-over number fits becomes unknown. */
function look(to: State, rules: Rules) {
  const { guards, attempts } = rules;
  const { orders, owned, listed } = to.ledger;
  if (shown(to) & ~owned & ~listed) {
    for (const row of orders) {
      if (!isThere(row)) keepLeftOver(to, 1, guards);
      else if (!isProven(row, rules)) {
        const attempt = Math.min(row.attempt + 1, attempts);
        lose(row, attempt, listBefore(row, listed, guards));
      }
    }
  }
  to.isVouched = true;
}

/** Whether a process still has to record a sale. */
export const isCarried = ({ sends }: State) =>
  sends.some(({ isGone, at }) => !isGone && (at === 'sale' || at === 'contradiction'));
