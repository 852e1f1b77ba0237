import type { Ledger } from '../../../src/ledger/index.ts';
import { constraintOf } from '../../support/ledger.ts';

type Row = Record<string, unknown>;

/** The constraint that a new row breaks; 'none': it is there now. */
export function inserting(ledger: Ledger, table: string, row: Row): Promise<string> {
  const holes = Object.keys(row).map((_, n) => `$${n + 1}`);
  const text = `insert into ledger.${table} (${Object.keys(row).join()}) values (${holes.join()})`;
  return constraintOf(ledger, text, Object.values(row));
}

/** The same of a change of rows. */
export function updating(ledger: Ledger, table: string, row: Row, where: string): Promise<string> {
  const sets = Object.keys(row).map((column, n) => `${column} = $${n + 1}`);
  const text = `update ledger.${table} set ${sets.join()} where ${where}`;
  return constraintOf(ledger, text, Object.values(row));
}
