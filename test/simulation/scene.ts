/** What a run is made of, all drawn from its seed. */

import { createHash } from 'node:crypto';
import { ticksFor } from '../../src/ledger/index.ts';
import { ORDER_MAX } from '../../src/order-size.ts';
import { BLANK_LINE } from '../support/plans.ts';
import type { Stock } from './books.ts';
import { FAULTS, type FaultName } from './faults.ts';
import { drawRefills, drawScarcity, type Refill, withLadders } from './ladders.ts';
import { ordersOf, type Plan, type PlannedLine } from './plan-file.ts';
import type { Settings } from './worker.ts';
import type { Chance } from './world.ts';

export type Scene = {
  workers: number;
  rate: number;
  settings: Settings;
  /** Else the queue is in the database, and marks are only in the memory of each worker. */
  hasRedis: boolean;
  /** The vendor's list shows what was sold within this time, ms. */
  lagMs: number;
  /** From an order's first byte to its sale, ms at most, when the vendor is slow. */
  slowMs: number;
  stock: Stock;
  refills: Refill[];
  /** What may be bought in a day, by all or by Ada, until she has it raised; null: all. */
  limit: Ceiling | null;
  /** A person takes back what was settled, and tries again what was refused. */
  hasSecondThoughts: boolean;
  ownedBefore: string[];
  plans: Plan[];
  /** Of all plans. */
  orders: number;
  faults: FaultName[];
};

export type Ceiling = { person: string | null; numbers: number; untilMs: number };

const CODES = ['212', '312', '415', '617', '702', '212555', '312444'];

/** `ladders` is a source of chance for what may be bought in place of a line's own numbers. */
export function drawScene(chance: Chance, ladders: Chance): Scene {
  const scene = drawWithout(chance);
  const plans = scene.plans.map((plan) => withLadders(ladders, plan, CODES));
  if (plans.every((plan) => plan.ladders.length === 0)) return { ...scene, plans };
  const stock = new Map([...drawScarcity(ladders, CODES), ...scene.stock]);
  const refills = drawRefills(ladders, stock);
  return { ...scene, plans, stock, refills, hasSecondThoughts: ladders.happens(0.3) };
}

function drawWithout(chance: Chance): Scene {
  const shownWithinMs = chance.pick([6_000, 12_000, 20_000]);
  const plans = Array.from({ length: chance.pick([1, 1, 2]) }, (_, n) => drawPlan(chance, n));
  return {
    workers: chance.between(1, 3),
    rate: chance.pick([3, 10, 50]),
    hasRedis: chance.happens(0.5),
    settings: {
      mode: chance.happens(0.6) ? 'auto' : 'propose',
      listLagMs: ticksFor(shownWithinMs),
      requestTimeoutMs: chance.pick([1_000, 3_000, 8_000]),
      concurrency: chance.between(2, 8),
      beatMs: chance.pick([1_000, 2_000]),
      sweepMs: chance.pick([1_000, 3_000]),
    },
    // Together less than the settling time: that is what the setting promises.
    lagMs: chance.between(0, shownWithinMs * 0.7),
    slowMs: chance.between(50, shownWithinMs * 0.3),
    stock: new Map(
      CODES.filter(() => chance.happens(0.2)).map((code) => [code, chance.between(0, 60)]),
    ),
    ...{ limit: null, refills: [], hasSecondThoughts: false },
    ownedBefore: Array.from(
      { length: chance.pick([0, 12, 90, 120]) },
      (_, n) => `${CODES[n % 5]}777${String(n).padStart(4, '0')}`,
    ),
    plans,
    orders: plans.flatMap(ordersOf).length,
    faults: drawFaults(chance),
  };
}

/** Half of the runs have one, of less than all plans ask for. */
export function drawLimit(chance: Chance, { plans }: Scene): Ceiling | null {
  if (chance.happens(0.5)) return null;
  const asked = plans.flatMap(({ lines }) => lines).reduce((sum, line) => sum + line.quantity, 0);
  return {
    person: chance.pick([null, 'Ada']),
    numbers: chance.between(ORDER_MAX, Math.max(ORDER_MAX, Math.floor(asked / 2))),
    untilMs: chance.between(20_000, 120_000),
  };
}

/** None, one or two alone, or many together. */
function drawFaults(chance: Chance): FaultName[] {
  const all = Object.keys(FAULTS) as FaultName[];
  const share = chance.pick([0, 1 / all.length, 2 / all.length, 0.2, 0.4]);
  return all.filter(() => chance.happens(share));
}

function drawPlan(chance: Chance, n: number): Plan {
  const name = `plan ${n + 1}`;
  return {
    name,
    sha256: createHash('sha256').update(name).digest('hex'),
    lines: Array.from({ length: chance.between(5, 24) }, (_, at) => drawLine(chance, at + 2)),
    at: n === 0 ? 0 : chance.between(0, 30_000),
    ...{ ladders: [], closesAt: 0 },
  };
}

function drawLine(chance: Chance, line: number): PlannedLine {
  const isFree = chance.happens(0.15);
  const quantity = chance.happens(0.4) ? chance.between(26, 8 * ORDER_MAX) : chance.between(1, 25);
  return {
    ...BLANK_LINE,
    line,
    areaCode: isFree ? null : chance.pick(CODES),
    type: isFree ? 'tollfree' : 'local',
    quantity,
    fillQuantity: chance.happens(0.25),
    distance: !isFree && chance.happens(0.1) ? 20 : null,
    ...{ extra: [], fallback: null, keepTrying: null },
  };
}
