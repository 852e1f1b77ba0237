/** Null is a blank. A text of a user's or the vendor's goes in `guarded`, and no other way. */
export type Cell = string | number | null;

/** A result file as a table: its header, and its rows in pages as the ledger gives them. */
export type Table = { header: string[]; pages: AsyncIterable<Cell[][]> };

/** A piece of a result file, and how many rows it holds. */
export type Piece = { text: string; rows: number };

/** A table as CSV: UTF-8 with a byte-order mark, so that spreadsheets see which; CRLF. */
export async function* csvPieces({ header, pages }: Table): AsyncGenerator<Piece> {
  yield { text: `\ufeff${csv([header])}`, rows: 0 };
  for await (const rows of pages) {
    if (rows.length > 0) yield { text: csv(rows), rows: rows.length };
  }
}

/** Written here because csv-stringify takes twice as long for a row as the ledger (measured). */
function csv(rows: Cell[][]): string {
  let text = '';
  for (const row of rows) text += `${row.map(quoted).join(',')}\r\n`;
  return text;
}

function quoted(cell: Cell): Cell {
  if (typeof cell !== 'string' || !/[",\r\n]/.test(cell)) return cell;
  return `"${cell.replaceAll('"', '""')}"`;
}

/** Also the full-width signs, which Numbers takes for the plain ones. */
const FORMULA = /^[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/**
 * A text as a cell that no spreadsheet runs as a formula: it gets an apostrophe in front, which
 * reading a plan takes off again. The blanks around it go, as they do in reading, because a formula
 * that begins with a blank runs all the same.
 */
export function guarded(text: string): string {
  const trimmed = text.trim();
  return FORMULA.test(trimmed) ? `'${trimmed}` : trimmed;
}
