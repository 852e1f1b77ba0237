import { parse } from 'csv-parse/sync';
import { SEARCHED_ROWS } from './find-header.ts';
import { isHeaderless } from './header.ts';
import { columnFor, namesEnough, nearColumn } from './near-column.ts';
import { rowError, Unreadable } from './plan-error.ts';
import { CSV_OPTIONS } from './rows.ts';
import { formulaQuoter } from './spreadsheet.ts';

export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

// Excel writes and reads this row to name the delimiter. It is no row of the plan.
const SEP_LINE = /^"?sep=(.)"?[,;\t|]*(?:\r\n|\n|\r|$)/i;

/**
 * The delimiter of a file that begins with `head`, and the length of a `sep=` line to skip. The
 * delimiter that yields the most known column names wins. With a list of delimiters, or the
 * parser's own guess, a wrong file would read as a plausible one.
 */
export function sniffDelimiter(head: string): { delimiter: Delimiter; sepLine: number } {
  const sep = SEP_LINE.exec(head);
  if (sep !== null) {
    const delimiter = DELIMITERS.find((known) => known === sep[1]);
    if (delimiter === undefined) throw unknownSep(sep[1]!);
    return { delimiter, sepLine: sep[0].length };
  }
  const scores = DELIMITERS.map((each) => likelihood(firstRows(head, each)));
  return { delimiter: DELIMITERS[scores.indexOf(Math.max(...scores))]!, sepLine: 0 };
}

/** More is likelier. A known column name outweighs a first row that looks like a line. */
function likelihood([first = [], ...others]: readonly string[][]): number {
  const names = [first, ...others.filter(namesEnough)].map(
    (cells) => cells.filter((cell) => columnFor(cell) !== undefined).length,
  );
  const known = Math.max(...names);
  if (known > 0) return 1e6 * known;
  if (isHeaderless(first)) return first.length;
  const near = first.filter((name) => nearColumn(name) !== undefined).length;
  return near + Number(others.some(hasNumbers));
}

/** As a line has below a header in any language. */
function hasNumbers(cells: readonly string[]): boolean {
  return cells.filter((cell) => /^\d+$/.test(cell)).length > 1;
}

/** Ends at the first row that is not CSV: the real reading says what is wrong, and where. */
function firstRows(head: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  const options = { ...CSV_OPTIONS, delimiter, skip_records_with_empty_values: true };
  const on_record = (row: string[]) => {
    rows.push(row);
    return null;
  };
  try {
    parse(formulaQuoter(delimiter)(head), { ...options, to: SEARCHED_ROWS, on_record });
  } catch {
    // The rows before it are enough.
  }
  return rows;
}

function unknownSep(found: string): Unreadable {
  const expected = 'one of , ; | or a tab';
  const message = `The first line says that "${found}" separates the cells, but it must be `;
  return new Unreadable(rowError(1, `sep=${found}`, expected, `${message}${expected}.`));
}
