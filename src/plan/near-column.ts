import { nearMiss } from '../near-miss.ts';
import { COLUMN_NAMES, COLUMNS, type Column, columnOf } from './columns.ts';
import { unwrapped } from './spreadsheet.ts';

/** Words as short as `type` are near to too many good names. */
const MISSPELLABLE = COLUMN_NAMES.filter((name) => name.length > 4);

/** As near to `fallback` as a slip, and yet a word that such lists use. */
const OTHER_WORDS = /^call ?backs?$/i;

/** First what says most: `Fallback miles` is about no distance. */
const HINTED = COLUMNS.toSorted(
  (a, b) => Number(b.name === 'fallback') - Number(a.name === 'fallback'),
);

/** The column that a name with a remark in brackets means, as in `Quantity (max 25)`. */
export function bracketedColumn(name: string): Column | undefined {
  return /[([{]/.test(name) ? columnOf(name.replace(/[([{].*$/s, '')) : undefined;
}

/** The column that a cell of the header means. */
export function columnFor(cell: string): Column | undefined {
  const name = unwrapped(cell);
  return columnOf(name) ?? bracketedColumn(name);
}

/** Whether a row is certainly a header: it names a quantity, and an area code or a type. */
export function namesEnough(cells: readonly string[]): boolean {
  const columns = cells.map(columnFor);
  return (
    columns.includes('quantity') && (columns.includes('area_code') || columns.includes('type'))
  );
}

/** The column that another name may mean. */
export function nearColumn(name: string): Column | undefined {
  if (OTHER_WORDS.test(name.trim())) return undefined;
  const slip = nearMiss(name, MISSPELLABLE) as Column | undefined;
  if (slip !== undefined) return slip;
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');
  return bracketedColumn(name) ?? HINTED.find(({ hint }) => hint.test(words))?.name;
}
