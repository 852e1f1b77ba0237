import { remembering } from '../remembering.ts';
import type { AreaCodeRules } from './area-codes.ts';
import type { Line } from './columns.ts';
import { Found } from './found.ts';

/** The days 2009-07-06 to 2036-11-21, as spreadsheets store them. */
const DAYS = { first: 40_000, last: 50_000 };
/** 1970-01-01, as spreadsheets store it. */
const EPOCH = 25_569;

/** Finds quantities that are probably something else: dates, years, area codes. */
export class Quantities {
  readonly #dates = new Found();
  readonly #codes = new Found();
  readonly #years = new Found();
  readonly #year: number;
  readonly #isCode: (quantity: string) => boolean;
  #areCodes = true;
  #areYears = true;
  #lines = 0;

  /** Without rules it looks for dates only. */
  constructor(rules: AreaCodeRules | undefined) {
    this.#year = Number(rules?.today.slice(0, 4) ?? -1_000);
    this.#isCode = remembering((code) => isPlaceInService(code, rules));
  }

  add({ line, quantity }: Line): void {
    this.#lines += 1;
    if (quantity >= DAYS.first && quantity <= DAYS.last && quantity % 1_000 !== 0) {
      this.#dates.add(line, () => said(dateMessage(quantity)));
    }
    if (this.#areYears) this.#addYear(line, quantity);
    if (this.#areCodes) this.#addCode(line, quantity);
  }

  get found(): Found[] {
    const found = [this.#dates];
    if (this.#areYears) found.push(this.#years);
    if (this.#areCodes && this.#lines > 1) found.push(this.#codes);
    return found;
  }

  #addYear(line: number, quantity: number): void {
    this.#areYears = Math.abs(quantity - this.#year - 1) <= 4;
    if (!this.#areYears || this.#years.count > 0) return;
    this.#years.add(line, () =>
      said(
        `Each quantity of this plan is a year, such as ${quantity}. Write how many ` +
          'numbers to buy.',
      ),
    );
  }

  /** People ask for round numbers, and some of these are area codes, such as 250. */
  #addCode(line: number, quantity: number): void {
    this.#areCodes = quantity < 1_000 && this.#isCode(String(quantity));
    if (!this.#areCodes || quantity % 10 === 0 || quantity % 25 === 0) return;
    if (this.#codes.count > 0) return;
    this.#codes.add(line, () =>
      said(
        `Each quantity of this plan is an area code in service, too, such as ${quantity}. If ` +
          'area codes are meant, write a row for each of them.',
      ),
    );
  }
}

function isPlaceInService(code: string, rules: AreaCodeRules | undefined): boolean {
  if (rules === undefined) return false;
  const { numbering, today } = rules;
  return numbering.find(code)?.kind === 'geographic' && numbering.isInService(code, today);
}

function dateMessage(quantity: number): string {
  const day = new Date((quantity - EPOCH) * 86_400_000).toISOString().slice(0, 10);
  return (
    `quantity ${quantity} is also how a spreadsheet stores the day ${day}. If the day is meant, ` +
    'write how many numbers to buy.'
  );
}

function said(message: string) {
  return { column: 'quantity', message };
}
