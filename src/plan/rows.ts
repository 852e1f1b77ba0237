import { CsvError, type InfoRecord, parse } from 'csv-parse';
import { PlainRows, type Row } from './plain-rows.ts';
import { type PlanError, Unreadable } from './plan-error.ts';
import { formulaQuoter } from './spreadsheet.ts';

export type { Row };

/** A longer row is a quote that nobody closed. In characters; it also bounds the memory taken. */
export const ROW_MAX = 65_536;

/** How the parser reads; what belongs to reading a header on its own as much as to all rows. */
export const CSV_OPTIONS = {
  // A list, for files that mix them: by itself the parser settles on the first kind that it meets.
  record_delimiter: ['\r\n', '\n', '\r'],
  trim: true,
  skip_empty_lines: true,
  // `validateRow` checks the length: it knows which columns may be blank.
  relax_column_count: true,
  max_record_size: ROW_MAX,
};

/**
 * Text to rows, a batch for each piece of text. `firstLine` is the number of the text's first line.
 * Throws Unreadable at the first thing that is not CSV, after the rows before it were handed out:
 * a parser that carries on after a bad quote loses good rows silently.
 */
export async function* readRows(
  pieces: AsyncIterable<string>,
  delimiter: string,
  firstLine: number,
): AsyncGenerator<Row[]> {
  const plain = new PlainRows(delimiter, firstLine);
  let parsed: ReturnType<typeof openParser> | undefined;
  for await (const piece of pieces) {
    const rows = parsed === undefined ? plain.read(piece) : null;
    if (rows !== null) {
      yield rows;
      continue;
    }
    // Once the parser reads, it reads to the end: it alone knows whether a quote is still open.
    const next = parsed === undefined ? plain.rest : piece;
    parsed ??= openParser(delimiter, plain.line);
    yield* parsed(next);
  }
  if (parsed === undefined) yield plain.end();
  else yield* parsed(null);
}

/** What is returned takes the text piece by piece, null at its end, and gives the rows of each. */
function openParser(delimiter: string, firstLine: number) {
  let batch: Row[] = [];
  const whole = new WholeLines();
  const quoteFormulas = formulaQuoter(delimiter);
  const place = new Place(firstLine);
  const parser = parse({
    ...CSV_OPTIONS,
    delimiter,
    // Taken here, and not from the stream, because a stream that fails forgets the rows that it
    // has read but not yet handed out; it is also the faster way.
    on_record: (cells: string[], info: InfoRecord) => {
      const line = place.next(cells, info);
      if (!isBlank(cells)) batch.push({ line, cells });
      return null;
    },
  });
  // Every error also reaches the callback of the write that caused it.
  parser.on('error', () => {});
  return async function* (piece: string | null): AsyncGenerator<Row[]> {
    const text = quoteFormulas(piece === null ? whole.rest : whole.take(piece));
    let error = await new Promise<unknown>((done) => parser.write(text, done));
    if (piece === null) error ??= await new Promise<unknown>((done) => parser.end(done));
    yield batch;
    batch = [];
    if (error) throw new Unreadable(csvError(error, place.begin(parser.info)));
  };
}

/** Text in pieces that each end with a line, as long as lines are no longer than rows may be. */
class WholeLines {
  rest = '';

  take(piece: string): string {
    const text = this.rest + piece;
    const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r', text.length - 2)) + 1;
    const cut = text.length - end > ROW_MAX ? text.length : end;
    this.rest = text.slice(cut);
    return text.slice(0, cut);
  }
}

function isBlank(cells: readonly string[]): boolean {
  for (const cell of cells) if (cell !== '' && cell.trim() !== '') return false;
  return true;
}

/**
 * On which line of the file a row begins. The parser tells the line on which it ends, passes over
 * empty lines in between, and counts a CRLF inside quotes as two.
 */
class Place {
  readonly #shift: number;
  #lines = 0;
  #empty = 0;
  #surplus = 0;

  constructor(firstLine: number) {
    this.#shift = firstLine - 1;
  }

  /** The line on which the row begins that comes next. */
  begin(info: { empty_lines: number }): number {
    return this.#shift + this.#lines + (info.empty_lines - this.#empty) + 1 - this.#surplus;
  }

  next(cells: readonly string[], info: InfoRecord): number {
    const line = this.begin(info);
    if (info.lines > line - this.#shift + this.#surplus) {
      for (const cell of cells) this.#surplus += cell.split('\r\n').length - 1;
    }
    this.#lines = info.lines;
    this.#empty = info.empty_lines;
    return line;
  }
}

const STOPPED = 'Reading stopped there: what follows was not checked.';

function csvError(error: unknown, line: number): PlanError {
  if (!(error instanceof CsvError)) throw error;
  const planError = (found: string, expected: string, message: string): PlanError => {
    return { line, column: '', found, expected, message: `${message} ${STOPPED}` };
  };
  const closed = 'a closing quote for each opening one';
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return planError(
        'an open quote',
        closed,
        'A cell in the row that begins on this line has an opening quote that is never closed.',
      );
    case 'CSV_MAX_RECORD_SIZE':
      return planError(
        'a row of more than 64 KB',
        closed,
        'The row that begins on this line is longer than 64 KB: most likely an opening ' +
          'quote in it is never closed.',
      );
    case 'INVALID_OPENING_QUOTE':
      return planError(
        'a quote inside a cell',
        'quotes around the whole cell',
        'A cell in the row that begins on this line has a quote in its midst. Put ' +
          'quotes around the whole cell, and write each quote inside it twice.',
      );
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE':
      return planError(
        'text after a closing quote',
        closed,
        'In the row that begins on this line, text follows a closing quote: an earlier ' +
          'quote is missing or too many, or a quote inside the cell is not written twice.',
      );
    default:
      return planError('something that is not CSV', 'CSV', `The text is not CSV (${error.code}).`);
  }
}
