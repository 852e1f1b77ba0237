import { type Delimiter, sniffDelimiter } from './delimiter.ts';
import { headerAt, SEARCHED_ROWS } from './find-header.ts';
import { type Header, readHeader } from './header.ts';
import { otherTextKind } from './kind.ts';
import type { Row, Rows } from './plain-rows.ts';
import { rowError, Unreadable } from './plan-error.ts';
import { readRows } from './rows.ts';
import { unwrapped } from './spreadsheet.ts';
import { type Encoding, NotText, readText } from './text.ts';
import { rowsAbove } from './title.ts';
import { saysTotal } from './words.ts';

/** A plan opened as a table: its header is valid, its rows are still to be read. */
export type Table = {
  encoding: Encoding;
  delimiter: Delimiter;
  header: Header;
  /** Titles and notes above the header. */
  above: readonly Row[];
  /** The rows that are not blank, without the header, in batches. Throws Unreadable. */
  rows: AsyncGenerator<Rows>;
};

/** Bytes -> text -> rows. Throws Unreadable when they cannot be read as a plan at all. */
export async function openTable(
  chunks: AsyncIterator<Buffer>,
  hasDefaultQuantity: boolean,
): Promise<Table> {
  const { encoding, pieces } = await readText(chunks);
  let head = '';
  try {
    const start = await pieces.next();
    if (!start.done) head = start.value.toString();
    return { encoding, ...(await tableOf(head, pieces, hasDefaultQuantity)) };
  } catch (error) {
    if (error instanceof NotText) throw error.on(1);
    throw error instanceof Unreadable ? (otherTextKind(head) ?? error) : error;
  }
}

async function tableOf(
  head: string,
  pieces: AsyncGenerator<Buffer>,
  hasDefaultQuantity: boolean,
): Promise<Omit<Table, 'encoding'>> {
  const { delimiter, sepLine } = sniffDelimiter(head);
  const text = resumed(Buffer.from(head.slice(sepLine)), pieces);
  const batches = readRows(text, delimiter, sepLine > 0 ? 2 : 1);
  const { first, broken } = await firstRows(batches);
  const { header, at } = headerOf(first, broken, hasDefaultQuantity);
  const below = first.slice(header.present ? at + 1 : at);
  readCounts(header, below);
  const rows = resumed<Rows>((take) => below.forEach(take), batches, broken);
  return { delimiter, header, above: first.slice(0, at), rows };
}

/** The rows in which a header is looked for, or more; and what ended the reading before. */
async function firstRows(
  batches: AsyncGenerator<Rows>,
): Promise<{ first: Row[]; broken?: Unreadable }> {
  const first: Row[] = [];
  try {
    while (first.length < SEARCHED_ROWS) {
      const batch = await batches.next();
      if (batch.done) break;
      batch.value((row) => first.push(row));
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { first, broken: error };
  }
  return { first };
}

function headerOf(first: Row[], broken: Unreadable | undefined, hasDefaultQuantity: boolean) {
  if (first.length === 0) throw broken ?? nothingThere();
  try {
    const at = headerAt(first);
    const header = readHeader(first[at]!, hasDefaultQuantity);
    if (at > 0) header.warnings.unshift(rowsAbove(first.slice(0, at), header));
    return { header, at };
  } catch (error) {
    // The header may be below the place where reading ended.
    if (!(error instanceof Unreadable) || broken === undefined) throw error;
    throw new Unreadable(...broken.errors, ...error.errors);
  }
}

/** A column may count the rows, a first one also without a name, as pandas and R write it. */
function readCounts(header: Header, below: readonly Row[]): void {
  const cellsOf = (at: number) => below.map((row) => unwrapped(row.cells[at] ?? ''));
  header.asideAt.push(...header.extraAt.filter((at) => countsRows(cellsOf(at))));
  for (const at of header.namelessAt.filter((at) => at < header.width)) {
    const cells = cellsOf(at);
    if ((cells[0] ?? '') === '') continue;
    if (at > 0 || !countsRows(cells)) {
      const message = `Column ${at + 1} has no name. Name it, or remove it.`;
      throw new Unreadable(rowError(header.line, cells[0]!, 'a name', message));
    }
    header.namelessAt.splice(header.namelessAt.indexOf(at), 1);
  }
}

/** The least number of rows whose steps count, as 10, 20, 30 do. */
const STEPS_MIN = 4;

/** Whether cells count the rows, from 0 or 1, and perhaps from there again. */
function countsRows(cells: readonly string[]): boolean {
  const numbers = cells
    .filter((cell) => !saysTotal(cell))
    .map((cell) => (/^\d{1,9}$/.test(cell) ? Number(cell) : Number.NaN));
  const [first = Number.NaN, second = first + 1] = numbers;
  const step = second - first;
  if (!(step === 1 || (step > 1 && numbers.length >= STEPS_MIN))) return false;
  if (![0, 1, step].includes(first)) return false;
  return numbers.every((each, at) => each === first || each === numbers[at - 1]! + step);
}

async function* resumed<T>(
  first: T,
  rest: AsyncGenerator<T>,
  broken?: Unreadable,
): AsyncGenerator<T> {
  yield first;
  if (broken !== undefined) throw broken;
  yield* rest;
}

function nothingThere(): Unreadable {
  const expected = 'a header row and at least one line';
  const message =
    'The file is empty. A plan has a header row, and below it a row for each line to buy.';
  return new Unreadable(rowError(1, 'an empty file', expected, message));
}
