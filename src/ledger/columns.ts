/** These fields of the rows, one array each: what `unnest` takes. */
export function columns<Row>(rows: readonly Row[], ...fields: (keyof Row)[]): unknown[][] {
  return fields.map((field) => rows.map((row) => row[field]));
}
