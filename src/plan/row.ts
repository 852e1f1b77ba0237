/** A row that is not blank: its cells, trimmed where unquoted, and the line on which it begins. */
export type Row = { line: number; cells: string[] };
