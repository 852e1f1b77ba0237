/** A worker of the real parts, put together as src/worker/worker.ts does, on clocks of its own. */

import { claimDeadlineMs } from '../../jobs/claim-deadline.ts';
import { placeOrder } from '../../jobs/place-order.ts';
import {
  type Account,
  type Ledger,
  noteGone,
  openBatches,
  pauseForPerson,
  Watch,
  withdrawVouching,
} from '../../src/ledger/index.ts';
import { lookForLost, suspectNewPlans } from '../../src/maintenance/look-for-lost.ts';
import { reconcileDue, takeBaseline } from '../../src/maintenance/reconcile.ts';
import { sweep } from '../../src/maintenance/sweep.ts';
import { openSlots } from '../../src/timing/index.ts';
import { Vouch, wentBack } from '../../src/vouch/index.ts';
import { openWitness, type Witness } from '../../src/witness/index.ts';
import { openAccountPace } from '../../src/worker/account-pace.ts';
import { logOf } from './log.ts';
import type { SimulatedQueue } from './order-queue.ts';
import type { Process } from './process.ts';
import type { SimulatedRedis } from './redis.ts';
import type { SimulatedVendor } from './vendor.ts';
import { ledgerOver, type Wire } from './wire.ts';

export type Site = {
  ledger: Ledger;
  account: Account;
  toDatabase: Wire;
  toQueue: Wire;
  queue: SimulatedQueue;
  /** Null: each process has only its own memory. */
  redis: SimulatedRedis | null;
  vendor: SimulatedVendor;
  settings: Settings;
  /** What a test takes away. */
  weakness: Weakness | null;
  /** Orders that a worker took for sent before, by another ledger. */
  doubted: number[];
};

/**
 * `forgets`: no attempt is marked. `trusts`: the ledger is believed in every run of the database.
 */
export type Weakness = 'forgets' | 'trusts';

export type Settings = {
  mode: 'auto' | 'propose';
  listLagMs: number;
  requestTimeoutMs: number;
  concurrency: number;
  /** Between two beats and between two sweeps, ms: on a busy machine they take longer. */
  beatMs: number;
  sweepMs: number;
};

export type SimulatedWorker = ReturnType<typeof startWorker>;

const RECONCILE_EVERY_MS = 5_000;

export function startWorker(process: Process, site: Site) {
  const { account, settings, toQueue } = site;
  const { name, now, date, sleep, timer, world } = process;
  const ledger = ledgerOver(site.toDatabase, process, site.ledger);
  const queue = site.queue.over(toQueue, process);
  const vendor = site.vendor.over(process);
  const log = logOf(process);
  const deadlineMs = claimDeadlineMs(settings.requestTimeoutMs);
  const claimant = { accountId: account.id, worker: name, deadlineMs };
  const clock = { now, sleep, timer };
  const memory = openWitness(site.redis?.marksOver(toQueue, process) ?? null);
  const witness: Witness =
    site.weakness === 'forgets' ? { ...memory, mark: async () => [], own: () => [] } : memory;
  const onDoubt = async (orders: number[]) => {
    site.doubted.push(...orders);
    log.error({ orders }, 'the ledger has gone back: these orders had been sent');
    await withdrawVouching(ledger, account.id);
    await pauseForPerson(ledger, account.id, wentBack(account.name));
  };
  const pace = openAccountPace({ ledger, queue, accountId: account.id }, clock);
  const mayClaim = () => !pace.isClosed();
  const batches = openBatches(ledger, claimant, { witness, mayClaim, onDoubt, clock });
  const random = world.chance.next;
  const placing = {
    ...{ ledger, claimant, account: account.name, batches, pace, vendor, log },
    ...{ ...clock, date, random, inFlight: openSlots(settings.concurrency) },
  };
  const { mode, listLagMs } = settings;

  const evidence = { ledger, vendor, account, log, mode, listLagMs, timer };
  const waitMs = deadlineMs + listLagMs;
  const look = () => lookForLost(evidence);
  const standing = new Vouch({
    ...{ ledger, account, witness, worker: name, log, deadlineMs, waitMs, look, now },
  });
  const watch = new Watch(ledger, { accountId: account.id, name }, { now, date });
  let isStopped = false;

  /** As src/maintenance/upkeep.ts. */
  async function keepUp(everyMs: number, operation: () => Promise<unknown>): Promise<void> {
    while (!isStopped) {
      await operation().catch((err) => log.error({ err }, 'the upkeep failed'));
      await sleep(everyMs);
    }
  }

  keepUp(settings.beatMs, async () => {
    const jump = await watch.beat();
    if (jump) log.warn(jump);
    await standing.watch();
  });
  keepUp(settings.sweepMs, async () => {
    if (!(await watch.isTicker())) return;
    const vouch = () => standing.vouch();
    const beforeFirst = async () => {
      await takeBaseline(evidence);
      await suspectNewPlans(evidence);
    };
    await sweep({ ledger, queue, account, log, vouch, beforeFirst });
  });
  keepUp(RECONCILE_EVERY_MS, () => reconcileDue(evidence));
  const inHand = new Set<Promise<unknown>>();
  const stopConsuming = site.queue.consume(process, 2 * settings.concurrency, async (order) => {
    const placed = placeOrder(order, placing);
    inHand.add(placed);
    return placed.finally(() => inHand.delete(placed));
  });

  return {
    process,
    /** As a worker stops that is asked to. */
    async leave(): Promise<void> {
      isStopped = true;
      stopConsuming();
      pace.close();
      await Promise.allSettled(inHand);
      await noteGone(ledger, name).catch(() => {});
      process.kill();
    },
  };
}
