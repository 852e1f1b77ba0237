/** What drills came to, in numbers. */
import type { Breach, Facts } from '../support/books/judge.ts';
import { FAULT_KINDS, type FaultKind } from './fault-kinds.ts';

export type Figures = ReturnType<typeof figuresOf>;

type Happened = {
  /** Workers. */
  kills: number;
  faults: Partial<Record<FaultKind, number>>;
  /** Unknown orders, each as often as it was. */
  settled: number;
};

export function figuresOf(
  { orders, requests }: Pick<Facts, 'orders' | 'requests'>,
  breaches: Breach[],
  rest: Happened,
) {
  const sum = (counts: number[]) => counts.reduce((total, n) => total + n, 0);
  return {
    ...rest,
    schedules: 1,
    orders: orders.length,
    /** Of these, orders for what another one lacked. */
    successors: orders.filter(({ id, root }) => id !== root).length,
    /** Written down by the ledger. */
    attempts: sum(orders.map(({ attempts }) => attempts.length)),
    /** Arrived at the vendor. */
    requests: requests.length,
    /** Numbers: by the vendor's books, and by the ledger. */
    sold: sum(requests.map(({ sold }) => sold.length)),
    recorded: sum(orders.map(({ numbers }) => numbers.length)),
    /** At the end. */
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
