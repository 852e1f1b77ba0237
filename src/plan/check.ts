import type { Check } from '../documents/index.ts';
import { count } from '../english.ts';
import { type Ladder, ladderWords, mostTollFree } from '../fallback/index.ts';
import { ofEachType } from '../number-type.ts';
import { orderCount } from '../order-size.ts';
import { type AreaCodeRules, AreaCodeSums, rightAreaCodes } from './area-codes.ts';
import type { Line } from './columns.ts';
import { EqualRows } from './equal-rows.ts';
import { openPlanFile } from './file.ts';
import { Ladders } from './ladders.ts';
import { OddRows } from './odd-rows.ts';
import { type ReadOptions, rowRulesOf } from './options.ts';
import { PlainLines } from './plain-lines.ts';
import type { Row } from './plain-rows.ts';
import { type PlanError, Unreadable, type Warning } from './plan-error.ts';
import { resultNames } from './result-columns.ts';
import { Room } from './room.ts';
import { rowJudge } from './row-judge.ts';
import { ShortRows } from './row-shape.ts';
import { openTable, type Table } from './table.ts';
import type { ValidatedRow } from './validate-row.ts';

/** The queue's priorities end at 2^21, and each order of a plan needs one of its own. */
const ORDERS_MAX = 2_000_000;

const LISTED_MAX = 100;

type Sum = Check['types']['local'];

/** A whole plan, checked. */
export type PlanCheck = Omit<Check, 'ladderCount' | 'ladders'> & {
  /** What its fallbacks mean: each different ladder once, in the plan's order. */
  ladders: Ladder[];
  /** The first 100 of them for people, as one line each. */
  ladderWords: string[];
  /** Every row was read, and some have errors: `annotatePlan` can say which. */
  isMendable: boolean;
};

/** A check as programs get it: of many ladders it holds the first ones, in words too. */
export function checkDocument(plan: PlanCheck): Check {
  const { ladders, ladderWords, isMendable: _, ...check } = plan;
  const shown = ladderWords.map((words, at) => ({ ...ladders[at]!, words }));
  return { ...check, ladderCount: ladders.length, ladders: shown };
}

/**
 * Reads and checks a whole plan, in flat memory, and changes nothing. `faults` says what is wrong
 * with its text; a plan may be bought only when `faultCount` is 0. Throws AppError
 * `no_file` or `bad_file` when there is no file that can be read.
 */
export async function checkPlan(path: string, options: ReadOptions = {}): Promise<PlanCheck> {
  const rules = rowRulesOf(options);
  await using file = await openPlanFile(path);
  const { areaCodes } = options;
  const ladders = new Ladders(areaCodes);
  const tally = new Tally(areaCodes, ladders);
  try {
    const table = await openTable(file.chunks(), rules.quantity !== null);
    tally.open(table);
    const { judge, pass } = rowJudge(table.header, rules, areaCodes, ladders);
    const isRight = rightAreaCodes(areaCodes);
    const reader = new PlainLines(table, { rules, isRight, isKept: false });
    const take = (line: Line) => {
      pass(line);
      tally.addPlain(line);
    };
    for await (const rows of table.rows)
      rows((row) => tally.add(row, judge(row)), { reader, take });
    tally.close();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    tally.wholeFile(error.errors);
  }
  return { ...(await file.fingerprint()), ...tally.result };
}

/** Adds up the rows. */
class Tally {
  readonly result: Omit<PlanCheck, 'sha256' | 'bytes'> = {
    rows: 0,
    ...nothing(),
    slots: 0,
    types: ofEachType(nothing),
    areaCodes: [],
    fallbackLines: 0,
    ladders: [],
    ladderWords: [],
    mayBeTollfree: ofEachType(() => 0),
    keepTryingLines: 0,
    numberingDate: null,
    faultCount: 0,
    faultyRows: 0,
    isMendable: false,
    faults: [],
    warningCount: 0,
    warnings: [],
    extraColumns: [],
    resultColumns: [],
    encoding: '',
    delimiter: '',
  };
  #equal: EqualRows | undefined;
  #short: ShortRows | undefined;
  #odd: OddRows | undefined;
  readonly #areaCodes = new AreaCodeSums();
  readonly #rules: AreaCodeRules | undefined;
  readonly #ladders: Ladders;
  readonly #room: Room;
  /** The line with which the plan became too large. */
  #tooLargeAt: number | undefined;

  constructor(rules: AreaCodeRules | undefined, ladders: Ladders) {
    this.#rules = rules;
    this.#ladders = ladders;
    this.#room = new Room(rules);
  }

  open({ encoding, delimiter, header }: Table): void {
    this.#equal = new EqualRows(header);
    this.#short = new ShortRows(header);
    this.#odd = new OddRows(header, this.#rules);
    const extraColumns = header.extraNames;
    const resultColumns = resultNames(extraColumns);
    Object.assign(this.result, { encoding, delimiter, extraColumns, resultColumns });
    for (const warning of header.warnings) this.#warn(warning);
  }

  add(row: Row, { line, errors, warnings }: ValidatedRow): void {
    if (errors.length === 0) this.#short?.add(row);
    this.result.rows += 1;
    if (errors.length > 0) this.result.faultyRows += 1;
    this.result.faultCount += errors.length;
    for (const error of errors) {
      if (this.result.faults.length < LISTED_MAX) this.result.faults.push(error);
    }
    for (const warning of warnings) this.#warn(warning);
    if (line === null) return;
    this.#odd?.add(row, line);
    this.#count(line);
  }

  /** A line without errors and warnings. */
  addPlain(line: Line): void {
    this.result.rows += 1;
    this.#odd?.addPlain(line);
    this.#count(line);
  }

  /** Adds the errors and warnings of the whole plan, once all rows are in. */
  close(): void {
    this.result.isMendable = this.result.faultyRows > 0;
    this.#closeAreaCodes();
    const room = this.#room.warning(this.result.orders);
    const odd = this.#odd?.warnings ?? [];
    for (const warning of [this.#equal?.warning, room, this.#short?.warning, ...odd]) {
      if (warning !== undefined) this.#warnFirst(warning);
    }
    const { tooMany } = this.#ladders;
    if (tooMany !== undefined) this.wholeFile([tooMany]);
    const { orders, lines, faultCount, rows } = this.result;
    if (this.#tooLargeAt !== undefined) {
      this.wholeFile([tooLarge(this.#tooLargeAt, orders)]);
    } else if (lines === 0 && faultCount === 0) {
      this.wholeFile([rows === 0 ? noRows() : allZero(rows)]);
    }
  }

  #closeAreaCodes(): void {
    if (this.#rules === undefined) return;
    const { numbering, today } = this.#rules;
    this.result.areaCodes = this.#areaCodes.describe(this.#rules);
    const { found } = this.#ladders;
    this.result.ladders = found;
    const shown = found.slice(0, LISTED_MAX);
    this.result.ladderWords = shown.map((ladder) => ladderWords(ladder, numbering));
    this.result.numberingDate = numbering.fileDate;
    const message = this.result.areaCodes.length > 0 ? numbering.ageWarning(today) : null;
    if (message !== null) this.#warnFirst({ line: 1, column: '', message });
  }

  /** Errors of the whole file go first, so that they are among the 100 that are kept. */
  wholeFile(errors: readonly PlanError[]): void {
    this.result.faultCount += errors.length;
    this.result.faults.unshift(...errors);
    this.result.faults.length = Math.min(this.result.faults.length, LISTED_MAX);
  }

  #count(row: Line): void {
    this.#equal?.add(row);
    if (this.#rules !== undefined) this.#areaCodes.add(row);
    const { line, quantity, type, orderSlot } = row;
    const orders = orderCount(quantity);
    addTo(this.result, orders, quantity);
    addTo(this.result.types[type], orders, quantity);
    if (orderSlot) this.result.slots += quantity;
    if (row.fallback !== null) {
      this.result.fallbackLines += 1;
      this.result.mayBeTollfree[type] += mostTollFree(row.fallback, quantity);
    }
    if (row.keepTrying !== null) this.result.keepTryingLines += 1;
    if (row.fallback !== null || row.keepTrying !== null)
      this.#room.add(row, this.#ladders.stepsOf(row));
    if (this.result.orders > ORDERS_MAX) this.#tooLargeAt ??= line;
  }

  #warnFirst(warning: Warning): void {
    this.result.warningCount += 1;
    this.result.warnings.unshift(warning);
    this.result.warnings.length = Math.min(this.result.warnings.length, LISTED_MAX);
  }

  #warn(warning: Warning): void {
    this.result.warningCount += 1;
    if (this.result.warnings.length < LISTED_MAX) this.result.warnings.push(warning);
  }
}

function addTo(sum: Sum, orders: number, numbers: number): void {
  sum.lines += 1;
  sum.orders += orders;
  sum.numbers += numbers;
}

function nothing(): Sum {
  return { lines: 0, orders: 0, numbers: 0 };
}

function tooLarge(line: number, orders: number): PlanError {
  return {
    line,
    column: 'quantity',
    found: `${count(orders)} orders`,
    expected: `at most ${count(ORDERS_MAX)} orders`,
    message:
      `The plan makes ${count(orders)} orders, and a plan may have at most ` +
      `${count(ORDERS_MAX)}. Split the file: everything from this line on is too much.`,
  };
}

function noRows(): PlanError {
  const expected = 'at least one line';
  const message = 'The plan has a header row and no lines. Add a row for each line to buy.';
  return { line: 1, column: '', found: 'no lines', expected, message };
}

function allZero(rows: number): PlanError {
  const found = `${count(rows)} lines with quantity 0`;
  const message = 'Every quantity in the plan is 0, so there is nothing to buy.';
  return { line: 1, column: 'quantity', found, expected: 'at least one line to buy', message };
}
