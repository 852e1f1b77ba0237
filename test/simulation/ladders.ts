/**
 * What lines may buy in place of their own numbers, and for how long they are tried. Drawn from a
 * source of chance of its own: what else a seed means stays as it is.
 */
import type { Ladder, Step } from '../../src/fallback/index.ts';
import type { Stock } from './books.ts';
import type { Plan, PlannedLine } from './plan-file.ts';
import type { Chance } from './world.ts';

/** Numbers that the vendor gets in later. */
export type Refill = { at: number; areaCode: string; count: number };

/** Area codes for which no line asks by itself. */
const ELSEWHERE = ['503', '504', '505', '508', '509', '513', '515', '518', '520', '541', '551'];
const KEEP_TRYING = ['1h', '2d', 'until 2026-06-03', 'until 2026-05-31'];
/** A person has ended all tries by then, ms. */
const CLOSED_MS = 300_000;

/** Gives some lines of a plan a ladder, and lets some stand. */
export function withLadders(chance: Chance, plan: Plan, codes: string[]): Plan {
  const share = chance.pick([0, 0.3, 0.7]);
  const ladders = new Map<string, Ladder>();
  const lines = plan.lines.map((line): PlannedLine => {
    const keepTrying = chance.happens(share / 2) ? chance.pick(KEEP_TRYING) : null;
    // Not with a distance: then the vendor chooses the area codes.
    if (line.areaCode === null || line.distance !== null || !chance.happens(share))
      return { ...line, keepTrying };
    const ladder = drawLadder(chance, line.areaCode.slice(0, 3), [...ELSEWHERE, ...codes]);
    ladders.set(`${ladder.areaCode} ${ladder.fallback}`, ladder);
    return { ...line, keepTrying, fallback: ladder.fallback };
  });
  const closesAt = chance.between(20_000, CLOSED_MS);
  return { ...plan, lines, ladders: [...ladders.values()], closesAt };
}

function drawLadder(chance: Chance, areaCode: string, codes: string[]): Ladder {
  const steps: Step[] = [];
  const names: string[] = [];
  const free = codes.filter((code) => code !== areaCode && code.length === 3);
  const rungs = chance.between(1, 3);
  for (let rung = 1; rung <= rungs; rung++) {
    const cap = chance.happens(0.5) ? chance.between(1, 40) : null;
    const isFree = chance.happens(0.1);
    const own = isFree ? [] : takeSome(chance, free);
    const name = isFree ? 'tollfree' : `to:${own.join('+')}`;
    if (names.some((known) => known.startsWith('tollfree'))) break;
    names.push(cap === null ? name : `${name}:${cap}`);
    const common = { rung, name, cap, miles: null };
    if (isFree) steps.push({ ...common, areaCode: null, type: 'tollfree' });
    for (const code of own) steps.push({ ...common, areaCode: code, type: 'local' });
  }
  return { type: 'local', areaCode, fallback: names.join(' '), steps };
}

function takeSome(chance: Chance, free: string[]): string[] {
  const count = chance.between(1, 2);
  return Array.from({ length: count }, () => free.splice(chance.below(free.length), 1)[0]!);
}

/** Some area codes run out, so that there is something to fall back from. */
export function drawScarcity(chance: Chance, codes: string[]): Stock {
  const scarce = [...codes, ...ELSEWHERE, '888'].filter(() => chance.happens(0.5));
  return new Map(scarce.map((code) => [code, chance.between(0, 60)]));
}

export function drawRefills(chance: Chance, stock: Stock): Refill[] {
  return [...stock.keys()]
    .filter(() => chance.happens(0.3))
    .map((areaCode) => ({
      ...{ areaCode, at: chance.between(1_000, CLOSED_MS) },
      count: chance.between(1, 60),
    }));
}
