import { count } from '../english.ts';
import { ORDER_MAX } from '../order-size.ts';
import {
  EXPECTED,
  type NumberType,
  type Problem,
  readAreaCode,
  readDistance,
  readFlag,
  readQuantity,
  readType,
} from './cells.ts';
import { type Column, columnOf } from './columns.ts';
import type { Header } from './header.ts';
import { type PlanError, shown, type Warning } from './plan-error.ts';
import type { Row } from './rows.ts';
import { plainBlanks, unguarded, unwrapped } from './spreadsheet.ts';

/** A valid row of a plan. Null: the cell is blank or its column missing, so it is not sent. */
export type Line = {
  /** The line of the file on which the row begins, 1-based. */
  line: number;
  /** 3 or 6 digits; null for `tollfree` and `true800`. */
  areaCode: string | null;
  type: NumberType;
  /** 1 to 100,000 numbers. */
  quantity: number;
  fillQuantity: boolean;
  cleansedOnly: boolean | null;
  /** Miles. */
  distance: number | null;
  smsSupported: boolean | null;
  orderSlot: boolean | null;
  allowOverlay: boolean | null;
  /** The cells of the plan's own columns, in the order of `PlanCheck.extraColumns`. */
  extra: string[];
};

/** `line` is null when the row has errors or asks for 0 numbers. */
export type ValidatedRow = {
  line: Line | null;
  errors: readonly PlanError[];
  warnings: readonly Warning[];
};

const NONE: readonly never[] = [];
const TOTAL = /^(?:(?:grand|sub)[ -]?)?totals?\b|^(?:sum|summe|gesamt|somme|suma|totale?)\b/i;

/** What a row asks for, or every reason why it cannot be bought. Pure. */
export function validateRow(
  row: Row,
  header: Header,
  defaultQuantity: number | null,
): ValidatedRow {
  const misshapen = shapeError(row, header);
  // It is then unknown which cell belongs to which column.
  if (misshapen !== undefined) return invalid([misshapen], row, header);
  const cells = new Cells(row, header);
  const type = cells.read('type', readType, 'local');
  const line: Line = {
    line: row.line,
    areaCode: areaCodeFor(type, cells),
    type: type ?? 'local',
    quantity: quantityOf(cells, defaultQuantity),
    fillQuantity: cells.read('fill_quantity', readFlag, false) ?? false,
    cleansedOnly: cells.read('cleansed_only', readFlag, null) ?? null,
    distance: cells.read('distance', readDistance, null) ?? null,
    smsSupported: cells.read('sms_supported', readFlag, null) ?? null,
    orderSlot: cells.read('order_slot', readFlag, null) ?? null,
    allowOverlay: cells.read('allow_overlay', readFlag, null) ?? null,
    extra: extraCells(row, header),
  };
  checkOverlay(line, cells);
  if (cells.errors.length > 0) return invalid(cells.errors, row, header);
  return { line: line.quantity === 0 ? null : line, errors: NONE, warnings: warningsFor(line) };
}

/** Our cells of one row, and what is wrong with them. */
class Cells {
  readonly errors: PlanError[] = [];
  readonly #row: Row;
  readonly #header: Header;

  constructor(row: Row, header: Header) {
    this.#row = row;
    this.#header = header;
  }

  /** The cell as people mean it; '' when it is blank or there is no such column. */
  text(column: Column): string {
    const at = this.#header.at[column];
    return at < 0 ? '' : unwrapped(this.#row.cells[at] ?? '');
  }

  /** Whether the row has nothing else, as the sums of a spreadsheet do. */
  areBlankBut(column: Column): boolean {
    const own = this.#header.at[column];
    return this.#row.cells.every((cell, at) => at === own || unwrapped(cell) === '');
  }

  /**
   * `blank` when there is nothing in the cell; undefined when it is invalid, and the error is kept.
   */
  read<T, B>(column: Column, reader: (cell: string) => T | Problem, blank: B): T | B | undefined {
    const cell = this.text(column);
    if (cell === '') return blank;
    let value = reader(cell);
    if (isProblem(value)) value = reader(plainBlanks(cell));
    if (!isProblem(value)) return value;
    const { expected, because } = value;
    const message = `${column} "${shown(cell)}" ${because}. Write ${expected}.`;
    this.error(column, expected, message);
    return undefined;
  }

  error(column: Column, expected: string, message: string): void {
    const found = shown(this.text(column));
    this.errors.push({ line: this.#row.line, column, found, expected, message });
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null;
}

function quantityOf(cells: Cells, defaultQuantity: number | null): number {
  const quantity = cells.read('quantity', readQuantity, defaultQuantity);
  if (quantity === null) {
    const message = `quantity is blank. Write ${EXPECTED.quantity}, or 0 to skip the line.`;
    cells.error('quantity', EXPECTED.quantity, message);
  }
  return quantity ?? 0;
}

function areaCodeFor(type: NumberType | undefined, cells: Cells): string | null {
  const cell = cells.text('area_code');
  if (type === 'tollfree' || type === 'true800') {
    if (cell === '') return null;
    const message =
      `area_code "${shown(cell)}" must be blank, because the type is ${type}: such ` +
      'numbers cannot be searched by code, not even by 800 or 888.';
    cells.error('area_code', `nothing, because the type is ${type}`, message);
    return null;
  }
  const areaCode = cells.read('area_code', readAreaCode, null);
  // An invalid type may be meant as one that needs no area code.
  if (areaCode === null && type !== undefined) {
    const total = cells.areBlankBut('quantity') ? ' If this row is a total, remove it.' : '';
    const message =
      `area_code is blank, but type ${type} needs one. Write ` + `${EXPECTED.areaCode}.${total}`;
    cells.error('area_code', EXPECTED.areaCode, message);
  }
  return areaCode ?? null;
}

/** The vendor's two conditions on overlays. */
function checkOverlay(line: Line, cells: Cells): void {
  if (line.allowOverlay !== true) return;
  const expected = '0 or blank';
  // An invalid area code has its own error, and may be meant to have 6 digits.
  if (line.areaCode?.length !== 6 && !cells.errors.some(({ column }) => column === 'area_code')) {
    const has = line.areaCode === null ? 'none' : `3 (${line.areaCode})`;
    const message =
      'allow_overlay works only with an area code of 6 digits, and this line has ' +
      `${has}. Write 6 digits, or leave allow_overlay blank.`;
    cells.error('allow_overlay', expected, message);
  }
  if (line.cleansedOnly === true) {
    const message =
      'allow_overlay and cleansed_only cannot both be 1: the vendor does not support ' +
      'it. Leave one of them blank.';
    cells.error('allow_overlay', expected, message);
  }
}

function warningsFor({ line, quantity, fillQuantity }: Line): readonly Warning[] {
  if (quantity === 0) {
    return [{ line, column: 'quantity', message: 'quantity is 0: this line is skipped.' }];
  }
  if (!fillQuantity || quantity <= ORDER_MAX) return NONE;
  const message =
    `All or nothing holds for each order of ${ORDER_MAX}, not for all ` +
    `${count(quantity)}: the vendor takes no larger orders.`;
  return [{ line, column: 'fill_quantity', message }];
}

function invalid(errors: readonly PlanError[], row: Row, header: Header): ValidatedRow {
  const noLine = noLineError(row, header);
  return { line: null, errors: noLine === undefined ? errors : [noLine], warnings: NONE };
}

/** The error of a row that is no line to buy at all: a second header, or a total. */
function noLineError({ line, cells }: Row, header: Header): PlanError | undefined {
  const error = (found: string, message: string): PlanError => {
    return { line, column: '', found: shown(found), expected: 'a line to buy', message };
  };
  const texts = cells.map(unwrapped);
  const columns = texts.map(columnOf);
  if (header.present && columns.includes('quantity') && columns.includes('area_code')) {
    const message = `This row names the columns again, as line ${header.line} does. Remove it.`;
    return error(texts.join(', '), message);
  }
  const total = texts.find((text) => TOTAL.test(text));
  if (total === undefined) return undefined;
  const message =
    `This row says "${shown(total)}", so it looks like a total of the rows above it. Remove it: ` +
    'a total is not a line to buy.';
  return error(total, message);
}

function shapeError(row: Row, header: Header): PlanError | undefined {
  const { cells, line } = row;
  const { names, width } = header;
  const error = (found: string, expected: string, message: string): PlanError => {
    return { line, column: '', found, expected, message };
  };
  if (cells.length < width) {
    const message =
      `Of the plan's ${width} columns this row has only ${cells.length}. Add the ` +
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

function extraCells(row: Row, header: Header): string[] {
  const extra: string[] = [];
  for (const at of header.extraAt) extra.push(unguarded((row.cells[at] ?? '').trim()));
  return extra;
}
