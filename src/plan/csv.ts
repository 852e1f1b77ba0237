/** Null is a blank. A user's or the vendor's text must be `guarded`. */
export type Cell = string | number | null;

/** Rows as CSV with this separator, one character; each row ends with CRLF. */
export function csvOf(rows: readonly (readonly Cell[])[], separator: string): string {
  const cellOf = cellWriter(separator);
  let text = '';
  for (const row of rows) text += `${row.map(cellOf).join(separator)}\r\n`;
  return text;
}

/** Returns a function that puts quotes around a cell that needs them with this separator. */
export function cellWriter(separator: string): (cell: Cell) => string {
  const special = new RegExp(`["\\r\\n${separator}]`);
  return (cell) => {
    const text = String(cell ?? '');
    return special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
}
