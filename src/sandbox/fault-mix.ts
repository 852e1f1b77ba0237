/** Which fault the next order meets: one asked for, else one at random, else none (`ok`). */
import { usageError } from '../errors.ts';
import { type FaultName, isFault } from './faults.ts';
import type { Random } from './random.ts';

/** At random: with `chance` (0 to 1) an order meets one of the faults, drawn by weight. */
export type FaultMix = { chance: number; faults: Partial<Record<FaultName, number>> };

/** Which orders meet a fault: those with this search (all when absent), and how many (1). */
export type FaultScope = { search?: string | undefined; times?: number | undefined };

export type FaultChooser = ReturnType<typeof openFaultChooser>;

const NO_FAULTS: FaultMix = { chance: 0, faults: {} };

/** Throws AppError `invalid_usage` for an unknown fault, or a chance or weight out of range. */
export function openFaultChooser(random: Random, first: FaultMix = NO_FAULTS) {
  let mix = checkedMix(first);
  let wishes: { fault: FaultName; search: string | undefined; left: number }[] = [];

  function takeWish(search: string): FaultName | undefined {
    const wish = wishes.find((each) => each.search === undefined || each.search === search);
    if (!wish) return undefined;
    wish.left--;
    if (wish.left === 0) wishes = wishes.filter((each) => each !== wish);
    return wish.fault;
  }

  return {
    choose(search: string): FaultName {
      const wished = takeWish(search);
      if (wished) return wished;
      return random() < mix.chance ? draw(mix, random) : 'ok';
    },
    next(fault: FaultName, scope: FaultScope = {}): void {
      wishes.push(checkedWish(fault, scope));
    },
    setMix(next: FaultMix | null): void {
      mix = checkedMix(next ?? NO_FAULTS);
    },
  };
}

function draw({ faults }: FaultMix, random: Random): FaultName {
  const weights = Object.entries(faults) as [FaultName, number][];
  let rest = random() * sum(weights);
  for (const [fault, weight] of weights) {
    rest -= weight;
    if (rest < 0) return fault;
  }
  // Rounding may leave a trace of the sum: it belongs to the last fault that has a weight.
  return weights.findLast(([, weight]) => weight > 0)![0];
}

function checkedMix(mix: FaultMix): FaultMix {
  const chance = mix?.chance;
  if (typeof chance !== 'number' || !(chance >= 0 && chance <= 1)) {
    throw usageError('The chance of a fault must be a number from 0 to 1.');
  }
  const weights = Object.entries(mix.faults ?? {});
  for (const [fault, weight] of weights) {
    checkFault(fault);
    if (typeof weight !== 'number' || !(weight >= 0 && weight < Infinity)) {
      throw usageError(`The weight of ${fault} must be a number, 0 or more.`);
    }
  }
  if (chance > 0 && !(sum(weights) > 0)) {
    throw usageError('A chance above 0 needs a fault with a weight above 0.');
  }
  return { chance, faults: { ...mix.faults } };
}

function checkedWish(fault: FaultName, { search, times = 1 }: FaultScope) {
  checkFault(fault);
  if (search !== undefined && typeof search !== 'string') {
    throw usageError('The search that a fault waits for must be a text.');
  }
  if (times !== Infinity && !(Number.isSafeInteger(times) && times >= 1)) {
    throw usageError('The times that a fault strikes must be a whole number from 1.');
  }
  return { fault, search, left: times };
}

function checkFault(fault: unknown): void {
  if (!isFault(fault)) throw usageError(`The sandbox has no fault "${String(fault)}".`);
}

function sum(weights: [string, number][]): number {
  return weights.reduce((total, [, weight]) => total + weight, 0);
}
