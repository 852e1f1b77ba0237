import type { Cell } from '../csv.ts';
import { type Ledger, numberResults } from '../ledger/index.ts';
import { NUMBERS_COLUMNS } from '../plan/index.ts';
import { ahead } from './ahead.ts';
import type { Table } from './csv.ts';
import { extraReader, headerWith } from './extra-columns.ts';

/** `numbers.csv`: every number bought. */
export function numbersTable(ledger: Ledger, planId: number, extra: string[]): Table {
  return { header: headerWith(NUMBERS_COLUMNS, extra), pages: pages(ledger, planId, extra.length) };
}

async function* pages(ledger: Ledger, planId: number, extra: number): AsyncGenerator<Cell[][]> {
  const extraOf = extraReader(extra);
  for await (const page of ahead(numberResults(ledger, planId))) {
    yield page.map((row) => [
      row.line,
      row.order,
      row.areaCode,
      row.type,
      row.number,
      // Not guarded: a sign and digits are only a number.
      `+1${row.number}`,
      row.boughtAt.toISOString(),
      ...extraOf(row.extra),
    ]);
  }
}
