import { firstOf } from '../english.ts';
import { nameKey } from '../reading/index.ts';
import { isAreaCodeShape } from './cells.ts';
import { COLUMN_NAMES, type Column, ERROR_COLUMN } from './columns.ts';
import { marksTheList } from './list-marks.ts';
import {
  adviceOn,
  BY_EXCHANGE,
  countsOtherwise,
  meaningOf,
  namesEnough,
  nearColumn,
  READINGS,
} from './near-column.ts';
import type { Row } from './plain-rows.ts';
import { type PlanError, rowError, shown, Unreadable, type Warning } from './plan-error.ts';
import { refuseResultFile } from './result-columns.ts';
import { plain, unwrapped } from './spreadsheet.ts';

/** What each cell of a row holds. */
export type Header = {
  /** False when the first row was already a line to buy. */
  present: boolean;
  /** Its line in the file. */
  line: number;
  /** The names as the file has them; '' for a column without a name. */
  names: string[];
  /** Where each of our columns is; -1 when the file does not have it. */
  at: Record<Column, number>;
  /** Where the plan's own columns are, and their names. */
  extraAt: number[];
  extraNames: string[];
  /** Columns without a name, as spreadsheets leave at the right edge. They must be blank. */
  namelessAt: number[];
  /** Of the plan's own columns, those that tell no rows apart: they count rows, or mark a list. */
  asideAt: number[];
  /** How many cells a row has at least, unless it ends early: up to the last column with a name. */
  width: number;
  warnings: Warning[];
};

const HEADERLESS: readonly Column[] = ['area_code', 'quantity', 'type'];

/** Reads the header or first line. Throws Unreadable when unclear: quantities are never guessed. */
export function readHeader({ line, cells }: Row, hasDefaultQuantity: boolean): Header {
  const row = { line, cells: cells.map(nameIn) };
  refuseResultFile(line, row.cells);
  const present = !isHeaderless(row.cells);
  const header = present ? named(row, hasDefaultQuantity) : unnamed(row);
  const errors = present ? nameErrors(row, header) : [];
  if (errors.length === 0) errors.push(...missing(row, header, hasDefaultQuantity));
  if (errors.length > 0) throw new Unreadable(...errors);
  return header;
}

/** Whether a file's first row is a line already: an area code, or none and then a quantity. */
export function isHeaderless(cells: readonly string[]): boolean {
  const [first = '', second = ''] = cells.slice(0, 2).map((cell) => plain(unwrapped(cell)));
  return (
    (/^\d+$/.test(first === '' ? second : first) || isAreaCodeShape(first)) && !namesEnough(cells)
  );
}

function nameIn(cell: string): string {
  return cell.startsWith('="') ? unwrapped(cell) : cell;
}

function named({ line, cells }: Row, hasDefaultQuantity: boolean): Header {
  const header = emptyHeader(true, line, cells);
  const [exact, , loose] = READINGS;
  // The surest name of a column wins. Two that are equally sure are an error of their own.
  for (const reading of READINGS) {
    cells.forEach((name, at) => {
      const meant = meaningOf(name);
      if (meant?.reading !== reading || header.at[meant.column] >= 0) return;
      if (reading === loose && meant.column === 'quantity' && hasDefaultQuantity) return;
      header.at[meant.column] = at;
      if (reading !== exact) header.warnings.push(readAs(line, name, meant.column));
    });
  }
  const ours = Object.values(header.at);
  const advised = new Map<string, string[]>();
  cells.forEach((name, at) => {
    if (ours.includes(at)) return;
    if (name === ERROR_COLUMN) header.warnings.push(passedOver(line));
    else if (nameKey(name) === '') header.namelessAt.push(at);
    else {
      header.extraAt.push(at);
      header.extraNames.push(name);
      if (marksTheList(name)) header.asideAt.push(at);
      const advice = adviceOn(name, (column) => cells[header.at[column]]);
      if (advice !== undefined) advised.set(advice, [...(advised.get(advice) ?? []), name]);
    }
  });
  for (const [advice, copied] of advised) header.warnings.push(copiedOnly(line, copied, advice));
  return header;
}

function unnamed({ line, cells }: Row): Header {
  const most = HEADERLESS.length;
  if (cells.slice(most).some((cell) => cell !== '')) {
    const found = `${cells.length} cells and no header row`;
    const message =
      `Without a header row a plan has at most three columns: ${HEADERLESS.join(', ')}. ` +
      'This one has more; put a row of column names on top.';
    const expected = `at most ${most} cells, or a header row`;
    throw new Unreadable(rowError(line, found, expected, message));
  }
  const names = cells.map((_, at) => HEADERLESS[at] ?? '');
  const header = emptyHeader(false, line, names);
  names.forEach((name, at) => {
    if (name === '') header.namelessAt.push(at);
    else header.at[name] = at;
  });
  return header;
}

function emptyHeader(present: boolean, line: number, names: string[]): Header {
  const at = Object.fromEntries(COLUMN_NAMES.map((name) => [name, -1])) as Header['at'];
  const width = names.findLastIndex((name) => nameKey(name) !== '') + 1;
  const none = { extraAt: [], extraNames: [], namelessAt: [], asideAt: [], warnings: [] };
  return { present, line, names, at, width, ...none };
}

function nameErrors(row: Row, header: Header): PlanError[] {
  if (COLUMN_NAMES.every((column) => header.at[column] < 0)) {
    const found = row.cells.join(', ');
    const parts = found.split(/[,;:\s]+/);
    if (
      row.cells.length === 1 &&
      (namesEnough(parts) || parts.every((part) => /^\d+$/.test(part)))
    ) {
      const message =
        `Line ${row.line} is one cell, "${shown(found)}". Separate the cells of each row by one ` +
        'of , ; | or a tab. If quotes surround the whole row, remove them.';
      return [rowError(row.line, found, 'a header row of several cells', message)];
    }
    const message =
      `Line ${row.line} ("${shown(found)}") names none of our columns${nearNames(row.cells)}. ` +
      'A plan has a header row with at least area_code and quantity among its first 20 rows; ' +
      `known names are ${COLUMN_NAMES.join(', ')}.`;
    return [rowError(row.line, found, 'a header row', message)];
  }
  const seen = new Map<string, string>();
  const errors: PlanError[] = [];
  for (const name of row.cells) {
    const column = rivalOf(name, row, header);
    const key = column ?? nameKey(name);
    if (key === '' || name === ERROR_COLUMN) continue;
    const earlier = seen.get(key);
    if (earlier !== undefined) errors.push(twice(row.line, column, earlier, name));
    seen.set(key, name);
  }
  return errors;
}

/** The column that a name means as surely as the name that has taken it, or that has itself. */
function rivalOf(name: string, { cells }: Row, { at }: Header): Column | undefined {
  const meant = meaningOf(name);
  if (meant === undefined) return undefined;
  const { column, reading } = meant;
  return meaningOf(cells[at[column]] ?? '')?.reading === reading ? column : undefined;
}

function missing({ line, cells }: Row, header: Header, hasDefaultQuantity: boolean): PlanError[] {
  const found = shown(cells.join(', '));
  const absent = (column: Column, otherwise: string): PlanError => {
    const instead = header.present ? foundInstead(cells, header, column) : '';
    const advice =
      column === 'quantity' && cells.some(countsOtherwise)
        ? 'Add a column quantity that says how many numbers to buy.'
        : cells.length > 1
          ? 'Rename the column that holds it, or add one.'
          : 'Add it, and separate the cells by one of , ; | or a tab.';
    const message = `There is no column ${column}${otherwise}. ${instead}${advice}`;
    return { line, column, found, expected: `a column ${column}`, message };
  };
  const errors: PlanError[] = [];
  // Without a type column every line is local, and so needs an area code.
  if (header.at.area_code < 0 && header.at.type < 0)
    errors.push(absent('area_code', ', which local numbers need'));
  if (header.at.quantity < 0 && !hasDefaultQuantity) errors.push(absent('quantity', ''));
  return errors;
}

/** `: "Kwantity" looks like quantity`; '' when no name looks like a column. */
function nearNames(names: readonly string[]): string {
  const near = names.flatMap((name) => {
    const column = nearColumn(name);
    return column === undefined ? [] : [`"${shown(name)}" looks like ${column}`];
  });
  return near.length === 0 ? '' : `: ${near.join(', ')}; rename a column if that is what it holds`;
}

/** What each name was read as, and which may be the missing column. */
function foundInstead(names: readonly string[], { at }: Header, lacking: Column): string {
  const parts = COLUMN_NAMES.filter((column) => at[column] >= 0)
    .toSorted((a, b) => at[a] - at[b])
    .map((column) => `"${shown(names[at[column]]!)}" was read as ${column}`);
  const others = names.filter(
    (name) => meaningOf(name) === undefined && !['', ERROR_COLUMN].includes(nameKey(name)),
  );
  const inUnits = lacking === 'quantity' ? others.find(countsOtherwise) : undefined;
  const near = others.filter((name) => nearColumn(name) === lacking);
  const may = (near.length > 0 ? near : others).map((name) => `"${shown(name)}"`);
  const [look, were] = may.length === 1 ? ['looks', 'was'] : ['look', 'were'];
  if (inUnits !== undefined) parts.push(`"${shown(inUnits)}" may count something else`);
  else if (may.length > 0) {
    const what = near.length > 0 ? `${look} like ${lacking}` : `${were} not understood`;
    parts.push(`${firstOf(may, 10)} ${what}`);
  }
  return parts.length === 0 ? '' : `Found: ${parts.join('; ')}. `;
}

function twice(line: number, column: Column | undefined, earlier: string, name: string): PlanError {
  const [one, other] = [shown(earlier), shown(name)];
  const message =
    one === other
      ? `Two columns are called "${one}". Rename or remove one.`
      : `The columns "${one}" and "${other}" are both read as ${column}. Rename or remove one.` +
        (/nxx|exchange|prefix/i.test(one + other) ? ` ${BY_EXCHANGE}` : '');
  const found = `${one}, ${other}`;
  return { line, column: column ?? other, found, expected: 'one such column', message };
}

/** One warning for all columns with the same advice. */
function copiedOnly(line: number, names: readonly string[], advice: string): Warning {
  const quoted = names.map((name) => `"${shown(name)}"`);
  const what =
    names.length === 1
      ? `column ${quoted[0]} is not one of ours: it is copied into the results and changes`
      : `columns ${firstOf(quoted, 10)} are not ours: they are copied into the results and change`;
  const message = `The ${what} nothing. ${advice}`;
  return { line, column: shown(names[0]!), message, needsAnswer: true };
}

function readAs(line: number, name: string, meant: Column): Warning {
  const message = `The column "${shown(name)}" was read as ${meant}. If that is wrong, rename it.`;
  return { line, column: shown(name), message, needsAnswer: true };
}

function passedOver(line: number): Warning {
  const message =
    `The column "${ERROR_COLUMN}" is skipped: errors are written there. If it is ` +
    'your own, rename it.';
  return { line, column: ERROR_COLUMN, message };
}
