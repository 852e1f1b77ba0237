import { count } from '../english.ts';
import { isTollFree } from '../number-type.ts';
import { ORDER_MAX } from '../order-size.ts';
import { AreaCodes } from './area-codes.ts';
import { dayQuestion, ownGuesses, quantityGuesses } from './column-guesses.ts';
import type { Line } from './columns.ts';
import { EqualRows } from './equal-rows.ts';
import { Guesses } from './guesses.ts';
import type { Header } from './header.ts';
import type { Ladders } from './ladders.ts';
import type { ReadOptions, RowRules } from './options.ts';
import { Places } from './places.ts';
import type { Row } from './plain-rows.ts';
import { type PlanError, shown } from './plan-error.ts';
import { unwrapped } from './spreadsheet.ts';
import { rowsInCells } from './swallowed-rows.ts';
import { questionOn } from './telling-cell.ts';
import { Thousands } from './thousands.ts';
import { Totals } from './totals.ts';
import { rowValidator, type ValidatedRow } from './validate-row.ts';
import type { Warnings } from './warnings.ts';

/** Says what is wrong with the rows of a plan, in turn: with each by itself, and beside others. */
export class RowJudge {
  readonly #header: Header;
  readonly #validate: (row: Row) => ValidatedRow;
  readonly #areaCodes: AreaCodes;
  readonly #ladders: Ladders;
  /** By place, the cells of the plan's own that are looked at. */
  readonly watched: Uint8Array;
  readonly #guesses: Guesses;
  readonly #thousands: Thousands;
  readonly #places: Places;
  readonly #totals: Totals;
  readonly #equal: EqualRows;
  readonly #warnings: Warnings;

  constructor(
    header: Header,
    rules: RowRules,
    areaCodes: ReadOptions['areaCodes'],
    ladders: Ladders,
    warnings: Warnings,
  ) {
    this.#header = header;
    this.#validate = rowValidator(header, rules);
    this.#areaCodes = new AreaCodes(areaCodes);
    this.#ladders = ladders;
    this.watched = new Uint8Array(header.names.length);
    this.#thousands = new Thousands(header, warnings, this.watched);
    this.#places = new Places(header, areaCodes, this.watched);
    const guesses = [...quantityGuesses(header, areaCodes), ...ownGuesses(header, areaCodes)];
    this.#guesses = new Guesses(guesses, this.watched);
    this.#totals = new Totals(header, areaCodes, warnings);
    this.#equal = new EqualRows(header);
    this.#warnings = warnings;
    warnings.ofPlan(...header.warnings);
  }

  /** The line of a row that can be bought, or its errors; neither when it asks for 0 numbers. */
  judge(row: Row): ValidatedRow {
    const { line, errors } = this.#validate(row);
    if (line === null) return { line, errors };
    this.#warnOf(row, line);
    if (line.quantity === 0) return { line: null, errors };
    const error =
      this.#areaCodeError(row, line) ??
      this.#ladders.errorOf(line, unwrapped(row.cells[this.#header.at.fallback] ?? '')) ??
      this.#totals.errorOf(row, line);
    if (error !== undefined) return { line: null, errors: [error] };
    this.#equal.addRow(line);
    this.#thousands.add(row.cells, line);
    this.#add(line, row.cells);
    this.#askOwn(row, line);
    this.#askSwallowed(row);
    return { line, errors };
  }

  /** In place of `judge`, for a line that is right by itself; with the cells that are watched. */
  pass(line: Line, { cells, own }: { cells: readonly string[]; own: number }): void {
    this.#equal.add(line, own);
    this.#totals.add(line);
    this.#thousands.addPlain(cells, line);
    this.#add(line, cells);
  }

  #add(line: Line, cells: readonly string[]): void {
    this.#guesses.add(line, cells);
    this.#places.ask(cells, line, this.#warnings);
    const message = dayQuestion(line.quantity);
    if (message !== undefined)
      this.#warnings.ask('day', { line: line.line, column: 'quantity', message });
  }

  /** Once no more rows come: says what only all of them show. */
  close(): void {
    this.#thousands.close();
    this.#guesses.close(this.#warnings);
    this.#totals.close();
    const { warning } = this.#equal;
    if (warning !== undefined) this.#warnings.ofPlan(warning);
  }

  #warnOf({ cells }: Row, { line, quantity, fillQuantity }: Line): void {
    if (cells.length < this.#header.width)
      this.#warnings.ask('short', { line, column: '', message: ENDS_EARLY });
    if (quantity === 0) {
      const message = 'quantity is 0: this line is skipped.';
      this.#warnings.ofRow({ line, column: 'quantity', message });
    } else if (fillQuantity && quantity > ORDER_MAX) {
      const message =
        `All or nothing holds for each order of ${ORDER_MAX}, not for all ` +
        `${count(quantity)}: the vendor takes no larger orders.`;
      this.#warnings.ofRow({ line, column: 'fill_quantity', message });
    }
  }

  #askOwn({ cells }: Row, line: Line): void {
    for (const at of this.#header.extraAt) {
      const cell = unwrapped(cells[at] ?? '');
      const [kind, says] = questionOn(cell, line) ?? [];
      if (kind === undefined) continue;
      const column = shown(this.#header.names[at]!);
      const message = `${column} "${shown(cell)}" ${says}`;
      this.#warnings.ask(kind, { line: line.line, column, message });
    }
  }

  #askSwallowed(row: Row): void {
    for (const { column, text, cells } of rowsInCells(row, this.#header)) {
      const { line } = this.#validate({ ...row, cells });
      if (line === null || line.quantity === 0) continue;
      const message =
        `${column} holds "${text}" after or before a line break, and that looks like a row of ` +
        'this plan: most likely an opening quote is never closed. What a cell holds is not bought.';
      this.#warnings.ask('swallowed', { line: row.line, column, message });
      return;
    }
  }

  #areaCodeError({ cells }: Row, { line, type, areaCode }: Line): PlanError | undefined {
    if (areaCode === null || isTollFree(type)) return undefined;
    const column = 'area_code';
    const problem = this.#areaCodes.problemWith(type, areaCode);
    if (problem === null) {
      const message = this.#areaCodes.otherMeaning(areaCode, cells[this.#header.at.area_code]);
      // Sentences that differ in their codes alone are of one kind.
      const kind = `area_code ${message?.replace(/\d/g, '')}`;
      if (message !== undefined) this.#warnings.ask(kind, { line, column, message });
      return undefined;
    }
    const { severity, expected, message } = problem;
    if (severity === 'error') return { line, column, found: areaCode, expected, message };
    this.#warnings.ofRow({ line, column, message });
    return undefined;
  }
}

/** Excel leaves out blank cells, or they were cut off. */
const ENDS_EARLY =
  'This row ends before the last column: its missing cells count as blank. If it was cut off, ' +
  'complete it.';
