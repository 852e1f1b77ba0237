import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { claimDeadlineMs } from '../../jobs/claim-deadline.ts';
import { placeOrder } from '../../jobs/place-order.ts';
import type { AccountConfig, Config } from '../config/index.ts';
import {
  type Account,
  fingerprintSalt,
  type Ledger,
  noteGone,
  openBatches,
  takeVendorAccount,
  ticksFor,
  Watch,
} from '../ledger/index.ts';
import type { Log } from '../log.ts';
import { keepUp, reconcileDue, seldom, sweep } from '../maintenance/index.ts';
import type { Meter } from '../monitor/index.ts';
import { type JobAnswer, type OrderQueue, openQueue, workQueue } from '../queue/index.ts';
import type { Secrets } from '../scrub.ts';
import { doneWithin, openSlots } from '../timing/index.ts';
import type { Traces } from '../tracing/index.ts';
import { openVendor, readRefusalRules, type Vendor } from '../vendor/index.ts';
import { openAccountPace } from './account-pace.ts';
import { withLatestKeys } from './latest-keys.ts';
import { checkServers, openSafeguards } from './safeguards.ts';
import { openSandboxVendor } from './shared-sandbox.ts';
import { guardVendorAccount, pauseForOtherAccount } from './vendor-guard.ts';

export type Worker = {
  /** The account's queue. `stop` closes it. */
  readonly queue: OrderQueue;
  /** Calls the ledger's `takeVendorAccount` with the current keys and address. */
  takeVendorAccount(): Promise<void>;
  start(): void;
  /**
   * Claims nothing more and waits for orders in flight: as long as a request may take, and 10 s.
   * Other workers make an order unknown that is not done by then. Returns whether all answers were
   * recorded.
   */
  stop(): Promise<boolean>;
};

type WorkerOptions = {
  config: Config;
  ledger: Ledger;
  account: Account;
  /** The account's current configuration: its keys and its address may change. */
  settings: () => AccountConfig;
  /** Whether the configuration no longer has this account: then nothing more may be bought. */
  isHalted: () => boolean;
  /** Past and present keys of all accounts: a vendor that mixes up answers may repeat any. */
  keys: Secrets;
  log: Log;
  meter?: Meter;
  traces?: Traces | undefined;
};

const BEAT_EVERY_MS = 1_000;
const SWEEP_EVERY_MS = 1_000;
const RECONCILE_EVERY_MS = 5_000;
/** Time to record the answer, on top of the request's time-out, ms. */
const RECORD_GRACE_MS = 10_000;
/** How long the queue rests while the keys may not be used, ms. */
const NOT_APPROVED_MS = 1_000;
const RENEW_EVERY_MS = 1_000;
/** Time for the upkeep to end, and then for the worker to sign off, ms each. */
const LEAVE_WITHIN_MS = 2_000;

/** Opens what a worker needs. Throws AppErrors `queue_down`, `ledger_down` and `bad_config`. */
export async function openWorker(options: WorkerOptions): Promise<Worker> {
  const parts = await openParts(options);
  const { queue, vendor } = parts;
  let stopWork: (() => Promise<boolean>) | undefined;
  let stopped: Promise<boolean> | undefined;
  return {
    queue,
    takeVendorAccount: () => takeVendorAccount(options.ledger, options.account, vendor.account()),
    start() {
      stopWork = startWork(options, parts);
    },
    stop() {
      stopped ??= (async () => {
        const isDrained = (await stopWork?.()) ?? true;
        await vendor.close();
        await queue.close();
        return isDrained;
      })();
      return stopped;
    },
  };
}

type Parts = Awaited<ReturnType<typeof openParts>>;

async function openParts(options: WorkerOptions) {
  const { config, ledger, account } = options;
  const queue = await openQueue(account.name, { ledger, redisUrl: config.redisUrl });
  let vendor: Vendor | undefined;
  try {
    await checkServers(options, queue);
    vendor = await openVendorFor(options);
    return { queue, vendor, ...(await openOrderParts(options, queue, vendor)) };
  } catch (error) {
    await vendor?.close();
    await queue.close();
    throw error;
  }
}

async function openOrderParts(options: WorkerOptions, queue: OrderQueue, vendor: Vendor) {
  const { config, ledger, account, log, meter, traces } = options;
  // In a container, host and pid are the same after a restart.
  const name = `${hostname()}:${process.pid}:${randomBytes(3).toString('hex')}`;
  const deadlineMs = claimDeadlineMs(config.requestTimeoutMs);
  const listLagMs = ticksFor(config.reconcileAfterMs);
  const evidence = {
    ...{ ledger, vendor, account, log, mode: config.reconcile, listLagMs },
    onOtherAccount(why: string) {
      guard.withdraw();
      return pauseForOtherAccount(ledger, account, why);
    },
  };
  const guard = guardVendorAccount(evidence);
  const vendorAccount = guard.approvedAccount;
  const claimant = { accountId: account.id, worker: name, deadlineMs, vendorAccount };
  const isOwnSandbox = options.settings().url === null;
  const safeguards = await openSafeguards({ queue, claimant, evidence, isOwnSandbox });
  const { witness, onDoubt } = safeguards;
  const pace = openAccountPace({ ledger, queue, accountId: account.id }, CLOCK);
  const batches = openBatches(ledger, claimant, {
    witness,
    mayClaim: () => !pace.isClosed() && !options.isHalted() && guard.isApproved(),
    onDoubt,
  });
  const orderContext = {
    ...{ ledger, claimant, account: account.name, batches, pace, vendor, log, meter, traces },
    ...{ ...CLOCK, date: Date.now, random: Math.random },
    inFlight: openSlots(options.settings().concurrency),
  };
  const patience = { deadlineMs, listLagMs };
  const watch = new Watch(ledger, { accountId: account.id, name, patience });
  return { name, evidence, safeguards, pace, orderContext, watch, guard };
}

const CLOCK = {
  now: () => performance.now(),
  sleep: (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms)),
};

/**
 * Without a pace, one order is recorded while another one is in its place: that takes two jobs.
 * With a pace that gains nothing, and a job that waits for its place is kept from other workers.
 */
function jobsInHand({ account, settings }: WorkerOptions): number {
  return settings().concurrency * (account.rate === null ? 2 : 1);
}

/** Returns a function that stops the work and resolves to whether all answers were recorded. */
function startWork(options: WorkerOptions, parts: Parts): () => Promise<boolean> {
  const { config, ledger, log } = options;
  const { name, queue, pace, orderContext, guard } = parts;
  const upkeep = startUpkeep(options, parts);
  const place = async (orderId: number): Promise<JobAnswer> =>
    !options.isHalted() && (await guard.approve())
      ? placeOrder(orderId, orderContext)
      : { next: 'rest', waitMs: NOT_APPROVED_MS };
  const worker = workQueue(queue, place, {
    concurrency: jobsInHand(options),
    onError: seldom(log, 'the queue has a fault'),
  });
  return async () => {
    const graceMs = config.requestTimeoutMs + RECORD_GRACE_MS;
    pace.close();
    const roundsEnd = upkeep.stopRounds();
    const isDrained = await doneWithin(graceMs, worker.drain());
    // A hanging statement must not keep the process alive. Other workers continue from what is
    // committed.
    await doneWithin(LEAVE_WITHIN_MS, Promise.all([roundsEnd, upkeep.stopBeat()]));
    if (isDrained)
      await doneWithin(
        LEAVE_WITHIN_MS,
        noteGone(ledger, name).catch(() => {}),
      );
    // The log has the numbers of answers that came. Other workers make the orders unknown.
    else log.error('stopped before all answers were recorded');
    return isDrained;
  };
}

/** Stop the rounds first. The worker must beat until its last order is done. */
function startUpkeep(
  { config, ledger, account, log, meter }: WorkerOptions,
  { queue, evidence, safeguards, watch, guard }: Parts,
) {
  const { vouch, beforeFirst } = safeguards;
  // Separate from the sweep: filling a huge queue takes longer than a worker may be silent.
  const stopBeat = keepUp(BEAT_EVERY_MS, log, async () => {
    const jump = await watch.beat();
    if (jump) log.warn(jump);
    await safeguards.watch();
  });
  const stopSweeping = keepUp(SWEEP_EVERY_MS, log, async () => {
    if (!(await watch.isTicker())) return;
    const depth = config.queueDepth;
    await sweep({ ledger, queue, account, log, vouch, beforeFirst, depth, meter });
  });
  const stopReconciling = keepUp(RECONCILE_EVERY_MS, log, () => reconcileDue(evidence));
  const stopRenewing = keepUp(RENEW_EVERY_MS, log, guard.renew);
  const stops = [stopSweeping, stopReconciling, stopRenewing];
  return { stopRounds: () => Promise.all(stops.map((stop) => stop())), stopBeat };
}

/** The configured vendor: the real one, a sandbox that runs as a server, or the shared one. */
export async function openVendorFor(
  options: Pick<WorkerOptions, 'config' | 'ledger' | 'account' | 'settings' | 'keys'>,
): Promise<Vendor> {
  const { ledger, account, settings, keys } = options;
  const { requestTimeoutMs, refusalRules } = options.config;
  const rules = refusalRules === null ? {} : { rules: readRefusalRules(refusalRules) };
  const salt = await fingerprintSalt(ledger);
  const optionsOf = ({ accessKey, secretAccessKey, concurrency }: AccountConfig) => ({
    accessKey,
    secretAccessKey,
    timeoutMs: requestTimeoutMs,
    connections: concurrency,
    salt,
    scrub: keys.scrub,
    ...rules,
  });
  if (settings().url === null) return openSandboxVendor(ledger, account, optionsOf(settings()));
  // There is always a `url`: an account that loses its address is halted and keeps these settings.
  return withLatestKeys(settings, (now) => openVendor({ ...optionsOf(now), url: now.url! }));
}
