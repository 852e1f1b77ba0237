import type { NumberType } from '../number-type.ts';
import { isProblem, type Problem } from './cells.ts';
import { COLUMNS, type Column, type DescribedColumn, type Line, type Value } from './columns.ts';
import type { Header } from './header.ts';
import type { RowRules } from './options.ts';
import type { Row } from './plain-rows.ts';
import { type PlanError, shown } from './plan-error.ts';
import { noLineError, shapeError } from './row-shape.ts';
import type { RowState } from './rules.ts';
import { plain, unguarded, unwrapped } from './spreadsheet.ts';

/** `line` is null when the row has errors. */
export type ValidatedRow = { line: Line | null; errors: readonly PlanError[] };

const NONE: readonly never[] = [];

/** A pure function: what a row of this table asks for, or every reason why it cannot be bought. */
export function rowValidator(header: Header, rules: RowRules): (row: Row) => ValidatedRow {
  const columns = placedColumns(header, rules);
  const conflicting = Object.values(columns).filter(({ at, conflicts }) => at >= 0 && conflicts);
  return (row) => {
    const misshapen = shapeError(row, header);
    if (misshapen !== undefined) return invalid([misshapen], row, header);
    const cells = new Cells(row, columns, rules.today);
    const type = cells.readType();
    // A literal, since it is made a million times. The compiler says which column it lacks.
    const line: Line = {
      line: row.line,
      areaCode: cells.read(columns.area_code),
      type,
      quantity: cells.read(columns.quantity),
      fillQuantity: cells.read(columns.fill_quantity),
      cleansedOnly: cells.read(columns.cleansed_only),
      distance: cells.read(columns.distance),
      smsSupported: cells.read(columns.sms_supported),
      orderSlot: cells.read(columns.order_slot),
      allowOverlay: cells.read(columns.allow_overlay),
      fallback: cells.read(columns.fallback),
      keepTrying: cells.read(columns.keep_trying),
      extra: extraCells(row, header),
    };
    for (const column of conflicting) cells.compare(column, line);
    if (cells.errors.length > 0) return invalid(cells.errors, row, header);
    return { line, errors: NONE };
  };
}

/** A column and where it is in this table; -1 when it is absent. */
type PlacedColumn<Value> = Pick<DescribedColumn, 'name' | 'read' | 'lacking' | 'conflicts'> & {
  at: number;
  blank: Value;
};
type PlacedColumns = { [C in Column]: PlacedColumn<Value<C>> };

function placedColumns(header: Header, { quantity, keepTrying }: RowRules): PlacedColumns {
  const columns = COLUMNS.map(({ name, read, blank, lacking, conflicts }) => {
    const column = { name, at: header.at[name], read, blank, lacking, conflicts };
    if (name === 'keep_trying') return { ...column, blank: keepTrying };
    if (name !== 'quantity' || quantity === null) return column;
    return { ...column, blank: quantity, lacking: undefined };
  });
  return Object.fromEntries(columns.map((column) => [column.name, column])) as PlacedColumns;
}

/** Our cells of one row, and what is wrong with them. */
class Cells implements RowState {
  readonly errors: PlanError[] = [];
  readonly today: string | null;
  readonly #row: Row;
  readonly #columns: PlacedColumns;
  #type: NumberType | undefined;

  constructor(row: Row, columns: PlacedColumns, today: string | null) {
    this.#row = row;
    this.#columns = columns;
    this.today = today;
  }

  /** It must be read first: it decides what other cells may hold. */
  readType(): NumberType {
    const type = this.read(this.#columns.type);
    this.#type = this.errors.length === 0 ? type : undefined;
    return type;
  }

  /** Of an invalid cell it returns the same as of a blank one, and keeps the error. */
  read<Value>(column: PlacedColumn<Value>): Value {
    const cell = this.#text(column);
    if (cell === '') {
      const problem = column.lacking?.(this.#type, this);
      if (problem !== undefined) this.#keep(column, problem);
      return column.blank;
    }
    let value = column.read(cell, this.#type);
    if (isProblem(value)) value = column.read(plain(cell), this.#type);
    if (!isProblem(value)) return value as Value;
    this.#keep(column, value);
    return column.blank;
  }

  /** Keeps what is wrong with a cell beside the others. */
  compare(column: PlacedColumn<unknown>, line: Line): void {
    for (const problem of column.conflicts!(line, this)) this.#keep(column, problem);
  }

  isInvalid(column: string): boolean {
    return this.errors.some((error) => error.column === column);
  }

  hasOnly(column: Column): boolean {
    const own = this.#columns[column].at;
    return this.#row.cells.every((cell, at) => at === own || unwrapped(cell) === '');
  }

  /** The cell as people mean it; '' when it is blank or there is no such column. */
  #text({ at }: PlacedColumn<unknown>): string {
    return at < 0 ? '' : unwrapped(this.#row.cells[at] ?? '');
  }

  #keep(column: PlacedColumn<unknown>, problem: Problem): void {
    const { expected, because, advice = `Write ${expected}.` } = problem;
    const found = shown(this.#text(column));
    const message = `${column.name}${found === '' ? '' : ` "${found}"`} ${because}. ${advice}`;
    this.errors.push({ line: this.#row.line, column: column.name, found, expected, message });
  }
}

function invalid(errors: readonly PlanError[], row: Row, header: Header): ValidatedRow {
  const noLine = noLineError(row, header);
  return { line: null, errors: noLine === undefined ? errors : [noLine] };
}

function extraCells(row: Row, header: Header): string[] {
  const extra: string[] = [];
  for (const at of header.extraAt) extra.push(unguarded((row.cells[at] ?? '').trim()));
  return extra;
}
