/** What a schedule is played on, and what all who play on it need. */
import type { Ledger } from '../../src/ledger/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import type { PrivateServer } from '../support/server-process.ts';
import type { Crew } from './crew.ts';
import type { Gateway } from './gateway.ts';
import type { FaultKind } from './schedule.ts';

export type Scene = {
  /** The drill's own handle. */
  ledger: Ledger;
  databaseUrl: string;
  postgres: PrivateServer;
  redis: PrivateServer;
  /** Null: the queue is kept in the ledger's database, and the Redis stands idle. */
  redisUrl: string | null;
  sandbox: Sandbox;
  gateway: Gateway;
  crew: Crew;
  /** Those that have been submitted. */
  plans: number[];
  /**
   * Waits until so many requests have arrived at the vendor, as a share of all orders; or until the
   * storm has lasted long enough.
   */
  until(share: number): Promise<void>;
  struck: Map<FaultKind, number>;
  /** Workers that were killed. */
  kills: number;
};

/** The one account that workers without keys have. */
export const ACCOUNT = 'sandbox';
