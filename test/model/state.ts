/**
 * Where an order stands in the ledger. `absent`: the ledger does not know its plan. `unborn`: it is
 * a successor, which has not been made.
 */
export type Standing =
  | 'absent'
  | 'unborn'
  | 'waiting'
  | 'sending'
  | 'unknown'
  | 'filled'
  | 'refused';

/** A row of the ledger: the order and its last attempt. */
export type Order = {
  is: Standing;
  attempt: number;
  /** The last attempt's; `LOST`: the ledger wrote the attempt down after it had lost it. */
  nonce: number;
  /** Which goods the list from before the claim had, as bits; `NO_LIST`: there is no such list. */
  baseline: number;
  /** A list says that this attempt bought nothing, and nobody has settled it yet. */
  isNothing: boolean;
  /** Something outside the ledger shows that it was proven to lack what it asked for. */
  hasEnded: boolean;
};

/** All that goes back when the ledger does. */
export type Ledger = {
  orders: Order[];
  /** Which goods the newest kept list has, as bits. */
  listed: number;
  /** Which goods are recorded, as bits. */
  owned: number;
  /** The last attempt of a plan that the ledger does not know, as far as can be told; 0: none. */
  leftOver: number;
};

/** A claim in the hands of a process, until its answer is recorded. */
export type Send = {
  order: number;
  /** The process ended or gave up; what it sent is still on its way. */
  isGone: boolean;
  attempt: number;
  nonce: number;
  /**
   * `claimed`: not a byte was sent; `bare`: by a worker that marks nothing. `air`: the vendor has
   * not decided. Else what it answered.
   */
  at: 'claimed' | 'bare' | 'air' | 'sale' | 'later' | 'never' | 'contradiction';
  /** For `sale`: which of the goods. */
  good: number;
  /**
   * `old`: the claim was made in an earlier incarnation of the ledger; `fenced`: and the witness
   * knows of a newer one.
   */
  age: 'new' | 'old' | 'fenced';
};

/** What the vendor sold for one order: this is the truth. */
export type Good = { order: number; nonce: number; isListed: boolean };

export type State = {
  ledger: Ledger;
  /** A backup, or what a replica holds. */
  copy: Ledger;
  isVouched: boolean;
  /** The witness was not emptied since it has learnt from the ledger. */
  remembers: boolean;
  /** Attempts that are marked, as bits, for each order. */
  marks: number[];
  /** Attempts that a process remembers to have sent. */
  memory: number[];
  sends: Send[];
  goods: Good[];
};

export const LOST = 0;
export const NO_LIST = 15;
/** A nonce that nothing else in the state has. */
const LONELY = 9;

export function start(standings: Standing[]): State {
  const ledger = {
    ...{ listed: 0, owned: 0, leftOver: 0 },
    orders: standings.map((is) => ({
      ...{ is, attempt: 0, nonce: LOST, baseline: NO_LIST, isNothing: false, hasEnded: false },
    })),
  };
  const none = ledger.orders.map(() => 0);
  return {
    ...{ ledger, copy: copyOf(ledger), isVouched: true, remembers: true, marks: none },
    ...{ memory: none, sends: [], goods: [] },
  };
}

export function copyOf({ orders, listed, owned, leftOver }: Ledger): Ledger {
  return { orders: orders.map((order) => ({ ...order })), listed, owned, leftOver };
}

export function cloneOf(state: State): State {
  return {
    ...state,
    ledger: copyOf(state.ledger),
    copy: copyOf(state.copy),
    marks: state.marks.slice(),
    memory: state.memory.slice(),
    sends: state.sends.map((send) => ({ ...send })),
    goods: state.goods.map((good) => ({ ...good })),
  };
}

/** The smallest number that nothing in the state has. */
export function freshNonce({ ledger, copy, sends, goods }: State): number {
  const used = new Set(
    [...ledger.orders, ...copy.orders, ...sends, ...goods].map(({ nonce }) => nonce),
  );
  let nonce = LOST + 1;
  while (used.has(nonce) || nonce === LONELY) nonce += 1;
  return nonce;
}

const STANDINGS = ['absent', 'unborn', 'waiting', 'sending', 'unknown', 'filled', 'refused'];
const PLACES = ['claimed', 'bare', 'air', 'sale', 'later', 'never', 'contradiction'];
const AGES = ['new', 'old', 'fenced'];

/**
 * The same for states that differ by names only: what a nonce is, in which order sends are kept.
 * Each character holds several facts: most of the time of an exploration goes into its keys.
 */
export function keyOf({ ledger, copy, sends, goods, ...state }: State): string {
  const named = namesIn(ledger, copy, [...sends, ...goods]);
  const nameOf = (nonce: number) => {
    const found = named.indexOf(nonce);
    return found < 0 ? LONELY : found;
  };
  const codes = [(+state.isVouched << 1) | +state.remembers | (sends.length << 2)];
  for (let order = 0; order < ledger.orders.length; order++)
    codes.push((state.marks[order]! << 8) | state.memory[order]!);
  for (const { orders, listed, owned, leftOver } of [ledger, copy]) {
    for (const o of orders) {
      const progress = (STANDINGS.indexOf(o.is) << 3) | o.attempt;
      const flags = (+o.isNothing << 1) | +o.hasEnded;
      codes.push((progress << 10) | (nameOf(o.nonce) << 6) | (o.baseline << 2) | flags);
    }
    codes.push((listed << 8) | (owned << 4) | leftOver);
  }
  const flying = sends.map((send) => ({ code: codeOf(send), nonce: send.nonce }));
  flying.sort((a, b) => a.code - b.code);
  for (const { code, nonce } of flying) codes.push((code << 4) | nameOf(nonce));
  for (const { order, isListed, nonce } of goods)
    codes.push((order << 5) | (+isListed << 4) | nameOf(nonce));
  return String.fromCharCode(...codes);
}

/** The nonces that count: those of a row which something else has as well. */
function namesIn(ledger: Ledger, copy: Ledger, held: { nonce: number }[]): number[] {
  const names = [LOST];
  for (const { orders } of [ledger, copy]) {
    for (const { nonce } of orders)
      if (!names.includes(nonce) && held.some((one) => one.nonce === nonce)) names.push(nonce);
  }
  return names;
}

function codeOf({ at, order, attempt, isGone, age, good }: Send): number {
  const fact = at === 'claimed' ? AGES.indexOf(age) : good;
  const place = (PLACES.indexOf(at) << 4) | (order << 3) | attempt;
  return (place << 5) | (+isGone << 4) | fact;
}
