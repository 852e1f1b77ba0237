import type { Line } from './columns.ts';
import { WATCHED } from './guesses.ts';
import type { Header } from './header.ts';
import type { Warnings } from './warnings.ts';

/** Names of columns for anything, in which a number by itself says nothing. */
const FOR_ANYTHING = new RegExp(
  '^(?:notes?|comments?|remarks?|memos?|infos?|information|misc|others?|extras?|details?|' +
    'descriptions?|notiz(?:en)?|bemerkung(?:en)?|kommentare?|remarques?|commentaires?|notas?|' +
    'comentarios?|observaciones|(?:unnamed|columns?|col|field)[: _]*\\d*|[a-z]|\\d+)$',
  'i',
);

/** By then a column is known to hold numbers. */
const NUMBERS_LOOKED_AT = 1_000;

/** Looks for `1,000` and `212,555` without quotes: the next column has their second half. */
export class Thousands {
  readonly #at: number;
  readonly #isForAnything: boolean;
  readonly #warnings: Warnings;
  readonly #watched: Uint8Array;
  #numbers = 0;
  #found = 0;
  #hasNumbers = false;
  #hasNought = false;
  /** Whether the next cell of some row is no number. */
  #hasOthers = false;

  constructor({ at, names, extraAt }: Header, warnings: Warnings, watched: Uint8Array) {
    const beside = at.quantity + 1;
    this.#at = at.quantity >= 0 && extraAt.includes(beside) ? beside : -1;
    if (this.#at >= 0) watched[beside] ||= WATCHED.numbers;
    this.#watched = watched;
    const isBeside = at.area_code === at.quantity - 1;
    this.#isForAnything = isBeside && FOR_ANYTHING.test(names[this.#at] ?? '');
    this.#warnings = warnings;
  }

  /** A line with the cells that are watched: a number is, or it makes no difference. */
  addPlain(cells: readonly string[], line: Line): void {
    if (this.#watched[this.#at]! >= WATCHED.all) this.add(cells, line);
    else this.#hasOthers = true;
  }

  add(cells: readonly string[], asked: Line): void {
    if (this.#at < 0) return;
    const cell = cells[this.#at] ?? '';
    if (/^\d/.test(cell)) this.#numbers += 1;
    const isOver = this.#numbers >= NUMBERS_LOOKED_AT;
    if (this.#watched[this.#at]! < WATCHED.all)
      this.#watched[this.#at] = isOver ? WATCHED.none : WATCHED.numbers;
    if (this.#isForAnything) this.#askExchange(cell, asked);
    const { line, quantity } = asked;
    if (!/^\d+$/.test(cell)) this.#hasOthers = true;
    else if (cell.length !== 3) this.#hasNumbers = true;
    else if (quantity <= 100) {
      this.#found += 1;
      if (cell === '000') this.#hasNought = true;
      const message =
        `"${cell}" follows the quantity ${quantity}. If ${quantity},${cell} is meant, write ` +
        `${quantity}${cell}; now ${quantity} is bought.`;
      this.#warnings.ask('thousands', { line, column: 'quantity', message });
    }
  }

  #askExchange(cell: string, { line, quantity, areaCode }: Line): void {
    if (quantity < 200 || quantity > 999 || areaCode?.length !== 3) return;
    if (!/^[1-9]\d{0,2}$/.test(cell)) return;
    const message =
      `"${cell}" follows the quantity ${quantity}. If ${cell} of the exchange ${areaCode}-` +
      `${quantity} are meant, write ${areaCode}${quantity},${cell}; now ${quantity} are bought.`;
    this.#warnings.ask('exchange', { line, column: 'quantity', message });
  }

  /** A column of such numbers, or of others too, is a column of numbers. */
  close(): void {
    const isNumbers = this.#hasNumbers || this.#found >= NUMBERS_LOOKED_AT;
    const isSplit = this.#hasNought || (this.#hasOthers && !isNumbers);
    if (!isSplit) this.#warnings.forget('thousands');
  }
}
