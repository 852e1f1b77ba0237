import { type AccountStats, type Ledger, readAccountStats } from '../ledger/index.ts';
import { isOnHold, type OrderQueue } from '../queue/index.ts';
import { answeredBy } from './serving.ts';

/**
 * A worker that is stuck has good connections and does nothing. So what counts is progress: orders
 * that may be placed wait, none is being placed or comes to an end, by whichever worker, and that
 * has been so for longer than it ever takes to take up a dead worker's jobs or to try again.
 */
export type StuckWatch = {
  /** A sentence when the account is stuck; null when it is well, or when nothing can be told. */
  why(): string | null;
  stop(): void;
};

export type StuckOptions = {
  ledger: Ledger;
  account: string;
  /**
   * The account's queue on a connection of its own, which is closed again: the worker's may hang.
   */
  openQueue: () => Promise<OrderQueue>;
  /** A figure that changes when this process does something for an order. */
  deeds: () => number;
  /** How long nothing may happen, ms; at a slow pace, three orders' time on top. */
  stuckAfterMs?: number;
  lookEveryMs?: number;
};

/**
 * Retries wait a minute at most, and a dead worker's orders are unknown or taken up within half of
 * one.
 */
const STUCK_AFTER_MS = 120_000;
const LOOK_EVERY_MS = 5_000;

/** Looks at once, and then every few seconds until it is stopped. */
export function watchForStuck(options: StuckOptions): StuckWatch {
  const { ledger, openQueue, account, deeds } = options;
  const { stuckAfterMs = STUCK_AFTER_MS, lookEveryMs = LOOK_EVERY_MS } = options;
  let seen = '';
  let lookedAt = performance.now();
  let barrenMs = 0;
  let why: string | null = null;

  async function look(): Promise<void> {
    // An account whose ledger is away is none that could go on. To end a worker then would lose the
    // answers that it has in hand and cannot record yet.
    const stats = await readAccountStats(ledger).catch(() => []);
    const own = stats.find((each) => each.account === account);
    const now = performance.now();
    const mark = own ? `${progressOf(own)} ${deeds()}` : '';
    // A process that slept has seen nothing of that time.
    if (own && mayGoOn(own) && mark === seen) barrenMs += Math.min(now - lookedAt, 2 * lookEveryMs);
    else barrenMs = 0;
    const limitMs = stuckAfterMs + (own?.rate ? 3_000 / own.rate : 0);
    if (barrenMs > limitMs && (await isExcused())) barrenMs = 0;
    seen = mark;
    lookedAt = now;
    why = own && barrenMs > limitMs ? sentence(own, barrenMs) : null;
  }

  /**
   * The queue is away, or somebody has paused it in Bull Board: a new process would not get on
   * either.
   */
  async function isExcused(): Promise<boolean> {
    const asked = openQueue().then((queue) => isOnHold(queue).finally(queue.close));
    return (await answeredBy(asked)) ?? true;
  }

  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  async function round(): Promise<void> {
    await look();
    if (!isStopped) timer = setTimeout(round, lookEveryMs);
  }
  void round();
  return {
    why: () => why,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

function mayGoOn({ isPaused, isResting, orders, inTime }: AccountStats): boolean {
  return !isPaused && !isResting && (orders.waiting ?? 0) > 0 && inTime === 0;
}

/**
 * Changes whenever an order of the account begins to be sent or has ended; not when one is added.
 */
function progressOf({ orders: { waiting: _, held: __, ...others } }: AccountStats): string {
  return JSON.stringify(Object.entries(others).sort());
}

function sentence({ account, orders }: AccountStats, barrenMs: number): string {
  const seconds = Math.round(barrenMs / 1_000);
  return (
    `${orders.waiting} orders of account "${account}" wait, ` +
    `and none has been taken up for ${seconds} s.`
  );
}
