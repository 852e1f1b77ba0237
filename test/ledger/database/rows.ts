import type { Ledger } from '../../../src/ledger/index.ts';
import { sql } from '../../support/ledger.ts';

export const insert = (ledger: Ledger, table: string, row: Record<string, unknown>) => {
  const values = Object.values(row);
  const holes = values.map((_, n) => `$${n + 1}`);
  return sql(
    ledger,
    `insert into ledger.${table} (${Object.keys(row).join()}) values (${holes.join()})`,
    values,
  );
};

export const update = (
  ledger: Ledger,
  table: string,
  row: Record<string, unknown>,
  where: string,
) => {
  const sets = Object.keys(row).map((column, n) => `${column} = $${n + 1}`);
  return sql(
    ledger,
    `update ledger.${table} set ${sets.join()} where ${where}`,
    Object.values(row),
  );
};
