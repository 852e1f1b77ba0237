import type { NumberType } from '../number-type.ts';
import type { AreaCodeRules } from './area-codes.ts';
import type { Line } from './columns.ts';
import { Found } from './found.ts';
import type { Header } from './header.ts';
import { Quantities } from './odd-quantities.ts';
import type { Row } from './plain-rows.ts';
import { shown, type Warning } from './plan-error.ts';
import { unwrapped } from './spreadsheet.ts';
import { besideQuantity, isThreeDigits, NUMBERS_LOOKED_AT, typeSaid } from './telling-cell.ts';

/** Finds valid rows that may mean something else, and asks once for each kind. */
export class OddRows {
  readonly #header: Header;
  readonly #types = new Found();
  readonly #thousands: Thousands;
  readonly #quantities: Quantities;

  constructor(header: Header, rules: AreaCodeRules | undefined) {
    this.#header = header;
    this.#thousands = new Thousands(header);
    this.#quantities = new Quantities(rules);
  }

  /** A line whose own cells are not telling. */
  addPlain(line: Line): void {
    this.#thousands.others += 1;
    this.#quantities.add(line);
  }

  add({ cells }: Row, line: Line): void {
    this.#quantities.add(line);
    this.#thousands.add(cells, line);
    for (const at of this.#header.extraAt) {
      const cell = unwrapped(cells[at] ?? '');
      const type = typeSaid(cell);
      if (type === undefined || agree(type, line.type)) continue;
      this.#types.add(line.line, () => {
        const name = shown(this.#header.names[at]!);
        return { column: name, message: otherType(name, cell, line.type) };
      });
    }
  }

  get warnings(): Warning[] {
    const all = [this.#types, this.#thousands.found, ...this.#quantities.found];
    return all.flatMap((found) => found.warning ?? []);
  }
}

/** `Local` may be said of a Canadian line, too. */
function agree(said: NumberType, type: NumberType): boolean {
  return said === type || (said === 'local' && type === 'canadian_local');
}

function otherType(name: string, cell: string, type: NumberType): string {
  return (
    `${name} "${shown(cell)}" names a type, but the line is bought as ${type}. If the type is ` +
    'meant, write it in the column type.'
  );
}

/** Looks for `1,000` without quotes: its second half is then the next column's cell. */
class Thousands {
  readonly #at: number;
  readonly #rows = new Found();
  #hasNumbers = false;
  #hasNought = false;
  /** Rows whose next cell is no number. */
  others = 0;

  constructor(header: Header) {
    this.#at = besideQuantity(header);
  }

  add(cells: readonly string[], { line, quantity }: Line): void {
    if (this.#at < 0) return;
    const cell = unwrapped(cells[this.#at] ?? '');
    if (!isThreeDigits(cell)) {
      if (/^\d+$/.test(cell)) this.#hasNumbers = true;
      else this.others += 1;
    } else if (quantity <= 100) {
      if (cell === '000') this.#hasNought = true;
      this.#rows.add(line, () => ({
        column: 'quantity',
        message:
          `"${cell}" follows the quantity ${quantity}. If ${quantity},${cell} is meant, write ` +
          `${quantity}${cell}; now ${quantity} is bought.`,
      }));
    }
  }

  /** A column of such numbers, or of others too, is a column of numbers. */
  get found(): Found {
    const isNumbers = this.#hasNumbers || this.#rows.count >= NUMBERS_LOOKED_AT;
    const isSplit = this.#hasNought || (this.others > 0 && !isNumbers);
    return isSplit ? this.#rows : new Found();
  }
}
