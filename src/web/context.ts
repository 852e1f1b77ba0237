import type { Ledger } from '../ledger/index.ts';
import type { Log } from '../log.ts';
import type { Meters } from '../monitor/index.ts';
import type { OrderQueue } from '../queue/index.ts';
import type { Traces } from '../tracing/index.ts';

/**
 * What the web's routes work with. The ledger is all they need: workers see for themselves what was
 * steered, and the vendor is never called from here.
 */
export type WebContext = {
  ledger: Ledger;
  log: Log;
  /** Where uploads lie while they are read; it is made when there is none. */
  uploadsFolder: string;
  /** Who acts when nobody signs in and no name is given: the user of this machine. */
  user: string;
  /**
   * An account's queue, for Bull Board and the watchers of a plan. Opened when it is first asked
   * for; the owner of the context closes it. Rejects with AppError `queue_down`.
   */
  queueOf(account: string): Promise<OrderQueue>;
  /** What this process has counted. */
  meters: Meters;
  /** Told what is done to plans; undefined when nobody wants traces. */
  traces?: Traces | undefined;
};
