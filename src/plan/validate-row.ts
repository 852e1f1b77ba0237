import type { NumberType } from '../number-type.ts';
import { cellError, isProblem, type Problem } from './cells.ts';
import { COLUMNS, type DescribedColumn, type Line } from './columns.ts';
import type { Header } from './header.ts';
import type { RowRules } from './options.ts';
import type { Row } from './plain-rows.ts';
import type { PlanError } from './plan-error.ts';
import { noLineError, shapeError } from './row-shape.ts';
import type { RowState } from './rules.ts';
import { plain, unguarded, unwrapped } from './spreadsheet.ts';

/** `line` is null when the row has errors. */
export type ValidatedRow = { line: Line | null; errors: readonly PlanError[] };

/** A pure function: what a row of this table asks for, or every reason why it cannot be bought. */
export function rowValidator(header: Header, rules: RowRules): (row: Row) => ValidatedRow {
  const columns = placedColumns(header, rules);
  const conflicting = columns.filter(({ at, conflicts }) => at >= 0 && conflicts);
  return (row) => {
    const misshapen = shapeError(row, header);
    const cells = new Cells(row, header, rules.today);
    if (misshapen !== undefined) cells.errors.push(misshapen);
    else {
      for (const column of columns) cells.read(column);
      for (const column of conflicting) cells.compare(column);
    }
    const { line, errors } = cells;
    if (errors.length === 0) return { line, errors };
    const noLine = noLineError(row, header);
    return { line: null, errors: noLine === undefined ? errors : [noLine] };
  };
}

/** A column and where it is in this table; -1 when it is absent. */
type PlacedColumn = DescribedColumn & { at: number };

/** The type comes first: it decides what other cells may hold. */
function placedColumns(header: Header, { quantity, keepTrying }: RowRules): PlacedColumn[] {
  const columns = COLUMNS.map(({ lacking, ...column }): PlacedColumn => {
    const placed = { ...column, at: header.at[column.name] };
    if (column.name === 'keep_trying') return { ...placed, blank: keepTrying };
    if (column.name === 'quantity' && quantity !== null) return { ...placed, blank: quantity };
    return lacking === undefined ? placed : { ...placed, lacking };
  });
  return columns.sort((a, b) => Number(b.name === 'type') - Number(a.name === 'type'));
}

/** Our cells of one row, and what is wrong with them. */
class Cells implements RowState {
  readonly line: Line;
  readonly errors: PlanError[] = [];
  readonly today: string | null;
  readonly #cells: readonly string[];
  #type: NumberType | undefined;

  constructor({ line, cells }: Row, header: Header, today: string | null) {
    const extra = header.extraAt.map((at) => unguarded((cells[at] ?? '').trim()));
    this.line = { line, extra } as unknown as Line;
    this.today = today;
    this.#cells = cells;
  }

  /** Takes an invalid cell for a blank one, and keeps the error. */
  read(column: PlacedColumn): void {
    const { name, field, blank } = column;
    const cell = this.#text(column);
    let value = cell === '' ? column.lacking?.(this.#type) : column.read(cell, this.#type);
    if (cell !== '' && isProblem(value)) value = column.read(plain(cell), this.#type);
    if (isProblem(value)) this.#keep(column, value);
    else if (name === 'type') this.#type = (cell === '' ? blank : value) as NumberType;
    const known = cell === '' || isProblem(value) ? blank : value;
    (this.line as Record<string, unknown>)[field] = known;
  }

  /** Keeps what is wrong with a cell beside the others. */
  compare(column: PlacedColumn): void {
    for (const problem of column.conflicts!(this.line, this)) this.#keep(column, problem);
  }

  isInvalid(column: string): boolean {
    return this.errors.some((error) => error.column === column);
  }

  /** The cell as people mean it; '' when it is blank or there is no such column. */
  #text({ at }: PlacedColumn): string {
    return at < 0 ? '' : unwrapped(this.#cells[at] ?? '');
  }

  #keep(column: PlacedColumn, problem: Problem): void {
    this.errors.push(cellError(this.line.line, column.name, this.#text(column), problem));
  }
}
