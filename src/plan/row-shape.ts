import { ERROR_VALUE, isProblem, readType } from './cells.ts';
import type { Header } from './header.ts';
import { columnFor, namesEnough } from './near-column.ts';
import type { Row } from './plain-rows.ts';
import { type PlanError, rowError, shown } from './plan-error.ts';
import { unwrapped } from './spreadsheet.ts';
import { beginsAsTotal, endsAsTotal, saysTotal } from './words.ts';

/** The error of a row that is no line to buy at all: a second header, a comment, total or note. */
export function noLineError({ line, cells }: Row, header: Header): PlanError | undefined {
  const error = (found: string, why: string) => rowError(line, found, 'a line to buy', why);
  const texts = cells.map(unwrapped);
  if (header.present && namesEnough(cells)) {
    const again = `This row names the columns again, as line ${header.line} does`;
    const message = isLike(header, cells)
      ? `${again}. Remove it.`
      : `${again}, but in another order: the rows below it would be read as what they do not ` +
        'say. Put these into the order of that line, or into a file of their own.';
    return error(texts.join(', '), message);
  }
  const [first = ''] = texts;
  if (first.startsWith('#') && !ERROR_VALUE.test(first) && !header.extraAt.includes(0)) {
    const message =
      `This row begins with "${shown(first)}", so it looks like a comment, and a plan has none. ` +
      'Remove the row, or only its # if it is to be bought.';
    return error(first, message);
  }
  // In a column of the plan's own it may be a customer's name.
  const isTotal = (text: string, at: number) =>
    saysTotal(text) ||
    endsAsTotal(text) ||
    OF_CODE.test(text) ||
    beginsAsTotal(text, (_, isAll) => !isAll && !header.extraAt.includes(at));
  const total = texts.find(isTotal);
  if (total !== undefined) return totalError(line, total);
  if (isOneCell(cells) && header.width > 1) {
    const message =
      `This row is one cell, "${shown(first)}". Separate its cells as those of the header. If ` +
      'quotes surround the whole row, remove them.';
    return error(first, message);
  }
  const [text = '', other] = texts.filter((each) => each !== '');
  if (other !== undefined || !/\p{L}.*[ :]/u.test(text) || !isProblem(readType(text)))
    return undefined;
  const message =
    `This row says only "${shown(text)}", so it looks like a note or a heading. Remove it: it is ` +
    'not a line to buy.';
  return error(text, message);
}

/** Whether a second header has each of our columns where the first one has it. */
function isLike({ at }: Header, cells: readonly string[]): boolean {
  return cells.every((cell, index) => {
    const column = columnFor(cell);
    return column === undefined ? !Object.values(at).includes(index) : at[column] === index;
  });
}

/** What a spreadsheet writes below the rows of an area code, beside a total. */
const OF_CODE = /^\(?\d{3}\)? (?:count|average|max|min|anzahl|mittelwert|nombre|moyenne)$/i;

/** Whether a row is a single cell with several values in it, at least one of them a number. */
function isOneCell(cells: readonly string[]): boolean {
  const [only = '', ...others] = cells;
  return others.length === 0 && /^[^,;|\t]*\d[^,;|\t]*[,;|\t]|[,;|\t]\s*\d/.test(only);
}

export function totalError(line: number, total: string): PlanError {
  const message =
    `This row says "${shown(total)}", so it looks like a total. Remove it: ` +
    'a total is not a line to buy.';
  return rowError(line, total, 'a line to buy', message);
}

/** Why it is unknown which cell belongs to which column. */
export function shapeError({ cells, line }: Row, header: Header): PlanError | undefined {
  const stray = strayCell(cells, header);
  if (stray === undefined) return undefined;
  const message =
    `This row has a cell that belongs to no column: "${shown(stray)}". Remove it, ` +
    'or put quotes around a cell that holds the separator itself (as in "1,000" or ' +
    '"Austin, TX").';
  const expected = `nothing outside the ${header.names.length} columns`;
  return rowError(line, stray, expected, message);
}

/** Text under a column without a name or beyond the last column; blank cells there are harmless. */
function strayCell(cells: readonly string[], header: Header): string | undefined {
  for (const at of header.namelessAt) {
    const cell = cells[at];
    if (cell !== undefined && cell.trim() !== '') return cell;
  }
  for (let at = header.names.length; at < cells.length; at++) {
    if (cells[at]!.trim() !== '') return cells[at];
  }
  return undefined;
}
