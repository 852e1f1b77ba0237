import { findAccount, listPlans, unknownOrders } from '../../src/ledger/index.ts';
import type { Database } from './database.ts';
import { FAULTS } from './faults.ts';
import { judge } from './judge.ts';
import { startPerson, THOUGHTS_UNTIL_MS } from './person.ts';
import { drawLimit, drawScene, type Scene } from './scene.ts';
import { openStage, type Stage } from './stage.ts';
import { ordersToFollow } from './truth.ts';
import type { Weakness } from './worker.ts';
import { chanceOf, openWorld } from './world.ts';

export type Run = Awaited<ReturnType<typeof play>>;

export type Wishes = {
  /** What a test takes away. */
  weakness?: Weakness;
  /** What is not drawn from the seed. */
  scene?: Partial<Scene>;
};

/** Makes another seed of a run's own. */
const LADDERS = 0x1add;
const LIMITS = 0x11a1;

/** How long it may take until all is at rest, after the last thing went wrong, ms. */
const REST_WITHIN_MS = 1_200_000;
/** What was sent last has been sold by then, ms. */
const AFTERWARDS_MS = 15_000;
const LOOK_EVERY_MS = 5_000;

/** Plays one run from its seed to its end. */
export async function play(
  database: Database,
  seed: number,
  { weakness, scene: wished }: Wishes = {},
) {
  const world = openWorld(seed);
  const drawn = drawScene(world.chance, chanceOf(seed ^ LADDERS));
  const limit = drawLimit(chanceOf(seed ^ LIMITS), drawn);
  const scene = { ...drawn, limit, ...wished };
  const stage = await openStage(database, world, scene, { seed, weakness });
  for (let n = 0; n < scene.workers; n++) stage.addWorker();
  startPerson(stage);
  const isDone = await untilAtRest(stage);
  await world.run(() => false, AFTERWARDS_MS);
  const breaches = await judge(stage);
  if (!isDone) breaches.push(`no rest: ${await whatIsLeft(stage)}`);
  const plans = await listPlans(database.ledger);
  const successors = plans.reduce((sum, plan) => sum + plan.successors, 0);
  return {
    breaches,
    /** Orders that were begun. */
    lifetimes: scene.orders + successors,
    /** Of these, orders for what another one was proven to lack. */
    successors,
    faults: scene.faults,
    /** Simulated time, ms. */
    passed: world.now(),
    trace: world.trace(),
    fingerprint: world.fingerprint(),
  };
}

async function untilAtRest(stage: Stage): Promise<boolean> {
  const { world, site, scene } = stage;
  const troubles = scene.faults.map((name) => FAULTS[name](stage));
  const thoughtsMs = scene.hasSecondThoughts ? THOUGHTS_UNTIL_MS : 0;
  const quietAt = Math.max(thoughtsMs, ...troubles, ...scene.plans.map(({ at }) => at)) + 1;
  await world.run(() => false, quietAt);
  if (stage.workers.every(({ process }) => !process.isAlive())) stage.addWorker();
  let isAtRest = false;
  const look = async () => {
    isAtRest = !site.toDatabase.isAway && (await hasCome(stage));
    if (!isAtRest) world.after(LOOK_EVERY_MS, look);
  };
  world.after(0, look);
  return world.run(() => isAtRest, REST_WITHIN_MS);
}

async function hasCome({ database, site, scene, submitted }: Stage): Promise<boolean> {
  const plans = await listPlans(database.ledger);
  const { pausedReason } = await findAccount(database.ledger, site.account.name);
  return (
    pausedReason === null &&
    submitted.size === scene.plans.length &&
    plans.every(({ endedAt, unknownOrders }) => endedAt !== null && unknownOrders === 0) &&
    (await ordersToFollow(database.ledger)).every(({ isWaiting }) => isWaiting)
  );
}

async function whatIsLeft({ database }: Stage): Promise<string> {
  const plans = await listPlans(database.ledger);
  const unknown = await unknownOrders(database.ledger, {});
  return [
    ...plans.map(
      ({ id, state, pendingOrders, reason }) =>
        `plan ${id} is ${state}, ${pendingOrders} orders pending, ${reason}`,
    ),
    ...unknown.map(({ order, proposal }) => `order ${order} is unknown: ${proposal?.why}`),
  ].join('\n    ');
}
