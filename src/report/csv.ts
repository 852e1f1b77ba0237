/** Null is a blank. A user's or the vendor's text must be `guarded`. */
export type Cell = string | number | null;

/** A result file as a table: its header, and its rows in the ledger's pages. */
export type Table = { header: string[]; pages: AsyncIterable<Cell[][]> };

/** A piece of a result file, and how many rows it holds. */
export type Piece = { text: string; rows: number };

/**
 * A table as CSV: UTF-8 with a byte-order mark, for spreadsheets; CRLF. `separator`
 * is one character.
 */
export async function* csvPieces(
  { header, pages }: Table,
  separator: string,
): AsyncGenerator<Piece> {
  const special = new RegExp(`["\\r\\n${separator}]`);
  yield { text: `\ufeff${csv([header], separator, special)}`, rows: 0 };
  for await (const rows of pages) {
    if (rows.length > 0) yield { text: csv(rows, separator, special), rows: rows.length };
  }
}

/** csv-stringify takes twice as long for a row as the ledger (measured). */
function csv(rows: Cell[][], separator: string, special: RegExp): string {
  const quoted = (cell: Cell): Cell =>
    typeof cell === 'string' && special.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  let text = '';
  for (const row of rows) text += `${row.map(quoted).join(separator)}\r\n`;
  return text;
}
