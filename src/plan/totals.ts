import type { Line } from './columns.ts';
import type { Header } from './header.ts';
import type { Row } from './plain-rows.ts';
import type { PlanError, Warning } from './plan-error.ts';
import { totalError } from './row-shape.ts';
import { unwrapped } from './spreadsheet.ts';
import { saysTotal } from './telling-cell.ts';
import type { ValidatedRow } from './validate-row.ts';

/** Adds up a plan's lines: a row of their total is an error although its own cells are valid. */
export class Totals {
  readonly #ours: readonly number[];
  #all = 0;
  /** Since the last total. */
  #part = 0;

  constructor({ at }: Header) {
    this.#ours = Object.values(at);
  }

  add({ quantity }: Line): void {
    this.#all += quantity;
    this.#part += quantity;
  }

  /** The label may be a customer's name: where the sum differs, a person must say. */
  check(row: Row, checked: ValidatedRow): ValidatedRow {
    const { line } = checked;
    if (line === null) return checked;
    const total = this.#totalIn(row);
    if (total === undefined) {
      this.add(line);
      return checked;
    }
    const isSum = line.quantity === this.#all || line.quantity === this.#part;
    this.#part = 0;
    const error = totalError(row.line, total);
    if (isSum) return { line: null, errors: [error], warnings: checked.warnings };
    this.#all += line.quantity;
    return { ...checked, warnings: [...checked.warnings, warningOf(error, line)] };
  }

  #totalIn({ cells }: Row): string | undefined {
    return cells.find((cell, at) => !this.#ours.includes(at) && saysTotal(unwrapped(cell)));
  }
}

function warningOf({ line, found }: PlanError, { quantity }: Line): Warning {
  const message =
    `This row says "${found}". If it is a total of the rows above it, remove it: otherwise it ` +
    `buys ${quantity} more.`;
  return { line, column: '', message, needsAnswer: true };
}
