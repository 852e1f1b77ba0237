import type { Check } from '../documents/index.ts';
import { count } from '../english.ts';
import { type Ladder, ladderWords, mostTollFree } from '../fallback/index.ts';
import { ofEachType } from '../number-type.ts';
import { orderCount } from '../order-size.ts';
import { type AreaCodeRules, AreaCodeSums } from './area-codes.ts';
import type { Line } from './columns.ts';
import { openPlanFile } from './file.ts';
import { Ladders } from './ladders.ts';
import { type ReadOptions, rowRulesOf } from './options.ts';
import { PlainLines } from './plain-lines.ts';
import { type PlanError, rowError, Unreadable } from './plan-error.ts';
import { resultNames } from './result-columns.ts';
import { Room } from './room.ts';
import { RowJudge } from './row-judge.ts';
import { openTable, type Table } from './table.ts';
import type { ValidatedRow } from './validate-row.ts';
import { LISTED_MAX, Warnings } from './warnings.ts';

/** The queue's priorities end at 2^21, and each order of a plan needs one of its own. */
const ORDERS_MAX = 2_000_000;

type Sum = Check['types']['local'];

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
  const tally = new Tally(areaCodes);
  try {
    const table = await openTable(file.chunks, rules.quantity !== null);
    tally.open(table);
    const judge = new RowJudge(table.header, rules, areaCodes, tally.ladders, tally.warnings);
    const reader = new PlainLines(table, {
      rules,
      areaCodes,
      isKept: false,
      watched: judge.watched,
    });
    const take = (line: Line) => {
      judge.pass(line, reader);
      tally.addPlain(line);
    };
    try {
      for await (const rows of table.rows)
        rows((row) => tally.add(judge.judge(row)), { reader, take });
    } finally {
      judge.close();
    }
    tally.close();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    tally.wholeFile(error.errors);
  }
  return { ...(await file.fingerprint()), ...tally.result };
}

/** Adds up the rows. */
class Tally {
  readonly warnings = new Warnings();
  readonly ladders: Ladders;
  readonly #sums = {
    rows: 0,
    ...nothing(),
    slots: 0,
    types: ofEachType(nothing),
    areaCodes: [] as Check['areaCodes'],
    fallbackLines: 0,
    ladders: [] as Ladder[],
    ladderWords: [] as string[],
    mayBeTollfree: ofEachType(() => 0),
    keepTryingLines: 0,
    numberingDate: null as string | null,
    faultCount: 0,
    faultyRows: 0,
    isMendable: false,
    faults: [] as PlanError[],
    extraColumns: [] as string[],
    resultColumns: [] as string[],
    encoding: '',
    delimiter: '',
  };
  readonly #areaCodes = new AreaCodeSums();
  readonly #rules: AreaCodeRules | undefined;
  readonly #room: Room;
  /** The line with which the plan became too large. */
  #tooLargeAt: number | undefined;

  constructor(rules: AreaCodeRules | undefined) {
    this.#rules = rules;
    this.ladders = new Ladders(rules);
    this.#room = new Room(rules);
  }

  get result(): Omit<PlanCheck, 'sha256' | 'bytes'> {
    const { count: warningCount, listed: warnings } = this.warnings;
    return { ...this.#sums, warningCount, warnings };
  }

  open({ encoding, delimiter, header }: Table): void {
    const extraColumns = header.extraNames;
    const resultColumns = resultNames(extraColumns);
    Object.assign(this.#sums, { encoding, delimiter, extraColumns, resultColumns });
  }

  add({ line, errors }: ValidatedRow): void {
    this.#sums.rows += 1;
    if (line !== null) this.#count(line);
    if (errors.length === 0) return;
    this.#sums.faultyRows += 1;
    this.#sums.faultCount += errors.length;
    const { faults } = this.#sums;
    faults.push(...errors.slice(0, LISTED_MAX - faults.length));
  }

  /** A line that is known to be right by itself. */
  addPlain(line: Line): void {
    this.#sums.rows += 1;
    this.#count(line);
  }

  #count(row: Line): void {
    const sums = this.#sums;
    const { line, quantity, type, orderSlot } = row;
    const orders = orderCount(quantity);
    addTo(sums, orders, quantity);
    addTo(sums.types[type], orders, quantity);
    if (sums.orders > ORDERS_MAX) this.#tooLargeAt ??= line;
    if (orderSlot) sums.slots += quantity;
    if (this.#rules !== undefined) this.#areaCodes.add(row);
    if (row.fallback === null && row.keepTrying === null) return;
    if (row.keepTrying !== null) sums.keepTryingLines += 1;
    if (row.fallback !== null) {
      sums.fallbackLines += 1;
      sums.mayBeTollfree[type] += mostTollFree(row.fallback, quantity);
    }
    this.#room.add(row, this.ladders.stepsOf(row));
  }

  /** Adds the errors and warnings of the whole plan, once all rows are in. */
  close(): void {
    const { orders, lines, faultCount, faultyRows, rows } = this.#sums;
    this.#sums.isMendable = faultyRows > 0;
    this.#closeAreaCodes();
    const warning = this.#room.warning(orders);
    if (warning !== undefined) this.warnings.ofPlan(warning);
    const { tooMany } = this.ladders;
    if (tooMany !== undefined) this.wholeFile([tooMany]);
    if (this.#tooLargeAt !== undefined) {
      this.wholeFile([tooLarge(this.#tooLargeAt, orders)]);
    } else if (lines === 0 && faultCount === 0) {
      this.wholeFile([rows === 0 ? noRows() : allZero(rows)]);
    }
  }

  #closeAreaCodes(): void {
    if (this.#rules === undefined) return;
    const { numbering, today } = this.#rules;
    const { found: ladders } = this.ladders;
    const areaCodes = this.#areaCodes.describe(this.#rules);
    Object.assign(this.#sums, { areaCodes, ladders, numberingDate: numbering.fileDate });
    const shown = ladders.slice(0, LISTED_MAX);
    this.#sums.ladderWords = shown.map((ladder) => ladderWords(ladder, numbering));
    const message = areaCodes.length > 0 ? numbering.ageWarning(today) : null;
    if (message !== null) this.warnings.ofPlan({ line: 1, column: '', message });
  }

  /** Errors of the whole file go first, so that they are among the 100 that are kept. */
  wholeFile(errors: readonly PlanError[]): void {
    this.#sums.faultCount += errors.length;
    this.#sums.faults = [...errors, ...this.#sums.faults].slice(0, LISTED_MAX);
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
  const message =
    'The plan has a header row and no lines. Add a row for each line to buy. If this is a ' +
    'remainder, nothing is left to buy.';
  return rowError(1, 'no lines', 'at least one line', message);
}

function allZero(rows: number): PlanError {
  const found = `${count(rows)} lines with quantity 0`;
  const message = 'Every quantity in the plan is 0, so there is nothing to buy.';
  return { line: 1, column: 'quantity', found, expected: 'at least one line to buy', message };
}
