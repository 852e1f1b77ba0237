/** Null is a blank. A user's or the vendor's text must be `guarded`. */
export type Cell = string | number | null;

/** Rows as CSV with this separator, one character; each row ends with CRLF. */
export function csvOf(rows: readonly (readonly Cell[])[], separator: string): string {
  const special = new RegExp(`["\\r\\n${separator}]`);
  const quoted = (cell: Cell): Cell =>
    typeof cell === 'string' && special.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  let text = '';
  for (const row of rows) text += `${row.map(quoted).join(separator)}\r\n`;
  return text;
}
