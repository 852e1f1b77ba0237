import { counted } from '../english.ts';
import { type AreaCodeRules, isPlaceInService } from './area-codes.ts';
import type { Line } from './columns.ts';
import type { Header } from './header.ts';
import { HiddenTotal } from './hidden-total.ts';
import { OwnColumns } from './own-columns.ts';
import { Places } from './places.ts';
import type { Row } from './plain-rows.ts';
import { shown } from './plan-error.ts';
import { unwrapped } from './spreadsheet.ts';
import {
  besideQuantity,
  NUMBERS_LOOKED_AT,
  saysMultiplied,
  saysNotWanted,
  typeSaid,
} from './telling-cell.ts';
import type { Warnings } from './warnings.ts';

/** The days 2009-07-06 to 2036-11-21, as spreadsheets store them. */
const DAYS = { first: 40_000, last: 50_000 };
/** 1970-01-01, as spreadsheets store it. */
const EPOCH = 25_569;

/** Fewer quantities may rise by one. */
const COUNTED_MIN = 4;

const SKIP = 'To skip a line, set its quantity to 0.';

/** Finds valid rows that may mean something else, and asks once for each kind. */
export class OddRows {
  readonly #header: Header;
  readonly #warnings: Warnings;
  readonly #thousands: Thousands;
  readonly #quantities: Quantities;
  readonly #columns: OwnColumns;
  readonly #places: Places;
  readonly #total: HiddenTotal;

  /** Without rules it finds no years, no other places, and no area codes as quantities. */
  constructor(header: Header, rules: AreaCodeRules | undefined, warnings: Warnings) {
    this.#header = header;
    this.#warnings = warnings;
    this.#thousands = new Thousands(header, warnings);
    this.#quantities = new Quantities(header, rules, warnings);
    this.#columns = new OwnColumns(header, rules, warnings);
    this.#places = new Places(header, rules);
    this.#total = new HiddenTotal(warnings);
  }

  /** A line whose own cells are not telling. */
  addPlain(line: Line): void {
    this.#thousands.hasOthers = true;
    this.#quantities.add(line);
    this.#total.add(line);
  }

  add({ cells }: Row, line: Line): void {
    this.#quantities.add(line);
    this.#total.add(line);
    this.#thousands.add(cells, line);
    this.#columns.add(cells, line);
    this.#places.ask(cells, line, this.#warnings);
    for (const at of this.#header.extraAt) {
      const cell = unwrapped(cells[at] ?? '');
      const said = shown(cell);
      const type = typeSaid(cell);
      if (saysNotWanted(cell)) {
        const why =
          'may mean that this line, or a part of it, is not wanted, and it buys ' +
          `${counted(line.quantity, 'number')}. ${SKIP}`;
        this.#ask('unwanted', line, at, `"${said}" ${why}`);
      } else if (saysMultiplied(cell)) {
        const why =
          `may multiply the quantity, and the line buys ${line.quantity} in all. If more are ` +
          'wanted, write how many in quantity.';
        this.#ask('multiplied', line, at, `"${said}" ${why}`);
        // `Local` may be said of a Canadian line, too.
      } else if (type !== undefined && !line.type.endsWith(type)) {
        const why =
          `names a type, but the line is bought as ${line.type}. If the type is meant, write it ` +
          'in the column type.';
        this.#ask('type', line, at, `"${said}" ${why}`);
      }
    }
  }

  #ask(kind: string, { line }: Line, at: number, said: string): void {
    const column = shown(this.#header.names[at]!);
    this.#warnings.ask(kind, line, () => ({ column, message: `${column} ${said}` }));
  }

  close(): void {
    this.#thousands.close();
    this.#columns.close();
    this.#quantities.close();
    this.#total.close();
  }
}

/** Names of columns for anything, in which a number by itself says nothing. */
const FOR_ANYTHING = new RegExp(
  '^(?:notes?|comments?|remarks?|memos?|infos?|information|misc|others?|extras?|details?|' +
    'descriptions?|notiz(?:en)?|bemerkung(?:en)?|kommentare?|remarques?|commentaires?|notas?|' +
    'comentarios?|observaciones|(?:unnamed|columns?|col|field)[: _]*\\d*|[a-z]|\\d+)$',
  'i',
);

/**
 * Looks for `1,000` and `212,555` without quotes: what follows the comma is then the next column's
 * cell.
 */
class Thousands {
  readonly #at: number;
  readonly #isForAnything: boolean;
  readonly #warnings: Warnings;
  #found = 0;
  #hasNumbers = false;
  #hasNought = false;
  /** Whether the next cell of some row is no number. */
  hasOthers = false;

  constructor(header: Header, warnings: Warnings) {
    this.#at = besideQuantity(header);
    const { at, names } = header;
    const isBeside = at.area_code === at.quantity - 1;
    this.#isForAnything = isBeside && FOR_ANYTHING.test(names[this.#at] ?? '');
    this.#warnings = warnings;
  }

  add(cells: readonly string[], asked: Line): void {
    if (this.#at < 0) return;
    const cell = cells[this.#at] ?? '';
    if (this.#isForAnything) this.#askExchange(cell, asked);
    const { line, quantity } = asked;
    if (!/^\d+$/.test(cell)) this.hasOthers = true;
    else if (cell.length !== 3) this.#hasNumbers = true;
    else if (quantity <= 100) {
      this.#found += 1;
      if (cell === '000') this.#hasNought = true;
      const message =
        `"${cell}" follows the quantity ${quantity}. If ${quantity},${cell} is meant, write ` +
        `${quantity}${cell}; now ${quantity} is bought.`;
      this.#warnings.ask('thousands', line, () => ({ column: 'quantity', message }));
    }
  }

  #askExchange(cell: string, { line, quantity, areaCode }: Line): void {
    if (quantity < 200 || quantity > 999 || areaCode?.length !== 3) return;
    if (!/^[1-9]\d{0,2}$/.test(cell)) return;
    const message =
      `"${cell}" follows the quantity ${quantity}. If ${cell} of the exchange ${areaCode}-` +
      `${quantity} are meant, write ${areaCode}${quantity},${cell}; now ${quantity} are bought.`;
    this.#warnings.ask('exchange', line, () => ({ column: 'quantity', message }));
  }

  /** A column of such numbers, or of others too, is a column of numbers. */
  close(): void {
    const isNumbers = this.#hasNumbers || this.#found >= NUMBERS_LOOKED_AT;
    const isSplit = this.#hasNought || (this.hasOthers && !isNumbers);
    if (!isSplit) this.#warnings.forget('thousands');
  }
}

/** Finds quantities that are probably something else: dates, years, area codes. */
class Quantities {
  readonly #rules: AreaCodeRules | undefined;
  readonly #warnings: Warnings;
  readonly #year: number;
  /** Fewer lines may ask for as many numbers as an area code says, where a header says quantity. */
  readonly #codesMin: number;
  #areYears = true;
  #areCodes = true;
  #first: Asked | undefined;
  /** People ask for round numbers, and some of these are area codes, such as 250. */
  #firstOdd: Asked | undefined;
  #lines = 0;
  #areCounts = true;

  constructor({ present }: Header, rules: AreaCodeRules | undefined, warnings: Warnings) {
    this.#codesMin = present ? 2 : 1;
    this.#rules = rules;
    this.#warnings = warnings;
    this.#year = Number(rules?.today.slice(0, 4) ?? -1_000);
  }

  add({ line, quantity }: Line): void {
    this.#lines += 1;
    this.#first ??= { line, quantity };
    this.#areCounts &&= quantity === this.#lines;
    if (quantity >= DAYS.first && quantity <= DAYS.last && quantity % 1_000 !== 0)
      this.#ask('date', { line, quantity }, dateMessage(quantity));
    this.#areYears &&= Math.abs(quantity - this.#year - 1) <= 4;
    if (this.#areCodes) {
      if (quantity % 10 !== 0 && quantity % 25 !== 0) this.#firstOdd ??= { line, quantity };
      this.#areCodes = quantity < 1_000 && isPlaceInService(String(quantity), this.#rules);
    }
  }

  close(): void {
    if (this.#areYears && this.#first !== undefined) {
      const such = `such as ${this.#first.quantity}. Write how many numbers to buy.`;
      this.#ask('years', this.#first, `Each quantity of this plan is a year, ${such}`);
    }
    if (this.#areCounts && this.#first !== undefined && this.#lines >= COUNTED_MIN) {
      const message =
        `The quantities of this plan count the rows, from 1 to ${this.#lines}. If they are the ` +
        'numbers of the rows, write how many numbers to buy.';
      this.#ask('counts', this.#first, message);
    }
    if (this.#areCodes && this.#firstOdd !== undefined && this.#lines >= this.#codesMin) {
      const message =
        'Each quantity of this plan is an area code in service, too, such as ' +
        `${this.#firstOdd.quantity}. If area codes are meant, write a row for each of them.`;
      this.#ask('codes', this.#firstOdd, message);
    }
  }

  #ask(kind: string, { line }: Asked, message: string): void {
    this.#warnings.ask(kind, line, () => ({ column: 'quantity', message }));
  }
}

type Asked = Pick<Line, 'line' | 'quantity'>;

function dateMessage(quantity: number): string {
  const day = new Date((quantity - EPOCH) * 86_400_000).toISOString().slice(0, 10);
  return (
    `quantity ${quantity} is also how a spreadsheet stores the day ${day}. If the day is meant, ` +
    'write how many numbers to buy.'
  );
}
