import { createHash } from 'node:crypto';
import {
  findCheck,
  type Ledger,
  LineSample,
  LinesHash,
  noteRemainder,
  planColumns,
} from '../ledger/index.ts';
import { csvPieces, type Piece, type Shape, type Table, type TableNotes } from './csv.ts';
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

type Draw = (ledger: Ledger, planId: number, shape: Shape, notes?: TableNotes) => Table;

export type TableName = keyof typeof TABLES;

export const TABLE_NAMES = Object.keys(TABLES) as TableName[];

/**
 * One of the tables, current, with the plan's own separator, so that the same spreadsheet opens
 * both. It adds to `notes` what it finds. Throws AppError `not_found` with the first piece.
 */
export async function* tablePieces(
  ledger: Ledger,
  planId: number,
  name: TableName,
  notes?: TableNotes,
): AsyncGenerator<Piece> {
  const extra = await planColumns(ledger, planId);
  const { delimiter: separator } = await findCheck(ledger, planId);
  const draw: Draw = TABLES[name];
  const pieces = csvPieces(draw(ledger, planId, { extra, separator }, notes), separator);
  yield* name === 'remainder.csv' ? noted(ledger, planId, pieces) : pieces;
}

/** Notes a remainder: it may be submitted as a plan, perhaps much later. */
async function* noted(
  ledger: Ledger,
  planId: number,
  pieces: AsyncIterable<Piece>,
): AsyncGenerator<Piece> {
  const [bytes, lines, sample] = [createHash('sha256'), new LinesHash(), new LineSample()];
  let count = 0;
  for await (const piece of pieces) {
    bytes.update(piece.text);
    for (const line of piece.asked ?? []) {
      lines.add(line);
      sample.add(line);
    }
    count += piece.rows;
    yield piece;
  }
  if (count === 0) return;
  await noteRemainder(ledger, planId, {
    bytes: bytes.digest('hex'),
    lines: lines.digest(),
    sample: sample.smallest(),
  });
}
