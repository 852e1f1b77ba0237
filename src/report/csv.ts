import { type Cell, csvOf } from '../plan/index.ts';

/** A result file as a table: its header, and its rows in the ledger's pages. */
export type Table = { header: string[]; pages: AsyncIterable<Piece> };

/** What each table needs to know of its plan: the names of its own columns, and its separator. */
export type Shape = { extra: string[]; separator: string };

/** What writing the tables finds. `outside`: numbers that their orders did not ask for. */
export type TableNotes = { outside: number };

/** A piece of a result file, and how many rows it holds. `asked`: each as `wishCells` says it. */
export type Piece = { text: string; rows: number; asked?: string[] };

export function pieceOf(rows: Cell[][], separator: string): Piece {
  return { text: csvOf(rows, separator), rows: rows.length };
}

/** A table as CSV in UTF-8, with a byte-order mark for spreadsheets. */
export async function* csvPieces(
  { header, pages }: Table,
  separator: string,
): AsyncGenerator<Piece> {
  yield { text: `\ufeff${csvOf([header], separator)}`, rows: 0 };
  for await (const piece of pages) if (piece.rows > 0) yield piece;
}
