import { type Ledger, lineResults, withheldNumbers } from '../ledger/index.ts';
import { REMAINDER_COLUMNS } from '../plan/index.ts';
import { ahead } from './ahead.ts';
import type { Cell, Table } from './csv.ts';
import { extraReader, headerWith } from './extra-columns.ts';

/**
 * `remainder.csv`: a plan, ready to submit, of all numbers that will not be bought by themselves.
 * It leaves out what is unknown, pending or perhaps bought, because another order could buy it
 * twice.
 */
export function remainderTable(ledger: Ledger, planId: number, extra: string[]): Table {
  return {
    header: headerWith(REMAINDER_COLUMNS, extra),
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
      rows.push([
        line.areaCode,
        quantity,
        line.type,
        flag(line.fillQuantity),
        flag(line.cleansedOnly),
        line.distance,
        flag(line.smsSupported),
        flag(line.orderSlot),
        flag(line.allowOverlay),
        ...extraOf(line.extra),
      ]);
    }
    yield rows;
  }
}

/** A parameter that was absent stays so. */
function flag(value: boolean | null): Cell {
  return value === null ? null : Number(value);
}
