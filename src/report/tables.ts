import { findCheck, type Ledger, planColumns } from '../ledger/index.ts';
import { csvPieces, type Piece, type Table } from './csv.ts';
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
} satisfies Record<string, (ledger: Ledger, planId: number, extra: string[]) => Table>;

export type TableName = keyof typeof TABLES;

export const TABLE_NAMES = Object.keys(TABLES) as TableName[];

/**
 * One of the tables, current, with the plan's own separator, so that the same spreadsheet opens
 * both. Throws AppError `not_found` with the first piece.
 */
export async function* tablePieces(
  ledger: Ledger,
  planId: number,
  name: TableName,
): AsyncGenerator<Piece> {
  const extra = await planColumns(ledger, planId);
  const check = await findCheck(ledger, planId);
  yield* csvPieces(TABLES[name](ledger, planId, extra), check?.delimiter || ',');
}
