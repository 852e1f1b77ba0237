import type { NumberType } from '../number-type.ts';
import { NOT_APPLICABLE } from '../reading/index.ts';
import { cellError, isProblem, type Problem } from './cells.ts';
import { COLUMNS, type Column, type DescribedColumn, type Line } from './columns.ts';
import type { Header } from './header.ts';
import type { RowRules } from './options.ts';
import type { Row } from './plain-rows.ts';
import type { PlanError } from './plan-error.ts';
import { noLineError, shapeError } from './row-shape.ts';
import { plain, unguarded, unwrapped } from './spreadsheet.ts';

/** `line` is null when the row has errors. */
export type ValidatedRow = { line: Line | null; errors: readonly PlanError[] };

/** A pure function: what a row of this table asks for, or every reason why it cannot be bought. */
export function rowValidator(header: Header, rules: RowRules): (row: Row) => ValidatedRow {
  const columns = placedColumns(header, rules);
  return (row) => {
    const misshapen = shapeError(row, header);
    const extra = header.extraAt.map((at) => unguarded((row.cells[at] ?? '').trim()));
    const { line, errors } = misshapen
      ? { line: null, errors: [misshapen] }
      : readRow(row, extra, columns, rules.today);
    if (errors.length === 0) return { line, errors };
    const noLine = noLineError(row, header);
    return { line: null, errors: noLine === undefined ? errors : [noLine] };
  };
}

/** A default fills their blanks, and `n/a` does not ask for it. */
const DEFAULTED: readonly Column[] = ['quantity', 'keep_trying'];

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

/** An invalid cell counts as a blank one beside the others. */
function readRow(
  { line: number, cells }: Row,
  extra: string[],
  columns: readonly PlacedColumn[],
  today: string | null,
) {
  const line = { line: number, extra } as unknown as Line;
  const errors: PlanError[] = [];
  const textOf = ({ at }: PlacedColumn) => (at < 0 ? '' : unwrapped(cells[at] ?? ''));
  const keep = (column: PlacedColumn, problem: Problem) =>
    errors.push(cellError(number, column.name, textOf(column), problem));
  let type: NumberType | undefined;
  for (const column of columns) {
    const { name, field, blank } = column;
    const written = textOf(column);
    const cell = DEFAULTED.includes(name) || !NOT_APPLICABLE.test(written) ? written : '';
    let value = cell === '' ? column.lacking?.(type) : column.read(cell, type);
    if (cell !== '' && isProblem(value)) value = column.read(plain(cell), type);
    const known = cell === '' || isProblem(value) ? blank : value;
    if (isProblem(value)) keep(column, value);
    else if (name === 'type') type = known as NumberType;
    (line as Record<string, unknown>)[field] = known;
  }
  const isInvalid = (name: string) => errors.some(({ column }) => column === name);
  for (const column of columns) {
    const problems = column.at < 0 ? [] : (column.conflicts?.(line, { isInvalid, today }) ?? []);
    for (const problem of problems) keep(column, problem);
  }
  return { line, errors };
}
