import { ERROR_VALUE } from './cells.ts';
import type { Header } from './header.ts';
import { namesEnough } from './near-column.ts';
import { type PlanError, shown } from './plan-error.ts';
import type { Row } from './row.ts';
import { unwrapped } from './spreadsheet.ts';

const TOTAL = /^(?:(?:grand|sub)[ -]?)?totals?\b|^(?:sum|summe|gesamt|somme|suma|totale?)\b/i;

/** The error of a row that is no line to buy at all: a second header, a comment or a total. */
export function noLineError({ line, cells }: Row, header: Header): PlanError | undefined {
  const error = (found: string, message: string): PlanError => {
    return { line, column: '', found: shown(found), expected: 'a line to buy', message };
  };
  const texts = cells.map(unwrapped);
  if (header.present && namesEnough(cells)) {
    const message = `This row names the columns again, as line ${header.line} does. Remove it.`;
    return error(texts.join(', '), message);
  }
  const [first = ''] = texts;
  if (first.startsWith('#') && !ERROR_VALUE.test(first) && !header.extraAt.includes(0)) {
    const message =
      `This row begins with "${shown(first)}", so it looks like a comment, and a plan has none. ` +
      'Remove the row, or only its # if it is to be bought.';
    return error(first, message);
  }
  const total = texts.find((text) => TOTAL.test(text));
  if (total === undefined) return undefined;
  const message =
    `This row says "${shown(total)}", so it looks like a total of the rows above it. Remove it: ` +
    'a total is not a line to buy.';
  return error(total, message);
}

/** Why it is unknown which cell belongs to which column. */
export function shapeError(row: Row, header: Header): PlanError | undefined {
  const { cells, line } = row;
  const { names, width } = header;
  const error = (found: string, expected: string, message: string): PlanError => {
    return { line, column: '', found, expected, message };
  };
  if (cells.length < width) {
    const message =
      `This row has only ${cells.length} of the plan's ${width} columns. Add the ` +
      'missing separators, also for cells that are blank.';
    return error(`cells: ${cells.length}`, `cells: ${width}`, message);
  }
  const stray = strayCell(cells, header);
  if (stray === undefined) return undefined;
  const message =
    `This row has a cell that belongs to no column: "${shown(stray)}". Remove it, ` +
    'or put quotes around a cell that holds the separator itself (as in "1,000" or ' +
    '"Austin, TX").';
  return error(shown(stray), `nothing outside the ${names.length} columns`, message);
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
