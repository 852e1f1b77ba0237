import { COLUMNS, type Column, columnOf } from './columns.ts';
import { nearMiss } from './near-miss.ts';
import { unwrapped } from './spreadsheet.ts';

/** Words as short as `type` are near to too many good names. */
const MISSPELLABLE = COLUMNS.filter((column) => column.length > 4);

/** Words that mean what a column of ours decides. */
const HINTS: ReadonlyArray<[words: RegExp, column: Column]> = [
  [/\barea ?code|\bnpa\b/, 'area_code'],
  [/\bquantit|\bqty\b/, 'quantity'],
  [/\btoll ?free|\btrue ?800|\bcanadian\b|\b(?:number|phone|line|did|tn)s? types?\b/, 'type'],
  [/\ball or |\bfill\b/, 'fill_quantity'],
  [/\bclean(?:sed|ed)?\b/, 'cleansed_only'],
  [/\bdistance\b|\bmiles\b|\bradius\b/, 'distance'],
  [/\bsms\b|\btext (?:enabled|capable|supported)\b/, 'sms_supported'],
  [/\bslots?\b/, 'order_slot'],
  [/\boverlays?\b/, 'allow_overlay'],
];

/** The column that a name with a remark in brackets means, as in `Quantity (max 25)`. */
export function bracketedColumn(name: string): Column | undefined {
  return /[([{]/.test(name) ? columnOf(name.replace(/[([{].*$/s, '')) : undefined;
}

/** The column that a cell of the header means. */
export function columnFor(cell: string): Column | undefined {
  const name = unwrapped(cell);
  return columnOf(name) ?? bracketedColumn(name);
}

/** Whether a row is certainly a header: it names the two columns that every plan needs. */
export function namesEnough(cells: readonly string[]): boolean {
  const columns = cells.map(columnFor);
  return (
    columns.includes('quantity') && (columns.includes('area_code') || columns.includes('type'))
  );
}

/** The column that another name may mean. */
export function nearColumn(name: string): Column | undefined {
  const slip = nearMiss(name, MISSPELLABLE) as Column | undefined;
  if (slip !== undefined) return slip;
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');
  return bracketedColumn(name) ?? HINTS.find(([hint]) => hint.test(words))?.[1];
}
