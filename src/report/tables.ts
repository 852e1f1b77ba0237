import { findCheck, type Ledger, planColumns } from '../ledger/index.ts';
import { csvPieces, type Piece, type Shape, type Table, type Told } from './csv.ts';
import { linesTable } from './lines.ts';
import { numbersTable } from './numbers.ts';
import { remainderTable } from './remainder.ts';
import { surplusTable } from './surplus.ts';
import { unknownTable } from './unknown.ts';

const TABLES = {
  'numbers.csv': numbersTable,
  'lines.csv': linesTable,
  'remainder.csv': remainderTable,
  'unknown.csv': unknownTable,
  'surplus.csv': surplusTable,
} satisfies Record<string, Draw>;

type Draw = (ledger: Ledger, planId: number, shape: Shape, told?: Told) => Table;

export type TableName = keyof typeof TABLES;

export const TABLE_NAMES = Object.keys(TABLES) as TableName[];

/**
 * One of the tables, current, with the plan's own separator, so that the same spreadsheet opens
 * both. It adds to `told` what it finds out. Throws AppError `not_found` with the first piece.
 */
export async function* tablePieces(
  ledger: Ledger,
  planId: number,
  name: TableName,
  told?: Told,
): AsyncGenerator<Piece> {
  const extra = await planColumns(ledger, planId);
  const check = await findCheck(ledger, planId);
  const shape = { extra, separator: check?.delimiter || ',' };
  const draw: Draw = TABLES[name];
  yield* csvPieces(draw(ledger, planId, shape, told), shape.separator);
}
