/** What may go wrong in a run. Which of it does, and when, is drawn from the run's seed. */
import { LIES } from './lies.ts';
import type { Stage } from './stage.ts';
import { GOOD } from './vendor.ts';
import type { Wire } from './wire.ts';
import type { SimulatedWorker } from './worker.ts';

/** Plans it; returns when it is over, ms. */
type Fault = (stage: Stage) => number;

/** Nothing goes wrong any more after that, ms. */
const LATEST_MS = 90_000;

const MINUTE_MS = 60_000;
const JUMPS_MS = [-60, -5, -1, 1, 5, 60].map((minutes) => minutes * MINUTE_MS);

export const FAULTS = {
  'a worker dies': (stage) =>
    repeat(stage, () => {
      const worker = someWorker(stage);
      if (worker) kill(stage, worker);
    }),
  'a worker leaves': (stage) =>
    once(stage, (world) => {
      const worker = someWorker(stage);
      if (!worker) return;
      world.note(`${worker.process.name} leaves`);
      void worker.leave();
      world.after(world.chance.between(0, 10_000), stage.addWorker);
    }),
  'a worker stands still': (stage) => {
    const { world } = stage;
    const { chance } = world;
    const ends = severalTimes(stage).map((at) => {
      const ms = chance.pick([2_000, 15_000, 40_000]);
      world.after(at, () => {
        const worker = someWorker(stage);
        const withMachine = chance.happens(0.5);
        world.note(`${worker?.process.name} stands still for ${ms} ms`);
        worker?.process.freeze(ms, withMachine);
      });
      return at + ms;
    });
    return Math.max(...ends);
  },
  'the ledger loses its last commits': (stage) => loss(stage, [40, 400, 3_000]),
  'the ledger is put back from an older copy': (stage) => loss(stage, [10_000, 40_000]),
  'the database restarts': (stage) =>
    once(stage, (world) => {
      restart(stage, world.chance.between(50, 5_000), { hasLost: false });
    }),
  'the database is away': (stage) => away(stage, stage.site.toDatabase),
  'the database is slow and its network bad': (stage) =>
    during(stage, () => worsen(stage.site.toDatabase)),
  'the clock of the database jumps': (stage) =>
    repeat(stage, ({ chance, note }) => {
      const { databaseClock } = stage;
      databaseClock.aheadMs += chance.pick(JUMPS_MS);
      note(`the clock of the database is ${databaseClock.aheadMs} ms ahead`);
    }),
  'the clock of a worker jumps': (stage) =>
    repeat(stage, ({ chance, note }) => {
      const worker = someWorker(stage);
      const ms = chance.pick(JUMPS_MS);
      note(`the clock of ${worker?.process.name} jumps by ${ms} ms`);
      worker?.process.setClock(ms);
    }),
  'the queue is emptied': (stage) =>
    repeat(stage, ({ note }) => {
      note('the queue is emptied');
      stage.site.queue.empty();
    }),
  'the queue delivers twice': (stage) =>
    during(stage, () => {
      stage.site.queue.doubles = 0.2;
      return () => {
        stage.site.queue.doubles = 0;
      };
    }),
  'the network of the queue is bad': (stage) => during(stage, () => worsen(stage.site.toQueue)),
  'the queue is away': (stage) => away(stage, stage.site.toQueue),
  'Redis forgets': (stage) => {
    const { world, site } = stage;
    const { chance } = world;
    const at = when(stage);
    const lostAt = at + chance.between(0, 3_000);
    const how = chance.pick(['all', 'saved', 'nothing', 'emptied'] as const);
    world.after(at, () => site.redis?.save());
    world.after(lostAt, () => {
      world.note(`Redis restarts with ${how}`);
      site.toQueue.cuts += 1;
      site.queue.empty();
      if (how === 'emptied') site.redis?.empty();
      else site.redis?.restart(how);
    });
    return lostAt;
  },
  'the vendor does not answer': (stage) =>
    during(stage, () => behave(stage, { silent: 0.4, loses: 0.1, slowMs: stage.scene.slowMs })),
  'the vendor contradicts itself': (stage) =>
    during(stage, () => behave(stage, { garbles: 0.4, strays: 0.1 })),
  'the vendor refuses': (stage) =>
    during(stage, () =>
      behave(stage, { refuses: 0.2, throttles: 0.1, declines: 0.1, rejectsKeys: 0.02 }),
    ),
  'the list cannot be read': (stage) =>
    during(stage, () => {
      const { listing } = stage.site.vendor;
      listing.fails = 0.7;
      return () => {
        listing.fails = 0;
      };
    }),
  'the list lies': (stage) =>
    during(stage, () => {
      const { listing } = stage.site.vendor;
      const { chance, note } = stage.world;
      const name = chance.pick(Object.keys(LIES) as (keyof typeof LIES)[]);
      note(`the list is ${name} from now on`);
      listing.lie = LIES[name](stage);
      return () => {
        listing.lie = null;
      };
    }),
  'numbers come from elsewhere': (stage) =>
    repeat(stage, ({ chance, now }) => {
      stage.books.addStranger(chance.pick(['212', '415', '646']), now());
    }),
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;

/** A time at which something is likely under way, ms. */
function when({ world: { chance }, scene }: Stage): number {
  const busyMs = 1_000 + (1_200 * scene.orders) / scene.rate;
  return chance.happens(0.6)
    ? chance.between(300, Math.min(LATEST_MS, busyMs))
    : chance.between(0, LATEST_MS);
}

/** One to three such times. */
const severalTimes = (stage: Stage): number[] =>
  Array.from({ length: stage.world.chance.between(1, 3) }, () => when(stage));

type Deed = (world: Stage['world']) => void;

const repeat = (stage: Stage, deed: Deed): number => doAt(stage, severalTimes(stage), deed);
const once = (stage: Stage, deed: Deed): number => doAt(stage, [when(stage)], deed);

function doAt({ world }: Stage, times: number[], deed: Deed): number {
  for (const at of times) world.after(at, () => deed(world));
  return Math.max(...times);
}

/** For a while; `begin` returns what ends it. */
function during(stage: Stage, begin: () => () => void): number {
  const { world } = stage;
  const from = when(stage);
  const ms = world.chance.pick([3_000, 20_000, 80_000]);
  world.after(from, () => {
    const end = begin();
    world.after(ms, end);
  });
  return from + ms;
}

function behave({ site: { vendor }, world }: Stage, manners: Partial<typeof GOOD>): () => void {
  world.note(`the vendor: ${JSON.stringify(manners)}`);
  vendor.manners = { ...vendor.manners, ...manners };
  return () => {
    vendor.manners = GOOD;
  };
}

function worsen(wire: Wire): () => void {
  Object.assign(wire, { loses: 0.02, hangs: 0.03 });
  return () => Object.assign(wire, { loses: 0, hangs: 0 });
}

function away(stage: Stage, wire: { isAway: boolean }): number {
  const { world } = stage;
  const from = when(stage);
  const ms = world.chance.pick([300, 4_000, 25_000]);
  world.after(from, () => {
    wire.isAway = true;
  });
  world.after(from + ms, () => {
    wire.isAway = false;
  });
  return from + ms;
}

function someWorker({ world, workers }: Stage): SimulatedWorker | undefined {
  const alive = workers.filter(({ process }) => process.isAlive());
  return alive.length > 0 ? world.chance.pick(alive) : undefined;
}

function kill({ world, addWorker }: Stage, { process }: SimulatedWorker): void {
  world.note(`${process.name} dies`);
  process.kill();
  world.after(world.chance.between(0, 10_000), addWorker);
}

/**
 * What was committed in the last `gaps` ms, at most, is lost; what the database is then is another.
 */
function loss(stage: Stage, gaps: number[]): number {
  const { world, database } = stage;
  const { chance } = world;
  const at = when(stage);
  const lostAt = at + chance.between(0, chance.pick(gaps));
  const downMs = chance.between(50, 8_000);
  const withWorkers = chance.happens(0.3);
  world.after(at, () => database.snapshot());
  world.after(lostAt, () => {
    world.note(`the ledger loses what it was told since ${at}`);
    if (withWorkers) for (const worker of aliveOf(stage)) kill(stage, worker);
    restart(stage, downMs, { hasLost: true });
  });
  return lostAt + downMs;
}

const aliveOf = ({ workers }: Stage) => workers.filter(({ process }) => process.isAlive());

/** The database is down for a while, and comes up as another run of itself, or of a copy. */
function restart(stage: Stage, downMs: number, { hasLost }: { hasLost: boolean }): void {
  const { world, database, site } = stage;
  const isCopy = hasLost && world.chance.happens(0.5);
  world.note('the database goes down');
  site.toDatabase.isAway = true;
  site.toDatabase.cuts += 1;
  world.after(downMs, async () => {
    const run = Math.round(world.now());
    if (hasLost) await database.goBack();
    if (site.weakness !== 'trusts') await database.set('incarnation', `run ${run}`);
    if (isCopy) await database.set('lineage', `history ${run}`);
    site.toDatabase.isAway = false;
    world.note('the database is up again');
  });
}
