/**
 * Where orders may buy in place of their own numbers. Each area code is for one order of a schedule
 * alone: a rung asks for the rest of a quantity, so its search must tell the books whose it is.
 */
import { embeddedNumbering } from '../../src/numbering/index.ts';
import { SHORT_STOCK } from '../../src/sandbox/index.ts';
import { RUNGS } from '../support/books/books-key.ts';
import type { randomFrom } from '../support/random.ts';

type Random = ReturnType<typeof randomFrom>;

export type Rung = {
  search: string;
  /** Numbers; null: as many as are lacking. */
  cap: number | null;
  /** How many there are for sale, when not plenty. */
  stock: number | null;
};

/** In service since before any drill. */
const DAY = '2026-01-01';

const NUMBERING = embeddedNumbering();
const LENGTH = RUNGS.last - RUNGS.first + 1;
/** Orders ask for codes below them by themselves. */
const CODES = Array.from({ length: LENGTH }, (_, n) => String(RUNGS.first + n)).filter((code) => {
  const found = NUMBERING.find(code);
  const isUsual = found?.kind === 'geographic' && found.country === 'US';
  return isUsual && NUMBERING.isInService(code, DAY) && !(code in SHORT_STOCK);
});

/** Gives rungs to orders: to most of those whose own numbers run out, and to some others. */
export function rungsFrom(random: Random): (isShort: boolean, quantity: number) => Rung[] {
  const left = [...CODES];
  return (isShort, quantity) => {
    const wants = random.below(isShort ? 4 : 20);
    if (isShort ? wants === 0 : wants > 0) return [];
    return left.splice(0, 1 + random.below(3)).map((search) => ({
      search,
      cap: random.pick([null, null, 1 + random.below(quantity)]),
      stock: random.pick([null, 0, 1 + random.below(quantity)]),
    }));
  };
}

/** The cell of a plan that says so. */
export const fallbackOf = (rungs: Rung[]): string =>
  rungs.map(({ search, cap }) => `to:${search}${cap === null ? '' : `:${cap}`}`).join(' ');
