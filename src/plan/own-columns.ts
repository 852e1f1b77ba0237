import { type AreaCodeRules, isPlaceInService } from './area-codes.ts';
import { isProblem, readFlag } from './cells.ts';
import type { Line } from './columns.ts';
import type { Header } from './header.ts';
import { adviceOn } from './near-column.ts';
import { shown } from './plan-error.ts';
import { unwrapped } from './spreadsheet.ts';
import { LINES_LOOKED_AT } from './telling-cell.ts';
import type { Warnings } from './warnings.ts';

/** A column that has held nothing but whole numbers, none above its line's quantity. */
type Parts = {
  at: number;
  sum: number;
  /** Whether they only count the lines. */
  isCount: boolean;
  /** The first line whose quantity is another. */
  other?: { line: number; quantity: number; cell: string };
};

/** A column that has held nothing but yes, no and blanks. The first lines with each of them. */
type Marks = { at: number; yes?: number; other?: number };

/** A column that has held nothing but area codes. The first line that has another than its own. */
type Codes = { at: number; other?: { line: number; cell: string } };

/** How a second table beside the first one may call them. */
const MAY_BE_CODES = /^(?:codes?|acs?|areas?)\b/i;

/**
 * Finds columns of the plan's own that may say how much of each quantity is left, or came, which
 * lines are meant, or what is wanted as well.
 */
export class OwnColumns {
  readonly #names: readonly string[];
  readonly #warnings: Warnings;
  #columns: Parts[];
  #marks: Marks[];
  #codes: Codes[];
  readonly #rules: AreaCodeRules | undefined;
  #lines = 0;
  #quantities = 0;

  /** Columns that the header asks about are left to it. */
  constructor({ names, extraAt }: Header, rules: AreaCodeRules | undefined, warnings: Warnings) {
    this.#names = names;
    this.#rules = rules;
    this.#warnings = warnings;
    const quiet = extraAt.filter((at) => adviceOn(names[at]!, () => undefined) === undefined);
    this.#columns = quiet.map((at) => ({ at, sum: 0, isCount: true }));
    this.#marks = quiet.map((at) => ({ at }));
    this.#codes = quiet.flatMap((at) => (MAY_BE_CODES.test(names[at]!) ? [{ at }] : []));
  }

  add(cells: readonly string[], { line, quantity, areaCode }: Line): void {
    if (line > LINES_LOOKED_AT) return;
    this.#codes = this.#codes.filter((column) => {
      const cell = unwrapped(cells[column.at] ?? '');
      if (cell === '') return true;
      if (cell !== areaCode?.slice(0, 3)) column.other ??= { line, cell };
      return isPlaceInService(cell, this.#rules);
    });
    this.#marks = this.#marks.filter((column) => {
      const cell = unwrapped(cells[column.at] ?? '');
      const flag = readFlag(cell);
      if (flag === true) column.yes ??= line;
      else column.other ??= line;
      return cell === '' || !isProblem(flag);
    });
    this.#lines += 1;
    this.#quantities += quantity;
    this.#columns = this.#columns.filter((column) => {
      const cell = unwrapped(cells[column.at] ?? '');
      const value = Number(cell);
      if (!/^\d+$/.test(cell) || value > quantity) return false;
      column.sum += value;
      column.isCount &&= value === this.#lines;
      if (value !== quantity) column.other ??= { line, quantity, cell };
      return true;
    });
  }

  /** Ranks and small ids are far below the quantities. */
  close(): void {
    for (const { at, yes = 0, other = 0 } of this.#marks) {
      if (yes === 0 || other === 0) continue;
      const column = shown(this.#names[at]!);
      const message =
        `The column "${column}" marks some lines, and changes nothing: each line is bought. ` +
        'To skip a line, set its quantity to 0.';
      this.#warnings.ask(`marks ${at}`, Math.max(yes, other), () => ({ column, message }));
    }
    for (const { at, other } of this.#codes) {
      if (other === undefined) continue;
      const column = shown(this.#names[at]!);
      const message =
        `The column "${column}" holds area codes, such as ${other.cell}, and changes nothing. ` +
        'If numbers are wanted there, too, write a row for each.';
      this.#warnings.ask(`codes ${at}`, other.line, () => ({ column, message }));
    }
    if (this.#lines < 2) return;
    for (const { at, sum, isCount, other } of this.#columns) {
      if (isCount || other === undefined || 2 * sum < this.#quantities) continue;
      const { line, quantity, cell } = other;
      const column = shown(this.#names[at]!);
      const message =
        `The column "${column}" changes nothing: this line buys ${quantity}, whatever its ` +
        `${cell} means. If less is wanted, write that in quantity.`;
      this.#warnings.ask(`numbers ${at}`, line, () => ({ column, message }));
    }
  }
}
