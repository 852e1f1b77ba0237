import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { placeOrder } from '../../jobs/place-order.ts';
import { reconcileDue, takeBaseline } from '../../jobs/reconcile.ts';
import { sweep } from '../../jobs/sweep.ts';
import type { Config } from '../config.ts';
import { type Account, type Ledger, noteGone } from '../ledger/index.ts';
import type { Log } from '../log.ts';
import { openQueue, workQueue } from '../queue/index.ts';
import { openVendor, readRefusalRules, type Vendor } from '../vendor/index.ts';
import { openSandboxVendor } from './shared-sandbox.ts';

export type Worker = {
  /** Begins to work: orders from the queue, and the sweep. */
  start(): void;
  /**
   * Claims nothing more and lets what is in flight finish, for as long as a request may take. What
   * is not done by then is let go: the others will call it unknown, and rightly so.
   */
  stop(): Promise<void>;
};

export type Workplace = { config: Config; ledger: Ledger; account: Account; log: Log };

const SWEEP_EVERY_MS = 1_000;
const RECONCILE_EVERY_MS = 5_000;
/** Beyond the request's own time-out: to record what came back, ms. */
const RECORD_GRACE_MS = 10_000;
/** With nothing in flight any more, for the upkeep to end and to say good-bye, ms each. */
const LEAVE_WITHIN_MS = 2_000;

/**
 * Opens what a worker needs, and does nothing yet: what is missing is said before anything starts.
 * Throws AppErrors `queue_down` and `bad_config`.
 */
export async function openWorker(place: Workplace): Promise<Worker> {
  const { config, ledger, account, log } = place;
  // In a container the host and the pid are the same again after a restart.
  const name = `${hostname()}:${process.pid}:${randomBytes(3).toString('hex')}`;
  const queue = await openQueue(account.name, { ledger, redisUrl: config.redisUrl });
  const warning = await queue.warning();
  if (warning) log.warn(warning);
  const vendor = await openVendorFor(place).catch(async (error) => {
    await queue.close();
    throw error;
  });
  const placing = {
    ledger,
    vendor,
    log,
    accountId: account.id,
    worker: name,
    requestTimeoutMs: config.vendor.requestTimeoutMs,
    now: () => performance.now(),
    random: Math.random,
    sleep: (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms)),
  };
  const evidence = {
    ledger,
    vendor,
    account,
    log,
    mode: config.reconcile,
    settlingMs: config.reconcileAfterMs,
  };
  const beforeFirst = async () => {
    if (config.reconcile !== 'off') await takeBaseline(evidence);
  };
  let stopWork: (() => Promise<void>) | undefined;
  let stopped: Promise<void> | undefined;

  return {
    start() {
      const stopSweeping = keepUp(SWEEP_EVERY_MS, log, () =>
        sweep({ ledger, queue, account, log, worker: name, beforeFirst }),
      );
      const stopReconciling = keepUp(RECONCILE_EVERY_MS, log, () => reconcileDue(evidence));
      const worker = workQueue(queue, (orderId) => placeOrder(orderId, placing), {
        concurrency: config.concurrency,
        onError: seldom(log),
      });
      stopWork = async () => {
        const graceMs = config.vendor.requestTimeoutMs + RECORD_GRACE_MS;
        const upkeep = Promise.all([stopSweeping(), stopReconciling()]);
        const isDrained = await within(graceMs, worker.drain());
        // A statement that hangs must not keep the process: others go on from what is committed.
        await within(LEAVE_WITHIN_MS, upkeep);
        if (isDrained)
          await within(
            LEAVE_WITHIN_MS,
            noteGone(ledger, name).catch(() => {}),
          );
        // The queue cannot be told: these jobs are delivered again when their locks have run out.
        else log.error('stopped before all answers were recorded');
      };
    },
    stop() {
      stopped ??= (async () => {
        await stopWork?.();
        await vendor.close();
        await queue.close();
      })();
      return stopped;
    },
  };
}

/** The vendor that the configuration names: the real one, a sandbox elsewhere, or the shared one. */
export async function openVendorFor({
  config,
  ledger,
  account,
}: Omit<Workplace, 'log'>): Promise<Vendor> {
  const { url, accessKey, secretAccessKey, requestTimeoutMs, refusalRules } = config.vendor;
  const options = {
    accessKey,
    secretAccessKey,
    timeoutMs: requestTimeoutMs,
    connections: config.concurrency,
    ...(refusalRules === null ? {} : { rules: readRefusalRules(refusalRules) }),
  };
  return url === null
    ? openSandboxVendor(ledger, account, options)
    : openVendor({ ...options, url });
}

/** Does it at once and then over and over, one after the other; what fails is tried again. */
function keepUp(everyMs: number, log: Log, deed: () => Promise<unknown>): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const complain = seldom(log);
  const round = async () => {
    await deed().catch(complain);
    if (!isStopped) timer = setTimeout(next, everyMs);
  };
  let running = round();
  function next() {
    running = round();
  }
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };
}

/** One line in 5 s for the same message: a server that is away raises thousands in a second. */
function seldom(log: Log): (error: Error) => void {
  const saidAt = new Map<string, number>();
  return (err) => {
    const now = performance.now();
    if (now - (saidAt.get(err.message) ?? -Infinity) < 5_000) return;
    saidAt.set(err.message, now);
    log.error({ err }, 'the queue or the ledger is away');
  };
}

async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const { promise: tooLate, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), ms);
  try {
    return await Promise.race([work.then(() => true), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
