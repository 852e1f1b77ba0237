import { type AccountStats, type Ledger, readAccountStats } from '../ledger/index.ts';
import { isOnHold, type OrderQueue } from '../queue/index.ts';
import { repeat } from '../timing/index.ts';
import { answeredBy } from './serving.ts';

/**
 * A stuck worker has good connections and does nothing, so progress is what counts. An account is
 * stuck when orders that may be placed wait, no worker starts or finishes any, and this lasts
 * longer than taking over a dead worker's jobs or retrying ever takes.
 */
type StuckOptions = {
  ledger: Ledger;
  account: string;
  /** The account's queue on a connection of its own, closed after use: the worker's may hang. */
  openQueue: () => Promise<OrderQueue>;
  /** A figure that changes whenever this process does something for an order. */
  operations: () => number;
  /** How long nothing may happen, ms. At a slow pace, the time of three orders is added. */
  stuckAfterMs?: number;
  lookEveryMs?: number;
};

/**
 * A retry waits at most a minute. A dead worker's orders become unknown or are taken over within
 * half a minute.
 */
const STUCK_AFTER_MS = 120_000;
const LOOK_EVERY_MS = 5_000;

/**
 * Looks at once, and then every few seconds until it is stopped. `why`: a sentence when the account
 * is stuck; null when it is well or cannot be judged.
 */
export function watchForStuck(options: StuckOptions) {
  const { ledger, openQueue, account, operations } = options;
  const { stuckAfterMs = STUCK_AFTER_MS, lookEveryMs = LOOK_EVERY_MS } = options;
  let seen = '';
  let lookedAt = performance.now();
  let barrenMs = 0;
  let why: string | null = null;

  async function look(): Promise<void> {
    // Without its ledger the account cannot continue. Ending the worker then would lose the answers
    // that it has not recorded yet.
    const stats = (await answeredBy(readAccountStats(ledger))) ?? [];
    const own = stats.find((each) => each.account === account);
    const now = performance.now();
    const mark = own ? `${progressOf(own)} ${operations()}` : '';
    // A process that slept has seen nothing of that time.
    if (own && mayGoOn(own) && mark === seen) barrenMs += Math.min(now - lookedAt, 2 * lookEveryMs);
    else barrenMs = 0;
    const limitMs = stuckAfterMs + (own?.rate ? 3_000 / own.rate : 0);
    if (barrenMs > limitMs && (await isExcused())) barrenMs = 0;
    seen = mark;
    lookedAt = now;
    why = own && barrenMs > limitMs ? stuckWords(own, barrenMs) : null;
  }

  /** Whether the queue is away, or paused on the board. A new process would be stuck, too. */
  async function isExcused(): Promise<boolean> {
    const asked = openQueue().then((queue) => isOnHold(queue).finally(queue.close));
    return (await answeredBy(asked)) ?? true;
  }

  // A look does not fail: it knows nothing of what is away.
  const stop = repeat(lookEveryMs, look, () => {});
  return { why: () => why, stop: () => void stop() };
}

function mayGoOn({ isPaused, isResting, orders, inTime }: AccountStats): boolean {
  return !isPaused && !isResting && (orders.waiting ?? 0) > 0 && inTime === 0;
}

/** Changes when an order of the account starts or ends, and not when one is added. */
function progressOf({ orders: { waiting: _, held: __, ...others } }: AccountStats): string {
  return JSON.stringify(Object.entries(others).sort());
}

function stuckWords({ account, orders }: AccountStats, barrenMs: number): string {
  const seconds = Math.round(barrenMs / 1_000);
  return (
    `${orders.waiting} orders of account "${account}" wait, ` +
    `and none has been taken up for ${seconds} s.`
  );
}
