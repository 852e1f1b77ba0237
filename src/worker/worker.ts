import { hostname } from 'node:os';
import { placeOrder } from '../../jobs/place-order.ts';
import { sweep } from '../../jobs/sweep.ts';
import type { Config } from '../config.ts';
import type { Account, Ledger } from '../ledger/index.ts';
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
/** Beyond the request's own time-out: to record what came back, ms. */
const RECORD_GRACE_MS = 10_000;

/**
 * Opens what a worker needs, and does nothing yet: what is missing is said before anything starts.
 * Throws AppErrors `queue_down` and `bad_config`.
 */
export async function openWorker(place: Workplace): Promise<Worker> {
  const { config, ledger, account, log } = place;
  const name = `${hostname()}:${process.pid}`;
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
  let stopWork: (() => Promise<void>) | undefined;
  let stopped: Promise<void> | undefined;

  return {
    start() {
      const stopSweeping = keepSweeping({ ledger, queue, account, log });
      const worker = workQueue(queue, (orderId) => placeOrder(orderId, placing), {
        concurrency: config.concurrency,
        onError: seldom(log),
      });
      stopWork = async () => {
        await stopSweeping();
        const graceMs = config.vendor.requestTimeoutMs + RECORD_GRACE_MS;
        if (!(await within(graceMs, worker.drain()))) await worker.drop();
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

async function openVendorFor({ config, ledger, account }: Workplace): Promise<Vendor> {
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

/** Sweeps at once and then every second, one after the other; a sweep that fails is tried again. */
function keepSweeping(sweeping: Parameters<typeof sweep>[0]): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const complain = seldom(sweeping.log);
  const round = async () => {
    await sweep(sweeping).catch(complain);
    if (!isStopped) timer = setTimeout(next, SWEEP_EVERY_MS);
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
