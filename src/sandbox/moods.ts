/** Which temper the next order meets: one that was asked for, else one at random, else honesty. */
import { AppError } from '../errors.ts';
import type { Random } from './random.ts';
import { isTemper, type Temper } from './tempers.ts';

/** At random: with `chance` (0 to 1) an order meets one of the tempers, drawn by weight. */
export type Mood = { chance: number; tempers: Partial<Record<Temper, number>> };

/** Which orders are meant: those with this search (all when absent), and how many (1). */
export type Meant = { search?: string | undefined; times?: number | undefined };

export type Moods = {
  choose(search: string): Temper;
  next(temper: Temper, meant?: Meant): void;
  set(mood: Mood | null): void;
};

const CALM: Mood = { chance: 0, tempers: {} };

export function openMoods(random: Random, first: Mood = CALM): Moods {
  let mood = checkedMood(first);
  let wishes: { temper: Temper; search: string | undefined; left: number }[] = [];

  function takeWish(search: string): Temper | undefined {
    const wish = wishes.find((each) => each.search === undefined || each.search === search);
    if (!wish) return undefined;
    wish.left--;
    if (wish.left === 0) wishes = wishes.filter((each) => each !== wish);
    return wish.temper;
  }

  return {
    choose(search) {
      const wished = takeWish(search);
      if (wished) return wished;
      return random() < mood.chance ? draw(mood, random) : 'ok';
    },
    next(temper, meant = {}) {
      wishes.push(checkedWish(temper, meant));
    },
    set(next) {
      mood = checkedMood(next ?? CALM);
    },
  };
}

function draw({ tempers }: Mood, random: Random): Temper {
  const weights = Object.entries(tempers) as [Temper, number][];
  let rest = random() * sum(weights);
  for (const [temper, weight] of weights) {
    rest -= weight;
    if (rest < 0) return temper;
  }
  // Rounding may leave a trace of the sum: it belongs to the last one that can be drawn at all.
  return weights.findLast(([, weight]) => weight > 0)![0];
}

function checkedMood(mood: Mood): Mood {
  const chance = mood?.chance;
  if (typeof chance !== 'number' || !(chance >= 0 && chance <= 1)) {
    throw new AppError('invalid_usage', 'The chance of a mood must be a number from 0 to 1.');
  }
  const weights = Object.entries(mood.tempers ?? {});
  for (const [temper, weight] of weights) {
    checkTemper(temper);
    if (typeof weight !== 'number' || !(weight >= 0 && weight < Infinity)) {
      throw new AppError('invalid_usage', `The weight of ${temper} must be a number, 0 or more.`);
    }
  }
  if (chance > 0 && !(sum(weights) > 0)) {
    throw new AppError(
      'invalid_usage',
      'A mood with a chance needs a temper with a weight above 0.',
    );
  }
  return { chance, tempers: { ...mood.tempers } };
}

function checkedWish(temper: Temper, { search, times = 1 }: Meant) {
  checkTemper(temper);
  if (search !== undefined && typeof search !== 'string') {
    throw new AppError('invalid_usage', 'The search that a temper waits for must be a text.');
  }
  if (times !== Infinity && !(Number.isSafeInteger(times) && times >= 1)) {
    throw new AppError(
      'invalid_usage',
      'The times that a temper lasts must be a whole number from 1.',
    );
  }
  return { temper, search, left: times };
}

function checkTemper(temper: unknown): void {
  if (!isTemper(temper)) {
    throw new AppError('invalid_usage', `The sandbox has no temper "${String(temper)}".`);
  }
}

function sum(weights: [string, number][]): number {
  return weights.reduce((total, [, weight]) => total + weight, 0);
}
