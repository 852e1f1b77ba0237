import { count } from '../english.ts';
import type { AreaCodeRules } from './area-codes.ts';
import type { Line } from './columns.ts';
import type { Header } from './header.ts';
import type { Row } from './plain-rows.ts';
import type { PlanError } from './plan-error.ts';
import { totalError } from './row-shape.ts';
import { unwrapped } from './spreadsheet.ts';
import type { Warnings } from './warnings.ts';
import { beginsAsTotal, endsAsTotal, OF_ALL, saysTotal } from './words.ts';

/** With fewer lines, two equal quantities would be a total. */
const LINES_MIN = 3;
/** Of so few lines one is often the sum of the others by chance: its cells must say more. */
const LINES_FEW = 4;
/** Texts of rows that a label may name. */
const REMEMBERED = 1_000;

/**
 * Finds totals by their labels, and without: a first or last line that asks for as many as all
 * others, or one that asks for as many as the neighbours before it with its area code and type.
 */
export class Totals {
  /** Where our columns are. */
  readonly #ours: readonly number[];
  readonly #rules: AreaCodeRules | undefined;
  readonly #warnings: Warnings;
  #count = 0;
  #sum = 0;
  /** Of the lines down to the last total. */
  #totalled = 0;
  readonly #texts = new Set<string>();
  readonly #few: Line[] = [];
  /** Copied, cell by cell: the reader may use one object for all lines. */
  readonly #last = { line: 0, quantity: 0 };
  readonly #part = { areaCode: '' as Line['areaCode'], type: '', lines: 0, sum: 0, totalAt: 0 };

  constructor({ at }: Header, rules: AreaCodeRules | undefined, warnings: Warnings) {
    this.#ours = Object.values(at);
    this.#rules = rules;
    this.#warnings = warnings;
  }

  /** The error of a row that is a total. Any other row is added. */
  errorOf({ cells }: Row, line: Line): PlanError | undefined {
    const own = cells.filter((_, at) => !this.#ours.includes(at)).map(unwrapped);
    const isSum = [this.#sum, this.#sum - this.#totalled].includes(line.quantity);
    const total = own.find(saysTotal);
    const isError = isSum && total !== undefined;
    if (!isError) this.add(line);
    const rules = this.#rules;
    const isPlace = (text: string) => rules?.numbering.codesIn(text, rules.today).length;
    const isKnown = (text: string) => isSum || this.#texts.has(text) || Boolean(isPlace(text));
    const label =
      total ?? own.find((cell) => endsAsTotal(cell, isSum) || beginsAsTotal(cell, isKnown));
    if (label === undefined) {
      for (const cell of own) if (this.#texts.size < REMEMBERED) this.#texts.add(cell);
      return undefined;
    }
    this.#totalled = this.#sum;
    const error = totalError(line.line, label);
    if (isError) return error;
    const message =
      `This row says "${error.found}". If it is a total of the rows above it, remove it: ` +
      `otherwise it buys ${line.quantity} more.`;
    this.#warnings.ask('total', { line: line.line, column: '', message });
    return undefined;
  }

  /** A line whose cells are not telling. */
  add(line: Line): void {
    this.#count += 1;
    this.#addPart(line);
    this.#sum += line.quantity;
    this.#last.line = line.line;
    this.#last.quantity = line.quantity;
    if (this.#count <= LINES_FEW) this.#few.push({ ...line });
  }

  #addPart({ line, areaCode, type, quantity }: Line): void {
    const part = this.#part;
    if (part.areaCode !== areaCode || part.type !== type) {
      this.#closePart();
      part.areaCode = areaCode;
      part.type = type;
      part.lines = 0;
      part.sum = 0;
    }
    part.totalAt = part.lines >= 2 && quantity === part.sum ? line : 0;
    part.lines += 1;
    part.sum += quantity;
  }

  /** Of a part that is the whole plan `close` asks. */
  #closePart(): void {
    const { lines, sum, totalAt } = this.#part;
    if (totalAt > 0 && lines < this.#count)
      this.#ask(totalAt, sum / 2, 'the rows above it with the same area code and type');
  }

  close(): void {
    this.#closePart();
    const [first] = this.#few;
    if (this.#count < LINES_MIN || first === undefined) return;
    const total = [first, this.#last].find(({ quantity }) => 2 * quantity === this.#sum);
    if (total === undefined) return;
    if (this.#count <= LINES_FEW && !this.#isTelling(total.line)) return;
    this.#ask(total.line, total.quantity, 'all other rows together');
  }

  #ask(line: number, quantity: number, others: string): void {
    const message =
      `This row asks for ${count(quantity)} numbers, as many as ${others}. If it is a total, ` +
      'remove it: otherwise it is bought as well.';
    this.#warnings.ask('total', { line, column: 'quantity', message });
  }

  /** Whether its own cells speak of all, or another line asks for the same area code and type. */
  #isTelling(line: number): boolean {
    const total = this.#few.find((each) => each.line === line);
    return this.#few.some((each) =>
      each === total
        ? each.extra.some((cell) => OF_ALL.test(cell))
        : each.areaCode === total?.areaCode && each.type === total?.type,
    );
  }
}
