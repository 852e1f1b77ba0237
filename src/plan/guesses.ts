import type { Line } from './columns.ts';
import type { Warning } from './plan-error.ts';
import { unwrapped } from './spreadsheet.ts';
import type { Warnings } from './warnings.ts';

/** What a column may hold: all its cells must be such, but for blank ones. */
export type Guess = {
  /** Where the column is; undefined: the line itself is looked at. */
  at?: number;
  /** False: it holds something else. */
  take: (line: Line, cell: string) => boolean;
  /** What to ask when all cells were such; undefined: nothing. */
  found: (lines: number) => Warning | undefined;
};

/** Which cells of a column are looked at; of a line with a number beside the quantity, all. */
export const WATCHED = { none: 0, numbers: 1, all: 2 } as const;

/** Gives guesses up, line by line, and asks about those that are left. */
export class Guesses {
  #open: Guess[];
  #lines = 0;
  readonly #watched: Uint8Array;
  readonly #others: Uint8Array;

  /** `watched`: by place, what others look at. While a guess is open, all its cells are. */
  constructor(guesses: Guess[], watched: Uint8Array) {
    this.#open = guesses;
    this.#watched = watched;
    this.#others = watched.slice();
    this.#watch();
  }

  /** `cells`: by place, those that are watched. */
  add(line: Line, cells: readonly string[]): void {
    this.#lines += 1;
    const { length } = this.#open;
    if (length === 0) return;
    const isLeft = ({ at, take }: Guess) => {
      if (at === undefined) return take(line, '');
      const cell = unwrapped(cells[at] ?? '');
      return cell === '' || take(line, cell);
    };
    const open = this.#open.filter(isLeft);
    if (open.length === length) return;
    for (const { at } of this.#open) if (at !== undefined) this.#watched[at] = this.#others[at]!;
    this.#open = open;
    this.#watch();
  }

  #watch(): void {
    for (const { at } of this.#open) if (at !== undefined) this.#watched[at] = WATCHED.all;
  }

  close(warnings: Warnings): void {
    this.#open.forEach(({ found }, nth) => {
      const question = found(this.#lines);
      if (question !== undefined) warnings.ask(`guess ${nth}`, question);
    });
  }
}
