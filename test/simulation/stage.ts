import {
  type Account,
  changeAccount,
  ensureAccount,
  type Ledger,
  listPlans,
  type PlanDocument,
} from '../../src/ledger/index.ts';
import { openBooks } from './books.ts';
import type { Database } from './database.ts';
import { openSimulatedQueue } from './order-queue.ts';
import type { Plan } from './plan-file.ts';
import { EPOCH_MS, openProcess } from './process.ts';
import { openSimulatedRedis } from './redis.ts';
import type { Scene } from './scene.ts';
import { openSimulatedVendor } from './vendor.ts';
import { openWire, type Wire } from './wire.ts';
import { type SimulatedWorker, type Site, startWorker, type Weakness } from './worker.ts';
import type { World } from './world.ts';

/** All that a run takes place on. */
export type Stage = Awaited<ReturnType<typeof openStage>>;

export async function openStage(
  database: Database,
  world: World,
  scene: Scene,
  { seed, weakness = null }: { seed: number; weakness?: Weakness | null | undefined },
) {
  const databaseClock = { aheadMs: 0 };
  await database.begin(seed, () => EPOCH_MS + world.now() + databaseClock.aheadMs);
  await database.set('incarnation', 'run 1');
  await database.set('lineage', 'history 1');
  const { settings, rate, stock, ownedBefore, lagMs } = scene;
  const { ledger } = database;
  // A sandbox's standing lines are tried every ten seconds.
  const account: Account = await ensureAccount(ledger, { name: 'main', mode: 'sandbox', rate });
  if (scene.limit) {
    const { person, numbers } = scene.limit;
    const limits = [{ person, period: 'day', numbers, money: null } as const];
    await changeAccount(ledger, account.name, { limits }, { who: 'Ada' });
  }
  const books = openBooks(stock, ownedBefore);
  for (const { at, areaCode, count } of scene.refills)
    world.after(at, () => books.refill(areaCode, count));
  const redis = scene.hasRedis ? openSimulatedRedis() : null;
  const listing = { lagMs, fails: 0, lie: null };
  const vendor = openSimulatedVendor(world, books, {
    ...{ timeoutMs: settings.requestTimeoutMs, listing },
  });
  const toDatabase: Wire = openWire();
  // Without Redis the queue is in the database.
  const toQueue = scene.hasRedis ? openWire() : toDatabase;
  const queue = openSimulatedQueue(world);
  const site: Site = {
    ledger,
    account,
    toDatabase,
    toQueue,
    queue,
    redis,
    vendor,
    settings,
    weakness,
    doubted: [],
  };
  const workers: SimulatedWorker[] = [];
  let started = 0;
  return {
    ...{ world, scene, database, site, books, workers },
    /** How far the database's clock is ahead of true time, ms. */
    databaseClock,
    /** Plans that a person has submitted, whether the ledger still has them or not. */
    submitted: new Set<Plan>(),
    /** When the limit on what may be bought was lifted, ms; null: it holds. */
    lifted: { atMs: null as number | null },
    /** Another worker: as good as new, under a name of its own. */
    addWorker() {
      const process = openProcess(world, `worker ${++started}`);
      world.note(`${process.name} starts`);
      const worker = startWorker(process, site);
      workers.push(worker);
      return worker;
    },
  };
}

/** A plan is found again by its content. */
export async function planInLedger(
  ledger: Ledger,
  { sha256 }: Plan,
): Promise<PlanDocument | undefined> {
  return (await listPlans(ledger)).find((plan) => plan.sha256 === sha256);
}
