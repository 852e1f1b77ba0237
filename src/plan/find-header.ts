import { isAreaCodeShape } from './cells.ts';
import type { Column } from './columns.ts';
import { isHeaderless } from './header.ts';
import { columnFor, namesEnough, nearColumn } from './near-column.ts';
import type { Row } from './plain-rows.ts';
import { rowError, Unreadable } from './plan-error.ts';
import { plain, unwrapped } from './spreadsheet.ts';
import { typeSaid } from './telling-cell.ts';

/** The header is looked for in this many rows, because titles or notes may precede it. */
export const SEARCHED_ROWS = 20;

/**
 * Finds the header among a file's first rows: the first row, or the only one that names enough of
 * our columns. Otherwise it is the row with the most names that are ours or near, so that reading
 * it says what is wrong. Throws Unreadable for two headers, and for lines to buy before one.
 */
export function headerAt(first: readonly Row[]): number {
  const rows = first.slice(0, SEARCHED_ROWS);
  const found = rows.filter(({ cells }) => namesEnough(cells));
  const [header, other] = found;
  if (header === undefined) return likeliest(rows);
  if (header === rows[0]) return 0;
  if (other !== undefined) throw twoHeaders(header, other);
  const at = rows.indexOf(header);
  const line = rows.slice(0, at).find(({ cells }) => isLine(cells) || isLineOf(header, cells));
  if (line !== undefined) throw lineAbove(line, header);
  return at;
}

/** Looks only above the first line to buy: rows above a header are skipped. */
function likeliest(rows: readonly Row[]): number {
  const line = rows.findIndex(({ cells }) => isLine(cells) || isHeaderless(cells));
  const knownNames = ({ cells }: Row) =>
    cells.filter((name) => columnFor(name) ?? nearColumn(name)).length;
  const counts = rows.slice(0, line < 0 ? rows.length : line).map(knownNames);
  if (line === 0 || counts[0]! > 0) return 0;
  return counts.indexOf(Math.max(...counts));
}

/** Whether a plan without a header would buy this row. Such a row is no title. */
function isLine(cells: readonly string[]): boolean {
  const [code = '', quantity = ''] = cells.slice(0, 2).map((cell) => plain(unwrapped(cell)));
  return ((code === '' || isAreaCodeShape(code)) && /^\d+$/.test(quantity)) || hasType(cells);
}

/** A type and a quantity, in any order. */
function hasType(cells: readonly string[]): boolean {
  const texts = cells.map(unwrapped);
  return texts.some((text) => typeSaid(text)) && texts.some((text) => /^\d{1,6}$/.test(text));
}

/** Whether the header's own columns have an area code and a quantity in this row. */
function isLineOf(header: Row, cells: readonly string[]): boolean {
  const columns = header.cells.map(columnFor);
  const cellOf = (column: Column) => plain(unwrapped(cells[columns.indexOf(column)] ?? ''));
  return isAreaCodeShape(cellOf('area_code')) && /^\d{1,6}$/.test(cellOf('quantity'));
}

function twoHeaders({ line }: Row, other: Row): Unreadable {
  const message =
    `Lines ${line} and ${other.line} both name our columns, and only one can be the ` +
    'header row. Remove what does not belong to the plan.';
  const found = `header rows on lines ${line} and ${other.line}`;
  return new Unreadable(rowError(line, found, 'one header row', message));
}

function lineAbove({ line }: Row, header: Row): Unreadable {
  const message =
    `Line ${line} is a line to buy, and the header row is below it, on line ` +
    `${header.line}. Move the header row to the top.`;
  const found = `a line above the header row on line ${header.line}`;
  return new Unreadable(rowError(line, found, 'the header row above all lines', message));
}
