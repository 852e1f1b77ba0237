import type { Cell } from '../csv.ts';
import { type Ledger, type LineResult, lineResults, withheldNumbers } from '../ledger/index.ts';
import { COLUMN_NAMES, COLUMNS } from '../plan/index.ts';
import { ahead } from './ahead.ts';
import type { Table } from './csv.ts';
import { extraReader, headerWith } from './extra-columns.ts';

/**
 * `remainder.csv`: a plan, ready to submit, of all numbers that will not be bought by themselves.
 * It leaves out what is unknown, pending or perhaps bought, because another order could buy it
 * twice.
 */
export function remainderTable(ledger: Ledger, planId: number, extra: string[]): Table {
  return {
    header: headerWith(COLUMN_NAMES, extra),
    pages: pages(ledger, planId, extra.length),
  };
}

async function* pages(ledger: Ledger, planId: number, extra: number): AsyncGenerator<Cell[][]> {
  const extraOf = extraReader(extra);
  const withheld = await withheldNumbers(ledger, planId);
  for await (const page of ahead(lineResults(ledger, planId))) {
    const rows: Cell[][] = [];
    for (const line of page) {
      const lacking = line.short + line.refused + line.undelivered + line.cancelled;
      const quantity = lacking - (withheld.get(line.line) ?? 0);
      if (quantity <= 0) continue;
      rows.push([...wishOf(line, quantity), ...extraOf(line.extra)]);
    }
    yield rows;
  }
}

/** The line's cells as they were, with another quantity. */
function wishOf(line: LineResult, quantity: number): Cell[] {
  const wish = { ...line, quantity };
  return COLUMNS.map(({ field }) => {
    const value = wish[field];
    return typeof value === 'boolean' ? Number(value) : value;
  });
}
