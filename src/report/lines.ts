import { type Ledger, lineRows } from '../ledger/index.ts';
import { cellWriter, guarded, LINES_COLUMNS } from '../plan/index.ts';
import { ahead } from './ahead.ts';
import type { Piece, Shape, Table } from './csv.ts';
import { endWriter, headerWith } from './extra-columns.ts';

/** `lines.csv`: every line of the plan, with what became of its numbers. */
export function linesTable(ledger: Ledger, planId: number, shape: Shape): Table {
  return { header: headerWith(LINES_COLUMNS, shape), pages: pages(ledger, planId, shape) };
}

async function* pages(ledger: Ledger, planId: number, shape: Shape): AsyncGenerator<Piece> {
  const { separator } = shape;
  const [endOf, cellOf] = [endWriter(shape), cellWriter(separator)];
  for await (const page of ahead(lineRows(ledger, planId, separator))) {
    let text = '';
    for (const line of page) {
      // Some reasons are the vendor's words, some a person's.
      const reason = line.reason === null ? '' : cellOf(guarded(line.reason));
      const cells = [line.text, reason, line.substituted].join(separator);
      text += cells + endOf(line.extra);
    }
    yield { text, rows: page.length };
  }
}
