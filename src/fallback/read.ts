import { count } from '../english.ts';
import { QUANTITY_MAX } from '../order-size.ts';
import { memoized, nearMiss, SAYS_NOTHING } from '../reading/index.ts';
import { type FallbackProblem, problem } from './ladder.ts';

export type Rung = {
  /** As it is written, without its cap. */
  name: string;
  /** The most numbers, 0 when all are used up; null: no cap. */
  cap: number | null;
} & (
  | { kind: 'overlay' }
  | { kind: 'state' }
  | { kind: 'tollfree' }
  | { kind: 'nearby'; miles: number; cross: boolean }
  | { kind: 'to'; areaCodes: readonly string[] }
);

const BLANK = 'Leave it blank.';
const MILES_MAX = 500;
const CAP_MAX = QUANTITY_MAX;
/** Room for every area code of a country. */
const CELL_MAX = 2_000;

const KINDS = ['overlay', 'nearby', 'state', 'tollfree'];

const RUNGS =
  'The rungs are overlay, nearby:25 (miles), nearby:25+cross, state, to:332+646 and tollfree. ' +
  'A cap may follow each, such as overlay:10.';

type Cell = { text: string; rungs: readonly Rung[] };

/** A cell that is not blank -> its one form: lower case, one blank between rungs, plain numbers. */
export function readFallback(cell: string): string | FallbackProblem {
  const read = understood(cell);
  return 'because' in read ? read : read.text;
}

/** The rungs of a cell that is not blank, each of them once. */
export function rungsOf(cell: string): readonly Rung[] | FallbackProblem {
  const read = understood(cell);
  return 'because' in read ? read : read.rungs;
}

/** Whether a cell that `readFallback` returned has a cap. */
export function hasCap(cell: string): boolean {
  const rungs = rungsOf(cell);
  return !('because' in rungs) && rungs.some(({ cap }) => cap !== null);
}

/**
 * The cell with what is left of its caps, where `taken` says what each rung, from 1, has used up. A
 * used-up rung stays, or its area codes would be those of the next. Null: no rung may bring more.
 */
export function withCapsLeft(cell: string, taken: (rung: number) => number): string | null {
  const rungs = rungsOf(cell);
  if ('because' in rungs) return cell;
  const left = rungs.map(({ name, cap }, at) => ({
    name,
    cap: cap === null ? null : Math.max(0, cap - taken(at + 1)),
  }));
  return left.every(({ cap }) => cap === 0) ? null : written(left);
}

/** How many of a line's `quantity` numbers its cell `fallback` may buy as toll-free ones. */
export function mostTollFree(fallback: string, quantity: number): number {
  const rungs = rungsOf(fallback);
  if ('because' in rungs) return 0;
  const rung = rungs.find(({ kind }) => kind === 'tollfree');
  return rung === undefined ? 0 : Math.min(quantity, rung.cap ?? quantity);
}

function understood(cell: string): Cell | FallbackProblem {
  if (cell.length > CELL_MAX) return problem(`is longer than ${count(CELL_MAX)} characters`);
  return cellOf(cell);
}

const cellOf = memoized((cell): Cell | FallbackProblem => {
  const rungs = readRungs(cell);
  return 'because' in rungs ? rungs : { text: written(rungs), rungs };
});

function readRungs(cell: string): Rung[] | FallbackProblem {
  const words = cell
    .toLowerCase()
    .replace(/\s*([:+])\s*/g, '$1')
    .split(/[\s>;,|]+/)
    .filter((word) => word !== '');
  if (words.length === 0) return problem('names no rung');
  if (SAYS_NOTHING.test(cell.trim())) return problem('means that nothing is asked for', BLANK);
  const rungs: Rung[] = [];
  for (const word of words) {
    const rung = rungOf(word);
    if ('because' in rung) return rung;
    if (rungs.some(({ name }) => name === rung.name)) {
      return problem(`names the rung ${rung.name} twice`, 'Remove one of them.');
    }
    rungs.push(rung);
  }
  return rungs;
}

function rungOf(word: string): Rung | FallbackProblem {
  const [kind, ...parts] = word.split(':');
  switch (kind) {
    case 'overlay':
    case 'state':
    case 'tollfree':
      return capped(word, parts, { kind, name: kind });
    case 'nearby':
      return nearbyOf(word, parts);
    case 'to':
      return toOf(word, parts);
    default:
      return problem(`has an unknown rung${quoted(word)}`, meant(word) ?? RUNGS);
  }
}

/** What to write in its place, when that is plain. */
function meant(word: string): string | null {
  if (/^[2-9]\d\d(?:\+[2-9]\d\d)*$/.test(word)) return `Write to:${word} for numbers there.`;
  const [kind = '', ...parts] = word.split(':');
  // "toll free" is two words.
  const rung = /^toll/.test(kind) ? 'tollfree' : nearMiss(kind, KINDS);
  return rung === undefined ? null : `Write ${[rung, ...parts].join(':')}.`;
}

function nearbyOf(word: string, [distance = '', ...parts]: string[]): Rung | FallbackProblem {
  const [, digits = '', plus] = /^(\d{1,9})(\+cross)?$/.exec(distance) ?? [];
  const miles = Number(digits);
  if (miles < 1 || miles > MILES_MAX) {
    const advice = `Write miles from 1 to ${MILES_MAX} after nearby, such as nearby:25.`;
    return problem(`has no valid miles in the rung${quoted(word)}`, advice);
  }
  const cross = plus !== undefined;
  const name = `nearby:${miles}${cross ? '+cross' : ''}`;
  return capped(word, parts, { kind: 'nearby', name, miles, cross });
}

function toOf(word: string, [codes = '', ...parts]: string[]): Rung | FallbackProblem {
  const areaCodes = codes.split('+');
  const because = `has no list of area codes in the rung${quoted(word)}`;
  if (!areaCodes.every((code) => /^[2-9]\d\d$/.test(code))) {
    return problem(because, 'Write area codes of three digits after to, such as to:332+646.');
  }
  const twice = areaCodes.find((code, at) => areaCodes.indexOf(code) < at);
  if (twice !== undefined) {
    return problem(`names ${twice} twice in the rung${quoted(word)}`, 'Remove one of them.');
  }
  return capped(word, parts, { kind: 'to', name: `to:${codes}`, areaCodes });
}

type Uncapped = Rung extends infer R ? (R extends Rung ? Omit<R, 'cap'> : never) : never;

function capped(word: string, parts: string[], rung: Uncapped): Rung | FallbackProblem {
  const [digits, surplus] = parts;
  if (digits === undefined) return { ...rung, cap: null } as Rung;
  const cap = /^\d{1,9}$/.test(digits) ? Number(digits) : -1;
  if (surplus === undefined && cap >= 0 && cap <= CAP_MAX) return { ...rung, cap } as Rung;
  const advice = `Write ${rung.name} alone, or with numbers up to ${count(CAP_MAX)}, such as `;
  return problem(`has no valid cap in the rung${quoted(word)}`, `${advice}${rung.name}:10.`);
}

function written(rungs: readonly Pick<Rung, 'name' | 'cap'>[]): string {
  return rungs.map(({ name, cap }) => (cap === null ? name : `${name}:${cap}`)).join(' ');
}

/** What cannot be printed plainly is not repeated; the cell stands beside the error anyway. */
function quoted(word: string): string {
  return /^[!-~]{1,40}$/.test(word) ? ` "${word}"` : '';
}
