/**
 * A schedule of disaster: what is ordered, how the vendor and the network behave, and which fault
 * strikes when. It follows from its seed and number alone, so both are enough to repeat it.
 *
 * What a seed repeats is the schedule, not the interleaving: the processes and servers are real
 * ones, and which of them is quicker is decided each time. A breach that needs luck may take
 * several tries.
 */
import { FAULTS, type FaultMix, type FaultName } from '../../src/sandbox/index.ts';
import { booksKey } from '../support/books/books-key.ts';
import { randomFrom } from '../support/random.ts';
import {
  BREAKING_KINDS,
  type FaultKind,
  FORGETTING,
  GROUND_KINDS,
  type GroundKind,
  KINDS,
  type QueueKind,
  ROLLING_BACK,
} from './fault-kinds.ts';
import { type Rung, rungsFrom } from './rungs.ts';

export type PlannedOrder = {
  /** Six digits, or three. No other order of the schedule has the same with the same quantity: */
  search: string;
  /** by the two of them the vendor's books, which know no order ids, tell which order it was. */
  quantity: number;
  fillQuantity: boolean;
  /** Miles; with them it may bring numbers of another exchange. */
  distance: number;
  /** How many there are for sale, when not plenty. */
  stock: number | null;
  /** Where it may buy what it lacks. */
  rungs: Rung[];
};

/**
 * `at`: requests that have arrived at the vendor by then, as a share of all orders; by time alone a
 * slow machine would be struck before it has begun, and a quick one when it is done. `whom`: any
 * number; it picks a worker, or a plan.
 */
export type Fault = { kind: FaultKind; at: number; forMs: number; whom: number };

export type Schedule = {
  seed: number;
  number: number;
  /** `startAt` as a fault's `at`. */
  plans: { startAt: number; orders: PlannedOrder[] }[];
  queue: QueueKind;
  workers: number;
  /** Orders per second, all workers together. */
  rate: number;
  concurrency: number;
  /** Seconds. */
  requestTimeout: number;
  reconcile: 'off' | 'propose' | 'auto';
  /** Share of the unknown orders that a person settles. */
  settles: number;
  latencyMs: number;
  /** How long a number is missing from the vendor's list, and how long that is in coming. */
  list: { lagMs: number; latencyMs: number };
  faultMix: FaultMix;
  /** Share of the connections that are cut, and after how many bytes at most. */
  cuts: { share: number; longest: number };
  /** Redis writes everything down, so that it comes back with what it had. */
  appendOnly: boolean;
  /** By then, ms, everything has begun and every fault has struck, however little has arrived. */
  stormMs: number;
  faults: Fault[];
};

type Random = ReturnType<typeof randomFrom>;

/**
 * The settling time of a schedule's workers. No list lags as long as that; and no request may
 * arrive so long after its sender has given up. That is the vendor's promise, which the drill has
 * to keep for it: on a machine with ten times as much to do as it can, one has arrived 3 s late,
 * after a list had said that nothing was bought.
 */
export const SETTLED_AFTER_MS = 8_000;

const BAD_FAULTS = (Object.keys(FAULTS) as FaultName[]).filter((fault) => fault !== 'ok');
/** Each costs the whole account a second or a pause, so that a schedule full of them never ends. */
const SLOWING: FaultName[] = ['throttle', 'bad_keys'];

export type Wishes = {
  /** No fault that takes longer than a few seconds. */
  isShort?: boolean | undefined;
  /** Two ways in which the ground moves, in every schedule. */
  pairs?: boolean | undefined;
};

export function scheduleOf(seed: number, number: number, wishes: Wishes = {}): Schedule {
  const random = randomFrom(Math.imul(seed, 0x9e37_79b1) ^ Math.imul(number, 0x85eb_ca6b));
  // A stream of its own, so that a schedule of the same seed has the faults that it always had.
  const likeness = randomFrom(Math.imul(seed, 0xc2b2_ae35) ^ Math.imul(number, 0x27d4_eb2f));
  const ground = randomFrom(Math.imul(seed, 0x1656_67b1) ^ Math.imul(number, 0x2545_f491));
  const server = random.below(6) === 0 ? 'ledger' : 'redis';
  const queue = ground.below(5) === 0 && !wishes.isShort ? 'embedded' : server;
  const rate = 30 + random.below(271);
  const { plans, stormMs } = plansOf(random, likeness, rate);
  const ladders = randomFrom(Math.imul(seed, 0x7feb_352d) ^ Math.imul(number, 0x846c_a68b));
  const draw = rungsFrom(ladders);
  // Nobody may ask for both: with a distance the vendor chooses.
  for (const order of plans.flatMap(({ orders }) => orders).filter(({ distance }) => !distance))
    order.rungs = draw(order.stock !== null, order.quantity);
  const schedule: Schedule = {
    seed,
    number,
    plans,
    queue,
    workers: 1 + random.below(4),
    rate,
    concurrency: 1 + random.below(24),
    requestTimeout: 1 + random.below(2),
    reconcile: random.pick(['off', 'propose', 'auto']),
    settles: random.pick([0, 0.5, 1]),
    latencyMs: random.below(120),
    list: {
      lagMs: likeness.pick([0, 0, likeness.below(1_500)]),
      latencyMs: likeness.pick([0, 0, likeness.below(800)]),
    },
    faultMix: faultMixOf(random, number),
    cuts:
      random.below(5) < 2
        ? { share: (1 + random.below(40)) / 100, longest: 300 + random.below(1_200) }
        : { share: 0, longest: 1 },
    appendOnly: random.below(3) === 0,
    stormMs,
    faults: faultsOf(
      random,
      BREAKING_KINDS.filter(
        (kind) => KINDS[kind].on.includes(queue) && !(kind === 'long_stop' && wishes.isShort),
      ),
    ),
  };
  return onMovingGround(schedule, ground, wishes);
}

/** Which of them a short schedule may have. */
const QUICK: GroundKind[] = ['ledger_back', 'clock_set', 'list_lies', 'early_person'];
/** A short one holds up nobody for longer, ms. */
const SHORT_MS = 5_000;

/**
 * The same schedule with one way or two in which the ground moves. Three nets keep the promise: the
 * ledger, what remembers beside it, and the vendor's list. Two of them may be taken away, not all.
 */
function onMovingGround(schedule: Schedule, random: Random, wishes: Wishes): Schedule {
  const { queue } = schedule;
  const kinds = GROUND_KINDS.filter(
    (kind) => KINDS[kind].on.includes(queue) && (!wishes.isShort || QUICK.includes(kind)),
  );
  const drawn: GroundKind[] = [];
  for (let count = wishes.pairs ? 2 : random.pick([0, 1, 1, 2]); count > 0; count--) {
    const others = kinds.filter(
      (kind) => !drawn.includes(kind) && !wouldTakeAll(queue, drawn, kind),
    );
    drawn.push(draw(random, others));
  }
  const isBack = drawn.some((kind) => ROLLING_BACK.includes(kind));
  const mayForget = !isBack || !(wishes.isShort || drawn.includes('list_lies'));
  const breaking = schedule.faults.filter(({ kind }) => mayForget || !FORGETTING.includes(kind));
  const remembers = queue === 'redis' && !breaking.some(({ kind }) => FORGETTING.includes(kind));
  const mustLook = isBack && !remembers;
  const ground = drawn.map((kind) => {
    const fault = faultOf(random, kind);
    return wishes.isShort ? { ...fault, forMs: Math.min(fault.forMs, SHORT_MS) } : fault;
  });
  return {
    ...schedule,
    workers: queue === 'embedded' ? 1 : schedule.workers,
    reconcile: mustLook && schedule.reconcile === 'off' ? 'propose' : schedule.reconcile,
    faults: [...breaking, ...ground].sort((a, b) => a.at - b.at),
  };
}

/** Without Redis the list has to tell what a ledger that went back has lost. */
function wouldTakeAll(queue: QueueKind, drawn: GroundKind[], kind: GroundKind): boolean {
  if (queue === 'redis') return false;
  const both = [...drawn, kind];
  return both.includes('list_lies') && both.some((each) => ROLLING_BACK.includes(each));
}

function plansOf(
  random: Random,
  likeness: Random,
  rate: number,
): Pick<Schedule, 'plans' | 'stormMs'> {
  const made: PlannedOrder[] = [];
  const order = () => {
    const own = orderOf(random, likeness, searchOf(made.length));
    const alike = { ...own, ...likenessOf(likeness, made) };
    const isNew = made.every((each) => booksKey(each) !== booksKey(alike));
    made.push(isNew ? alike : own);
    return made.at(-1)!;
  };
  const plans = Array.from({ length: 1 + random.below(4) }, () => {
    const before = made.length;
    return { startAt: before, orders: Array.from({ length: 20 + random.below(100) }, order) };
  });
  // While the plans before it are still being worked on.
  for (const plan of plans) plan.startAt = (random.below(90) / 100) * (plan.startAt / made.length);
  const stormMs = Math.min(12_000, 4_000 + Math.ceil((made.length / rate) * 1_500));
  return { plans, stormMs };
}

/** Never begins with 8: no toll-free area, and no area with few numbers in the sandbox. */
function searchOf(index: number): string {
  return `${201 + (index % 500)}${200 + Math.floor(index / 500)}`;
}

/** Of every fourth order the vendor's list alone cannot tell whose its numbers are. */
function likenessOf(random: Random, made: PlannedOrder[]): Partial<PlannedOrder> {
  if (made.length === 0 || random.below(4) > 0) return {};
  const { search } = made[random.below(made.length)]!;
  return { search: random.below(3) === 0 ? search.slice(0, 3) : search, stock: null };
}

function orderOf(random: Random, likeness: Random, search: string): PlannedOrder {
  const drawn = 1 + random.below(25);
  const quantity = likeness.below(8) === 0 ? 1 : drawn;
  return {
    search,
    quantity,
    fillQuantity: random.below(10) === 0,
    distance: random.below(15) === 0 ? 10 : 0,
    stock: random.pick([null, null, null, null, null, null, 0, Math.max(2, quantity - 3)]),
    rungs: [],
  };
}

/** Every second schedule has one fault of the vendor alone, in turn; the others have a mix. */
function faultMixOf(random: Random, number: number): FaultMix {
  const share = (most: number) => (5 + random.below(most * 100 - 4)) / 100;
  if (number % 2 === 0) {
    const fault = BAD_FAULTS[(number / 2) % BAD_FAULTS.length]!;
    return { chance: share(SLOWING.includes(fault) ? 0.1 : 0.9), faults: { [fault]: 1 } };
  }
  const drawn = BAD_FAULTS.filter(() => random.below(2) === 0);
  const weights = drawn.map((fault): [FaultName, number] => [
    fault,
    SLOWING.includes(fault) ? 0.3 : 1 + random.below(5),
  ]);
  return { chance: share(0.6), faults: { ok: 0.1, ...Object.fromEntries(weights) } };
}

function faultsOf(random: Random, kinds: FaultKind[]): Fault[] {
  const faults = Array.from({ length: random.below(9) }, () =>
    faultOf(random, draw(random, kinds)),
  );
  return faults.sort((a, b) => a.at - b.at);
}

function faultOf(random: Random, kind: FaultKind): Fault {
  const [shortest, longest] = KINDS[kind].forMs;
  return {
    kind,
    at: random.below(100) / 100,
    forMs: shortest + random.below(longest - shortest + 1),
    whom: random.below(1_000),
  };
}

function draw<Kind extends FaultKind>(random: Random, kinds: Kind[]): Kind {
  const sum = kinds.reduce((total, kind) => total + KINDS[kind].weight, 0);
  let rest = (random.below(1_000_000) / 1_000_000) * sum;
  for (const kind of kinds) {
    rest -= KINDS[kind].weight;
    if (rest < 0) return kind;
  }
  return kinds.at(-1)!;
}
