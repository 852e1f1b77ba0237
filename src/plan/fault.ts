/** Something in the file that must be mended before anything is bought. */
export type Fault = {
  /** The file's line, 1-based; for a row that spans several lines, the one on which it begins. */
  line: number;
  /** Our name of the column, whatever the file calls it; '' when it is not about one column. */
  column: string;
  /** What stands there, shortened and fit to be printed; '' when the cell is blank. */
  found: string;
  expected: string;
  /** A sentence or two: what is wrong and what to do. */
  message: string;
};

/** Something that may be meant as it stands, but that a person ought to know before buying. */
export type Warning = { line: number; column: string; message: string };

/** Faults of the file as a whole: no row after them can be read, or none can be trusted. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly faults: readonly Fault[];

  constructor(...faults: Fault[]) {
    super(faults.map((fault) => fault.message).join(' '));
    this.faults = faults;
  }
}

const SHOWN_MAX = 60;

/**
 * A piece of the file as it may be shown to people: one line, not long, and without control
 * characters, since a cell with escape sequences would otherwise steer the reader's terminal.
 */
export function shown(text: string): string {
  const plain = text.slice(0, SHOWN_MAX + 1).replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ');
  return plain.length > SHOWN_MAX ? `${plain.slice(0, SHOWN_MAX)}…` : plain;
}
