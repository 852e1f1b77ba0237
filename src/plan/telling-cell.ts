import { counted } from '../english.ts';
import { NUMBER_TYPES, type NumberType } from '../number-type.ts';
import { memoized } from '../reading/index.ts';
import { SAYS_TOLL_FREE, typeNamed } from './cells.ts';
import type { Line } from './columns.ts';
import { unwrapped } from './spreadsheet.ts';
import {
  beginsAsTotal,
  endsAsTotal,
  FIRST_WORDS,
  LONGEST,
  saysMultiplied,
  saysNotWanted,
  saysTotal,
  TOTALS,
} from './words.ts';

/** The type that a cell of the plan's own names. `800` may be any number. */
export function typeSaid(cell: string): NumberType | undefined {
  if (cell.length > LONGEST || !/^\p{L}/u.test(cell)) return undefined;
  const word = cell.replace(/,? (?:please|pls|bitte)$/i, '');
  return typeNamed(word) ?? (SAYS_TOLL_FREE.test(word) ? 'tollfree' : undefined);
}

/** What to ask about a cell of the plan's own; undefined: nothing. Totals have their own reader. */
export function questionOn(
  cell: string,
  { quantity, type }: Line,
): [kind: string, says: string] | undefined {
  if (saysNotWanted(cell)) {
    const buys = `it buys ${counted(quantity, 'number')}`;
    const says =
      `may mean that this line, or a part of it, is not wanted, and ${buys}. To skip a line, set ` +
      'its quantity to 0.';
    return ['unwanted', says];
  }
  if (saysMultiplied(cell)) {
    const says =
      `may multiply the quantity, and the line buys ${quantity} in all. If more are wanted, ` +
      'write how many in quantity.';
    return ['multiplied', says];
  }
  const said = typeSaid(cell);
  // `Local` may be said of a Canadian line, too.
  if (said === undefined || type.endsWith(said)) return undefined;
  const says =
    `names a type, but the line is bought as ${type}. If the type is meant, write it in the ` +
    'column type.';
  return ['type', says];
}

/** Whether a person should look at the row: it is then read as cells, never from the bytes. */
export const isTelling = memoized((cell): boolean => {
  const text = unwrapped(cell);
  return (
    saysTotal(text) ||
    endsAsTotal(text) ||
    beginsAsTotal(text) ||
    typeSaid(text) !== undefined ||
    saysNotWanted(text) ||
    saysMultiplied(text)
  );
});

/**
 * 1 where a telling word begins with these letters, also with a blank or a sign among them, or a
 * word for a total ends with them. A table is quick, and each cell asks.
 */
const KNOWN = new Uint8Array(32_768);
const ends = TOTALS.map((word) => Buffer.from(word).subarray(-3));
const begins = [...FIRST_WORDS, ...NUMBER_TYPES, 'tf', 'tfn', 'tfs'].flatMap((word) =>
  [2, 3].map((length) => Buffer.from(word.slice(0, length))),
);
for (const bytes of [...ends, ...begins]) KNOWN[letters(bytes, 0, bytes.length)] = 1;

/** The first three letters, or two, without their case, as a number. */
function letters(bytes: Uint8Array, at: number, end: number): number {
  const third = at + 2 < end && isLetter(bytes[at + 2]!) ? bytes[at + 2]! & 31 : 0;
  return ((bytes[at]! & 31) << 10) | ((bytes[at + 1]! & 31) << 5) | third;
}

/** Whether a cell may be telling, by its bytes: a text of each cell takes too long to make. */
export function mayTell(bytes: Uint8Array, at: number, end: number): boolean {
  if (end === at) return false;
  if (mayEndAsTotal(bytes, at, end)) return true;
  if (isDigit(bytes[at]!)) return mayMultiply(bytes, at, end);
  if (!isLetter(bytes[at]!) || !isLetter(bytes[at + 1]!)) return true;
  return KNOWN[letters(bytes, at, end)] === 1;
}

/** Whether a word, or a sign such as `×`, stands after the digits. */
function mayMultiply(bytes: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end && isDigit(bytes[at]!)) at += 1;
  if (bytes[at] === 32) at += 1;
  return at < end && (bytes[at]! > 127 || isLetter(bytes[at]!));
}

function mayEndAsTotal(bytes: Uint8Array, from: number, cellEnd: number): boolean {
  let end = cellEnd;
  // Behind the word there may be blanks, signs and digits.
  while (end > from && bytes[end - 1]! < 128 && !isLetter(bytes[end - 1]!)) end -= 1;
  if (bytes[end - 1]! > 127) return true;
  return end - from >= 3 && KNOWN[letters(bytes, end - 3, end)] === 1;
}

export function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

function isLetter(byte: number): boolean {
  return (byte | 32) >= 97 && (byte | 32) <= 122;
}
