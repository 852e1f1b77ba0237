import { CsvError, type InfoRecord, parse } from 'csv-parse';
import { PlainRows, type Row, type Rows } from './plain-rows.ts';
import { type PlanError, rowError, Unreadable } from './plan-error.ts';
import { formulaQuoter } from './spreadsheet.ts';
import { NotText } from './text.ts';

/**
 * A longer row has an unclosed quote. The parser counts finished cells in characters, and the cell
 * that it is reading in bytes. This also bounds the memory used.
 */
const ROW_MAX = 65_536;

/** How the parser reads a header and the rows. */
export const CSV_OPTIONS = {
  // A list, for files that mix them. The parser's default is the first kind that it meets.
  record_delimiter: ['\r\n', '\n', '\r'],
  trim: true,
  skip_empty_lines: true,
  // `rowValidator` checks the length: it knows which columns may be blank.
  relax_column_count: true,
  max_record_size: ROW_MAX,
};

/**
 * Text to rows, a batch for each piece of text. `firstLine` is the number of the text's first line.
 * Throws Unreadable where the text stops being CSV, after the rows before it: a parser that
 * continues after a bad quote loses good rows silently.
 */
export async function* readRows(
  pieces: AsyncIterable<Buffer>,
  delimiter: string,
  firstLine: number,
): AsyncGenerator<Rows> {
  const plain = new PlainRows(delimiter, firstLine);
  let parser: Parser | undefined;
  try {
    for await (const piece of pieces) {
      if (parser === undefined) {
        yield plain.read(piece);
        if (!plain.isOver) continue;
        // The parser reads to the end, because only it knows whether a quote is still open.
        parser = new Parser(delimiter, plain.line);
        yield* parser.read(plain.rest);
      } else yield* parser.read(piece.toString());
    }
  } catch (error) {
    throw error instanceof NotText ? error.on((parser ?? plain).lineAfter) : error;
  }
  if (parser === undefined) yield plain.end();
  else yield* parser.read(null);
}

/** Reads rows with the parser, from whole lines while none is longer than `ROW_MAX`. */
class Parser {
  /** The line of the file behind what it has read. */
  #line: number;
  #rest = '';
  #batch: Row[] = [];
  readonly #quoteFormulas: (block: string) => string;
  readonly #lineOf: LineOfRow;
  readonly #parser: ReturnType<typeof parse>;

  constructor(delimiter: string, firstLine: number) {
    this.#line = firstLine;
    this.#quoteFormulas = formulaQuoter(delimiter);
    this.#lineOf = new LineOfRow(firstLine);
    this.#parser = parse({
      ...CSV_OPTIONS,
      delimiter,
      // A stream that fails forgets the rows that it has not returned yet. This is also faster.
      on_record: (cells: string[], info: InfoRecord) => {
        const line = this.#lineOf.next(cells, info);
        if (!isBlank(cells)) this.#batch.push({ line, cells });
        return null;
      },
    });
    // Every error also reaches the callback of the write that caused it.
    this.#parser.on('error', () => {});
  }

  get lineAfter(): number {
    return this.#rest.endsWith('\r') ? this.#line + 1 : this.#line;
  }

  /** The rows that end in a piece of text, or, with null, in what the last one has left. */
  async *read(piece: string | null): AsyncGenerator<Rows> {
    const lines = piece === null ? this.#rest : this.#wholeLines(piece);
    this.#line += lines.match(/\r\n|\n|\r/g)?.length ?? 0;
    const text = this.#quoteFormulas(lines);
    let error = await new Promise<unknown>((done) => this.#parser.write(text, done));
    if (piece === null) error ??= await new Promise<unknown>((done) => this.#parser.end(done));
    const rows = this.#batch;
    this.#batch = [];
    yield (take) => rows.forEach(take);
    if (error) throw new Unreadable(csvError(error, this.#lineOf.begin(this.#parser.info)));
  }

  #wholeLines(piece: string): string {
    const text = this.#rest + piece;
    const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r', text.length - 2)) + 1;
    const cut = text.length - end > ROW_MAX ? text.length : end;
    this.#rest = text.slice(cut);
    return text.slice(0, cut);
  }
}

function isBlank(cells: readonly string[]): boolean {
  for (const cell of cells) if (cell !== '' && cell.trim() !== '') return false;
  return true;
}

/**
 * The line of the file on which a row begins. The parser gives the line on which it ends, skips
 * empty lines, and counts a CRLF inside quotes as two.
 */
class LineOfRow {
  readonly #shift: number;
  #lines = 0;
  #empty = 0;
  #surplus = 0;

  constructor(firstLine: number) {
    this.#shift = firstLine - 1;
  }

  /** The line on which the next row begins. */
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

const CLOSED = 'a closing quote for each opening one';
const TEXT_AFTER: CsvFault = [
  'text after a closing quote',
  CLOSED,
  'In the row that begins on this line, text follows a closing quote: a quote before it is ' +
    'missing or superfluous, or a quote inside the cell is not written twice.',
];

type CsvFault = readonly [found: string, expected: string, message: string];
const CSV_FAULTS: Record<string, CsvFault> = {
  CSV_QUOTE_NOT_CLOSED: [
    'an open quote',
    CLOSED,
    'A cell in the row that begins on this line has an opening quote that is never closed.',
  ],
  CSV_MAX_RECORD_SIZE: [
    'a row of more than 64 KB',
    CLOSED,
    'The row that begins on this line is longer than 64 KB. If it has an opening quote, that ' +
      'is never closed.',
  ],
  INVALID_OPENING_QUOTE: [
    'a quote inside a cell',
    'quotes around the whole cell',
    'A cell in the row that begins on this line has a quote inside it. Put quotes around the ' +
      'whole cell, and write each quote inside it twice.',
  ],
  CSV_INVALID_CLOSING_QUOTE: TEXT_AFTER,
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: TEXT_AFTER,
};

function csvError(error: unknown, line: number): PlanError {
  if (!(error instanceof CsvError)) throw error;
  const { code } = error;
  const other = ['something that is not CSV', 'CSV', `The text is not CSV (${code}).`] as const;
  const [found, expected, why] = CSV_FAULTS[code] ?? other;
  return rowError(
    line,
    found,
    expected,
    `${why} Reading stopped there: what follows was not checked.`,
  );
}
