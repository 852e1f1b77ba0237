/** What a schedule is played on, and what all who play on it need. */
import type { Sandbox } from '../../src/sandbox/index.ts';
import type { Reading } from '../support/books/facts.ts';
import type { WallClock } from '../support/faketime.ts';
import type { FaultKind } from './fault-kinds.ts';
import type { Gateway } from './gateway.ts';
import type { Person } from './person.ts';
import type { Fault } from './schedule.ts';
import type { Workers } from './workers.ts';

export type Scene = {
  sandbox: Sandbox;
  gateway: Gateway;
  workers: Workers;
  /**
   * Waits until so many requests have arrived at the vendor, as a share of all orders; or until the
   * storm has lasted long enough.
   */
  until(share: number): Promise<void>;
  struck: Map<FaultKind, number>;
  /** Workers that were killed. */
  kills: number;
  /**
   * The database's clock, if it has one of its own, and the workers'. Null: no clock is ever set.
   */
  clocks: { database: WallClock | null; workers: WallClock } | null;
  /** What the drill itself has come upon that should not be. */
  complain(what: string): void;
};

/** Resolves when the fault is over and what it took away is back; false when it hit nothing. */
export type Strike = (fault: Fault) => Promise<unknown>;

/** Where a scene keeps its ledger: on servers, or in a folder. */
export type Place = {
  strikes: Partial<Record<FaultKind, Strike>>;
  /** What must not be done to the same thing twice at a time, by a name for it. */
  subjects: Partial<Record<FaultKind, string>>;
  person: Person;
  /** Stores a plan and starts it. */
  startPlan(nth: number): Promise<void>;
  /** See `pendingIn`, while workers are there. */
  pendingOrders(): Promise<number>;
  /** All that the ledger says, once its workers have ended. */
  read(): Promise<Reading>;
};

/** The one account that workers without keys have. */
export const ACCOUNT = 'sandbox';

/** Orders that are waiting or being sent, and plans that may yet ask for what they lack. */
export function pendingIn(plans: { pendingOrders: number; endedAt: unknown }[]): number {
  return plans.reduce(
    (sum, { pendingOrders, endedAt }) => sum + pendingOrders + (endedAt === null ? 1 : 0),
    0,
  );
}
