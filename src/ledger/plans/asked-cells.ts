import { COLUMNS, marksTheList, type Values } from '../../plan/index.ts';

/** What is to happen when the vendor lacks numbers: a wish stays the same wish without it. */
const FOR_LACKING: readonly string[] = ['allow_overlay', 'fallback', 'keep_trying'];

const ASKED = COLUMNS.filter(({ name }) => !FOR_LACKING.includes(name));
const OTHERS = COLUMNS.filter(({ name }) => FOR_LACKING.includes(name));

/** The columns of `askedCells`, the last of them what a line carries, and those of `otherCells`. */
export const ASKED_COLUMNS = [...ASKED.map(({ name }) => name), 'extra'];
export const OTHER_COLUMNS = OTHERS.map(({ name }) => name);

/**
 * What a line asks for and carries, as columns of a COPY, each after a tab; in any format alike.
 */
export function askedCells(line: Values, extra: string | null): string {
  return `${cellsOf(line, ASKED)}\t${cellOf(extra)}`;
}

/** Of a plan's own columns, by place, those that make no other wish of a line. */
export function asideIn(extraColumns: readonly string[]): number[] {
  return extraColumns.flatMap((name, at) => (marksTheList(name) ? [at] : []));
}

/**
 * Own cells as the ledger keeps them, up to the last that is not blank; null: none. So a line stays
 * the same when a person adds a column, for a note on another line.
 */
export function keptCells(extra: readonly string[]): string | null {
  const size = extra.findLastIndex((cell) => cell !== '') + 1;
  return size > 0 ? JSON.stringify(extra.slice(0, size)) : null;
}

/** By what lines are the same wish: `askedCells` without the own columns at `aside`. */
export function wishCells(line: Values, extra: string | null, aside: readonly number[]): string {
  if (extra === null || aside.length === 0) return askedCells(line, extra);
  const cells: string[] = JSON.parse(extra);
  return askedCells(line, keptCells(cells.filter((_, at) => !aside.includes(at))));
}

/** The line's other cells, in the same form. */
export function otherCells(line: Values): string {
  return cellsOf(line, OTHERS);
}

function cellsOf(line: Values, columns: typeof COLUMNS): string {
  let cells = '';
  for (const { field } of columns) cells += `\t${cellOf(line[field])}`;
  return cells;
}

export const NULL = '\\N';

function cellOf(value: string | number | boolean | null): string {
  if (value === null) return NULL;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value === 'number') return String(value);
  return SPECIAL.test(value) ? value.replace(ALL_SPECIAL, (char) => ESCAPED[char] ?? char) : value;
}

const SPECIAL = /[\\\t\n\r]/;
const ALL_SPECIAL = /[\\\t\n\r]/g;
const ESCAPED: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
