/** What drills came to, in numbers. */
import type { Breach, Facts } from '../support/books/judge.ts';
import { FAULT_KINDS, type FaultKind } from './fault-kinds.ts';

export type Figures = {
  schedules: number;
  orders: number;
  /** Of these, orders for what another one lacked. */
  successors: number;
  /** Written down by the ledger. */
  attempts: number;
  /** Arrived at the vendor. */
  requests: number;
  /** Workers. */
  kills: number;
  faults: Partial<Record<FaultKind, number>>;
  /** Numbers: by the vendor's books, and by the ledger. */
  sold: number;
  recorded: number;
  /** Orders that are unknown at the end, and settlings of such as were. */
  unknown: number;
  settled: number;
  /** Orders. */
  boughtTwice: number;
  lost: number;
  breaches: number;
};

type Happened = Pick<Figures, 'kills' | 'faults' | 'settled'>;

export function figuresOf(
  { orders, requests }: Pick<Facts, 'orders' | 'requests'>,
  breaches: Breach[],
  rest: Happened,
): Figures {
  const sum = (counts: number[]) => counts.reduce((total, n) => total + n, 0);
  return {
    ...rest,
    schedules: 1,
    orders: orders.length,
    successors: orders.filter(({ id, root }) => id !== root).length,
    attempts: sum(orders.map(({ attempts }) => attempts.length)),
    requests: requests.length,
    sold: sum(requests.map(({ sold }) => sold.length)),
    recorded: sum(orders.map(({ numbers }) => numbers.length)),
    unknown: orders.filter(({ state }) => state === 'unknown').length,
    boughtTwice: breaches.filter(({ kind }) => kind === 'bought twice').length,
    lost: breaches.filter(({ kind }) => kind === 'lost').length,
    breaches: breaches.length,
  };
}

export const NOTHING: Figures = {
  ...figuresOf({ orders: [], requests: [] }, [], { kills: 0, faults: {}, settled: 0 }),
  schedules: 0,
};

export function add(a: Figures, b: Figures): Figures {
  const both = { ...a };
  for (const name of Object.keys(a) as (keyof Figures)[]) {
    if (name !== 'faults') both[name] = a[name] + b[name];
  }
  both.faults = { ...a.faults };
  for (const kind of FAULT_KINDS) {
    const n = (a.faults[kind] ?? 0) + (b.faults[kind] ?? 0);
    if (n > 0) both.faults[kind] = n;
  }
  return both;
}

const count = (n: number) => n.toLocaleString('en-US');

/** One line for a schedule. */
export function inShort({ orders, attempts, kills, faults, ...rest }: Figures): string {
  const { sold, recorded, unknown, settled } = rest;
  return (
    `${count(orders)} orders, ${count(attempts)} attempts, ${kills} kills, ` +
    `faults: ${faultsOf(faults)}, sold ${count(sold)}, recorded ${count(recorded)}, ` +
    `unknown ${unknown}, settled ${settled}`
  );
}

/** All there is to say at the end. */
export function inFull(figures: Figures): string {
  const { schedules, orders, successors, attempts, requests, kills, faults } = figures;
  const { sold, recorded, unknown, settled, boughtTwice, lost, breaches } = figures;
  return [
    `schedules     ${count(schedules)}`,
    `orders        ${count(orders)}, ${count(successors)} of them for what another one lacked`,
    `attempts      ${count(attempts)} (${count(requests)} arrived at the vendor)`,
    `kills         ${count(kills)}`,
    `faults        ${faultsOf(faults)}`,
    `sold          ${count(sold)} numbers`,
    `recorded      ${count(recorded)} numbers`,
    `unknown       ${count(unknown)} orders`,
    `settled       ${count(settled)} orders`,
    `bought twice: ${boughtTwice}, lost: ${lost}`,
    breaches === 0 ? 'no breach' : `BREACHES: ${breaches}`,
  ].join('\n');
}

function faultsOf(faults: Figures['faults']): string {
  const named = Object.entries(faults).map(([kind, n]) => `${kind.replaceAll('_', ' ')} ${n}`);
  return named.join(', ') || 'none';
}
