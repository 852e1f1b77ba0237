import { type Ledger, numberRows } from '../ledger/index.ts';
import { embeddedNumbering } from '../numbering/index.ts';
import { cellWriter, NUMBERS_COLUMNS } from '../plan/index.ts';
import { ahead } from './ahead.ts';
import type { Piece, Shape, Table, TableNotes } from './csv.ts';
import { endWriter, headerWith } from './extra-columns.ts';

/** Longer texts would wait for a collection of all memory, which would then not stay flat. */
const PIECE = 65_536;

/** `numbers.csv`: every number bought. It counts those that their orders did not ask for. */
export function numbersTable(
  ledger: Ledger,
  planId: number,
  shape: Shape,
  notes: TableNotes = { outside: 0 },
): Table {
  const header = headerWith(NUMBERS_COLUMNS, shape);
  return { header, pages: pages(ledger, planId, shape, notes) };
}

async function* pages(
  ledger: Ledger,
  planId: number,
  shape: Shape,
  notes: TableNotes,
): AsyncGenerator<Piece> {
  const { separator } = shape;
  const endOf = endWriter(shape);
  const form = { separator, regions: regions(separator) };
  for await (const page of ahead(numberRows(ledger, planId, form))) {
    let piece = { text: '', rows: 0 };
    for (const { text, outside, extra } of page) {
      const [rows, end] = [text.split('\n'), endOf(extra)];
      piece.text += rows.join(end) + end;
      piece.rows += rows.length;
      notes.outside += outside;
      if (piece.text.length > PIECE) {
        yield piece;
        piece = { text: '', rows: 0 };
      }
    }
    yield piece;
  }
}

/** Where a number is by its own first three digits; none: its area code is not assigned. */
function regions(separator: string): Record<string, string> {
  const [numbering, cellOf] = [embeddedNumbering(), cellWriter(separator)];
  return Object.fromEntries(
    numbering.all().map(({ code }) => [code, cellOf(numbering.describe(code))]),
  );
}
