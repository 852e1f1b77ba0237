import { count } from '../english.ts';
import { ORDER_MAX } from '../order-size.ts';
import { AreaCodes } from './area-codes.ts';
import type { Line } from './columns.ts';
import type { Header } from './header.ts';
import type { Ladders } from './ladders.ts';
import { OddRows } from './odd-rows.ts';
import type { ReadOptions, RowRules } from './options.ts';
import type { Row } from './plain-rows.ts';
import type { PlanError } from './plan-error.ts';
import { totalError } from './row-shape.ts';
import { unwrapped } from './spreadsheet.ts';
import { rowsInCells } from './swallowed-rows.ts';
import { beginsAsTotal, endsAsTotal, saysTotal } from './telling-cell.ts';
import { rowValidator, type ValidatedRow } from './validate-row.ts';
import type { Warnings } from './warnings.ts';

/** Says what is wrong with the rows of a plan, in turn: with each by itself, and beside others. */
export class RowJudge {
  readonly #header: Header;
  /** Where our columns are. */
  readonly #ours: readonly number[];
  readonly #validate: (row: Row) => ValidatedRow;
  readonly #areaCodes: AreaCodes;
  readonly #ladders: Ladders;
  readonly #odd: OddRows;
  readonly #warnings: Warnings;
  /** Of all lines so far. */
  #numbers = 0;
  /** Of the lines down to the last total. */
  #totalled = 0;

  constructor(
    header: Header,
    rules: RowRules,
    areaCodes: ReadOptions['areaCodes'],
    ladders: Ladders,
    warnings: Warnings,
  ) {
    this.#header = header;
    this.#ours = Object.values(header.at);
    this.#validate = rowValidator(header, rules);
    this.#areaCodes = new AreaCodes(areaCodes);
    this.#ladders = ladders;
    this.#odd = new OddRows(header, areaCodes, warnings);
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
      this.#totalError(row, line);
    if (error !== undefined) return { line: null, errors: [error] };
    this.#odd.add(row, line);
    this.#askSwallowed(row);
    return { line, errors };
  }

  /** In place of `judge`, for a line that is known to be right by itself. */
  pass(line: Line): void {
    this.#numbers += line.quantity;
    this.#odd.addPlain(line);
  }

  /** Once no more rows come: says what only all of them show. */
  close(): void {
    this.#odd.close();
  }

  #warnOf({ cells }: Row, { line, quantity, fillQuantity }: Line): void {
    if (cells.length < this.#header.width) this.#warnings.ask('short', line, () => ENDS_EARLY);
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

  #askSwallowed(row: Row): void {
    for (const { column, text, cells } of rowsInCells(row, this.#header)) {
      const { line } = this.#validate({ ...row, cells });
      if (line === null || line.quantity === 0) continue;
      const message =
        `${column} holds "${text}" after or before a line break, and that looks like a row of ` +
        'this plan: most likely an opening quote is never closed. What a cell holds is not bought.';
      this.#warnings.ask('swallowed', row.line, () => ({ column, message }));
      return;
    }
  }

  #areaCodeError({ cells }: Row, { line, type, areaCode }: Line): PlanError | undefined {
    if (areaCode === null || type === 'tollfree' || type === 'true800') return undefined;
    const column = 'area_code';
    const problem = this.#areaCodes.problemWith(type, areaCode);
    if (problem === null) {
      const message = this.#areaCodes.otherMeaning(areaCode, cells[this.#header.at.area_code]);
      // Sentences that differ in their codes alone are of one kind.
      const kind = `area_code ${message?.replace(/\d/g, '')}`;
      if (message !== undefined) this.#warnings.ask(kind, line, () => ({ column, message }));
      return undefined;
    }
    const { severity, expected, message } = problem;
    if (severity === 'error') return { line, column, found: areaCode, expected, message };
    this.#warnings.ofRow({ line, column, message });
    return undefined;
  }

  /** The label may be a customer's name: where the sum differs, a person must say. */
  #totalError({ cells }: Row, { line, quantity }: Line): PlanError | undefined {
    const own = cells.filter((_, at) => !this.#ours.includes(at)).map(unwrapped);
    const isSum = [this.#numbers, this.#numbers - this.#totalled].includes(quantity);
    const total = own.find(saysTotal);
    const isError = isSum && total !== undefined;
    if (!isError) this.#numbers += quantity;
    const label = total ?? own.find((cell) => endsAsTotal(cell) || (isSum && beginsAsTotal(cell)));
    if (label === undefined) return undefined;
    this.#totalled = this.#numbers;
    const error = totalError(line, label);
    if (isError) return error;
    const message =
      `This row says "${error.found}". If it is a total of the rows above it, remove it: ` +
      `otherwise it buys ${quantity} more.`;
    this.#warnings.ask('total', line, () => ({ column: '', message }));
    return undefined;
  }
}

/** Excel leaves out blank cells, or they were cut off. */
const ENDS_EARLY = {
  column: '',
  message:
    'This row ends before the last column: its missing cells count as blank. If it was cut off, ' +
    'complete it.',
};
