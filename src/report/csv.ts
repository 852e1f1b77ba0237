import { type Cell, csvOf } from '../csv.ts';

/** A result file as a table: its header, and its rows in the ledger's pages. */
export type Table = { header: string[]; pages: AsyncIterable<Cell[][]> };

/** What writing the tables finds. `outside`: numbers that their orders cannot have brought. */
export type Told = { outside: number };

/** A piece of a result file, and how many rows it holds. */
export type Piece = { text: string; rows: number };

/** A table as CSV in UTF-8, with a byte-order mark for spreadsheets. */
export async function* csvPieces(
  { header, pages }: Table,
  separator: string,
): AsyncGenerator<Piece> {
  yield { text: `\ufeff${csvOf([header], separator)}`, rows: 0 };
  for await (const rows of pages) {
    if (rows.length > 0) yield { text: csvOf(rows, separator), rows: rows.length };
  }
}
