import { type Delimiter, sniffDelimiter } from './delimiter.ts';
import { Unreadable } from './fault.ts';
import { type Header, readHeader } from './header.ts';
import { type Row, readRows } from './rows.ts';
import { type Encoding, readText } from './text.ts';

/** A plan opened as a table: its form is known, its header is sound, its rows are still to come. */
export type Table = {
  encoding: Encoding;
  delimiter: Delimiter;
  header: Header;
  /** The rows that are not blank, without the header, in batches. Throws Unreadable. */
  rows: AsyncGenerator<Row[]>;
};

/** Bytes -> text -> rows. Throws Unreadable when they cannot be read as a plan at all. */
export async function openTable(
  chunks: AsyncIterator<Buffer>,
  hasDefaultQuantity: boolean,
): Promise<Table> {
  const { encoding, pieces } = await readText(chunks);
  const start = await pieces.next();
  const head = start.done ? '' : start.value;
  const { delimiter, sepLine } = sniffDelimiter(head);
  const text = resumed(head.slice(sepLine), pieces);
  const batches = readRows(text, delimiter, sepLine > 0 ? 2 : 1);
  const first = await firstBatch(batches);
  const header = readHeader(first[0]!, hasDefaultQuantity);
  const rows = resumed(header.present ? first.slice(1) : first, batches);
  return { encoding, delimiter, header, rows };
}

async function firstBatch(batches: AsyncGenerator<Row[]>): Promise<Row[]> {
  for (;;) {
    const batch = await batches.next();
    if (batch.done) throw nothingThere();
    if (batch.value.length > 0) return batch.value;
  }
}

async function* resumed<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

function nothingThere(): Unreadable {
  return new Unreadable({
    line: 1,
    column: '',
    found: 'an empty file',
    expected: 'a header row and at least one line',
    message: 'The file is empty. A plan has a header row, and below it a row for each line to buy.',
  });
}
