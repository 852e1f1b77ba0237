import type { Line } from './columns.ts';

/** A row that is not blank: its cells, trimmed where unquoted, and the line on which it begins. */
export type Row = { line: number; cells: string[] };

/**
 * Hands over the rows of a piece of text, one after the other, before the next piece is asked for.
 * With `plain`, the rows that its reader takes are handed over as lines instead.
 */
export type Rows = (take: (row: Row) => void, plain?: Plain) => void;

/** Who reads plain lines from the bytes, and who takes them. */
export type Plain = {
  reader: { end: number; read: (bytes: Buffer, from: number, line: number) => Line | null };
  take: (line: Line) => void;
};

/** In characters. Far below the parser's limit, which counts some of them in bytes. */
const LINE_MAX = 16_384;

const LF = 10;
const QUOTE = 34;

/**
 * Reads rows until the first quote, which most plans do not have. It is several times as fast as
 * the parser, which looks at each byte. Without a quote each line is a row, and each delimiter ends
 * a cell. It agrees with the parser on all that it takes (a test compares them).
 */
export class PlainRows {
  readonly #delimiter: string;
  /** Text that has not been handed over as rows. */
  rest = '';
  /** The file's line on which `rest` begins. */
  line: number;
  /** Whether the parser must continue from `rest`. */
  isOver = false;

  constructor(delimiter: string, firstLine: number) {
    this.#delimiter = delimiter;
    this.line = firstLine;
  }

  /** The rows that end in this piece. */
  read(piece: Buffer): Rows {
    return (take, plain) => {
      const reader = piece.includes(QUOTE) ? undefined : plain?.reader;
      const last = reader === undefined ? -1 : piece.lastIndexOf(LF);
      let at = 0;
      while (at <= last && !this.isOver) {
        const line = this.rest === '' ? reader!.read(piece, at, this.line) : null;
        if (line !== null && reader!.end - at <= LINE_MAX) {
          this.line += 1;
          at = reader!.end;
          plain!.take(line);
        } else {
          const from = at;
          at = piece.indexOf(LF, from) + 1;
          this.#readText(piece.toString('utf8', from, at), take);
        }
      }
      const tail = piece.toString('utf8', at);
      if (this.isOver) this.rest += tail;
      else this.#readText(tail, take);
    };
  }

  /** The line of the file behind the last piece. */
  get lineAfter(): number {
    return this.rest.endsWith('\r') ? this.line + 1 : this.line;
  }

  /** The rows that the last piece has left. */
  end(): Rows {
    return (take) => this.#handOver(splitLines(this.rest), take);
  }

  #readText(piece: string, take: (row: Row) => void): void {
    const text = this.rest + piece;
    // It may be the first half of a CRLF.
    const end = text.endsWith('\r') ? text.length - 1 : text.length;
    const lines = splitLines(text.slice(0, end));
    if (piece.includes('"') || lines.some(({ length }) => length > LINE_MAX)) {
      this.rest = text;
      this.isOver = true;
      return;
    }
    this.rest = lines.pop() + text.slice(end);
    this.#handOver(lines, take);
  }

  #handOver(lines: string[], take: (row: Row) => void): void {
    for (const text of lines) {
      const line = this.line++;
      const cells = text.split(this.#delimiter);
      let isBlank = true;
      for (let at = 0; at < cells.length; at++) {
        cells[at] = cells[at]!.trim();
        if (cells[at] !== '') isBlank = false;
      }
      if (!isBlank) take({ line, cells });
    }
  }
}

function splitLines(text: string): string[] {
  return text.includes('\r') ? text.split(/\r\n|\n|\r/) : text.split('\n');
}
