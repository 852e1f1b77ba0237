import { isAreaCodeShape } from './cells.ts';
import { COLUMNS, type Column, columnOf, FAULT_COLUMN, nameKey } from './columns.ts';
import { type Fault, shown, Unreadable, type Warning } from './fault.ts';
import { nearMiss } from './near-miss.ts';
import type { Row } from './rows.ts';

/** Which cell of a row holds what. */
export type Header = {
  /** False when the first row was already a line to buy. */
  present: boolean;
  /** The names as the file has them; '' for a column without a name. */
  names: string[];
  /** Where each of our columns is; -1 when the file does not have it. */
  at: Record<Column, number>;
  /** Where the columns are that are not ours, and what they are called. */
  extraAt: number[];
  extraNames: string[];
  /** Columns without a name, such as a spreadsheet leaves at the right edge: they must be blank. */
  namelessAt: number[];
  /** A row must have at least so many cells: up to the last column with a name. */
  width: number;
  warnings: Warning[];
};

const HEADERLESS: readonly Column[] = ['area_code', 'quantity', 'type'];

/** Words as short as `type` are near to too many good names of other people's columns. */
const MISSPELLABLE = COLUMNS.filter((column) => column.length > 4);

/**
 * What the first row says about the columns. Throws Unreadable when it does not say it clearly:
 * nothing is guessed about which cell is a quantity.
 */
export function readHeader(row: Row, hasDefaultQuantity: boolean): Header {
  const present = !isHeaderless(row.cells);
  const header = present ? named(row) : unnamed(row);
  const faults = present ? nameFaults(row, header) : [];
  if (faults.length === 0) faults.push(...missing(row, header, hasDefaultQuantity));
  if (faults.length > 0) throw new Unreadable(...faults);
  return header;
}

/** Whether a file's first row is a line already: an area code, or none and then a quantity. */
export function isHeaderless(cells: readonly string[]): boolean {
  const [first = '', second = ''] = cells;
  return /^'?\d+$/.test(first === '' ? second : first) || isAreaCodeShape(first);
}

function named(row: Row): Header {
  const header = emptyHeader(true, row.cells);
  row.cells.forEach((name, at) => {
    const column = columnOf(name);
    if (nameKey(name) === FAULT_COLUMN) return;
    if (column !== undefined) header.at[column] = at;
    else if (nameKey(name) === '') header.namelessAt.push(at);
    else {
      header.extraAt.push(at);
      header.extraNames.push(name);
      const meant = nearMiss(name, MISSPELLABLE);
      if (meant !== undefined) header.warnings.push(misspelt(row.line, name, meant));
    }
  });
  return header;
}

function unnamed(row: Row): Header {
  if (row.cells.slice(HEADERLESS.length).some((cell) => cell !== '')) {
    throw new Unreadable({
      line: row.line,
      column: '',
      found: `${row.cells.length} cells and no header row`,
      expected: `at most ${HEADERLESS.length} cells, or a header row`,
      message:
        'Without a header row a plan has at most three columns: ' +
        `${HEADERLESS.join(', ')}. This one has more; put a row with their names on ` +
        'top.',
    });
  }
  const names = row.cells.map((_, at) => HEADERLESS[at] ?? '');
  const header = emptyHeader(false, names);
  names.forEach((name, at) => {
    if (name === '') header.namelessAt.push(at);
    else header.at[name] = at;
  });
  return header;
}

function emptyHeader(present: boolean, names: string[]): Header {
  const at = Object.fromEntries(COLUMNS.map((column) => [column, -1])) as Record<Column, number>;
  const width = names.findLastIndex((name) => name !== '') + 1;
  const none = { extraAt: [], extraNames: [], namelessAt: [], warnings: [] };
  return { present, names, at, width, ...none };
}

function nameFaults(row: Row, header: Header): Fault[] {
  if (COLUMNS.every((column) => header.at[column] < 0)) {
    const message =
      'The first row names none of our columns. It must be a header row with at ' +
      `least area_code and quantity; known names are ${COLUMNS.join(', ')}.`;
    const found = shown(row.cells.join(', '));
    return [{ line: row.line, column: '', found, expected: 'a header row', message }];
  }
  const seen = new Map<string, string>();
  const faults: Fault[] = [];
  for (const name of row.cells) {
    const key = columnOf(name) ?? nameKey(name);
    if (key === '' || key === FAULT_COLUMN) continue;
    const earlier = seen.get(key);
    if (earlier !== undefined) faults.push(twice(row.line, columnOf(name), earlier, name));
    seen.set(key, name);
  }
  return faults;
}

function missing(row: Row, header: Header, hasDefaultQuantity: boolean): Fault[] {
  const found = shown(row.cells.join(', '));
  const absent = (column: Column, otherwise: string): Fault => ({
    line: row.line,
    column: column,
    found,
    expected: `a column ${column}`,
    message:
      `There is no column ${column}${otherwise}. Add it, and check that the cells ` +
      'are separated by one of , ; | or a tab.',
  });
  const faults: Fault[] = [];
  // Without a type column every line is local, and so needs an area code.
  if (header.at.area_code < 0 && header.at.type < 0) {
    faults.push(absent('area_code', ', which local numbers need'));
  }
  if (header.at.quantity < 0 && !hasDefaultQuantity) {
    faults.push(absent('quantity', ' and no default quantity was given'));
  }
  return faults;
}

function twice(line: number, column: Column | undefined, earlier: string, name: string): Fault {
  const [one, other] = [shown(earlier), shown(name)];
  const message =
    one === other
      ? `Two columns are called "${one}". Rename or remove one.`
      : `The columns "${one}" and "${other}" mean the same. Rename or remove one.`;
  const found = `${one}, ${other}`;
  return { line, column: column ?? other, found, expected: 'one such column', message };
}

function misspelt(line: number, name: string, meant: string): Warning {
  const message =
    `The column "${shown(name)}" is not ours: it is carried into the results and ` +
    `changes nothing. If ${meant} was meant, rename it.`;
  return { line, column: shown(name), message };
}
