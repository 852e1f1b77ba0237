import { type AreaCodeRules, isPlaceInService } from './area-codes.ts';
import { isProblem, readFlag } from './cells.ts';
import type { Guess } from './guesses.ts';
import type { Header } from './header.ts';
import { adviceOn } from './near-column.ts';
import { shown, type Warning } from './plan-error.ts';

/** How a second table beside the first one may call its area codes, or a list other ones. */
const MAY_BE_CODES =
  /^(?:(?:2nd|second|other|end|last) )?(?:codes?|acs?|areas?)\b|^(?:to|until|through|or|and|alt)$/i;

/**
 * That columns of the plan's own say how much of each quantity is left, or came, which lines are
 * meant, or what is wanted as well. Columns that the header asks about are left to it.
 */
export function ownGuesses(header: Header, rules: AreaCodeRules | undefined): Guess[] {
  const { names, extraAt, asideAt } = header;
  return extraAt.flatMap((at) => {
    const column = shown(names[at]!);
    if (adviceOn(names[at]!, () => undefined) !== undefined) return [];
    const guesses = [marks(column)];
    if (MAY_BE_CODES.test(column)) guesses.push(codes(column, rules));
    if (!asideAt.includes(at)) guesses.push(parts(column));
    return guesses.map((guess) => ({ ...guess, at }));
  });
}

/** Yes, no and blanks. */
function marks(column: string): Guess {
  let [line, yes] = [0, 0];
  const message =
    `The column "${column}" marks some lines, and changes nothing: each line is bought. ` +
    'To skip a line, set its quantity to 0.';
  return {
    take(asked, cell) {
      const flag = readFlag(cell);
      if (flag === true && ++yes === 1) line = asked.line;
      return !isProblem(flag);
    },
    found: (lines) => (yes === 0 || yes === lines ? undefined : { line, column, message }),
  };
}

/** Area codes, some of them others than those of their lines. */
function codes(column: string, rules: AreaCodeRules | undefined): Guess {
  let other: Warning | undefined;
  return {
    take({ line, areaCode }, cell) {
      if (cell !== areaCode?.slice(0, 3))
        other ??= {
          line,
          column,
          message:
            `The column "${column}" holds area codes, such as ${cell}, and changes nothing. ` +
            'If numbers are wanted there, too, write a row for each.',
        };
      return isPlaceInService(cell, rules);
    },
    found: () => other,
  };
}

/** Whole numbers, none above the quantity of its line. Ranks and small ids are far below. */
function parts(column: string): Guess {
  let other: Warning | undefined;
  const sums = { lines: 0, parts: 0, quantities: 0 };
  return {
    take({ line, quantity }, cell) {
      if (Number(cell) !== quantity)
        other ??= {
          line,
          column,
          message:
            `The column "${column}" changes nothing: this line buys ${quantity}, whatever its ` +
            `${cell} means. If less is wanted, write that in quantity.`,
        };
      sums.lines += 1;
      sums.parts += Number(cell);
      sums.quantities += quantity;
      return /^\d+$/.test(cell) && Number(cell) <= quantity;
    },
    found: () => (sums.lines > 1 && 2 * sums.parts >= sums.quantities ? other : undefined),
  };
}

/** Fewer quantities may rise by one. */
const COUNTED_MIN = 4;

/** That all quantities of a plan are something else. Without rules nobody knows of years. */
export function quantityGuesses({ present }: Header, rules: AreaCodeRules | undefined): Guess[] {
  const year = Number(rules?.today.slice(0, 4) ?? -1_000);
  // Fewer lines may ask for as many numbers as an area code says, where a header says quantity.
  const codesMin = present ? 2 : 1;
  return [
    every(
      (quantity) => Math.abs(quantity - year - 1) <= 4,
      (first) =>
        `Each quantity of this plan is a year, such as ${first}. Write how many numbers to buy.`,
    ),
    every(
      (quantity, nth) => quantity === nth,
      (_, lines) =>
        lines >= COUNTED_MIN &&
        `The quantities of this plan count the rows, from 1 to ${lines}. If they are the ` +
          'numbers of the rows, write how many numbers to buy.',
    ),
    every(
      (quantity) => quantity < 1_000 && isPlaceInService(String(quantity), rules),
      (first, lines) =>
        lines >= codesMin &&
        `Each quantity of this plan is an area code in service, too, such as ${first}. If area ` +
          'codes are meant, write a row for each of them.',
      // People ask for round numbers, and some of these are area codes, such as 250.
      (quantity) => quantity % 10 !== 0 && quantity % 25 !== 0,
    ),
  ];
}

/** That all quantities fit. Names the first odd one, and asks nothing without one. */
function every(
  fits: (quantity: number, nth: number) => boolean,
  says: (first: number, lines: number) => string | false,
  isOdd = (_: number) => true,
): Guess {
  let nth = 0;
  let first: { line: number; quantity: number } | undefined;
  return {
    take({ line, quantity }) {
      nth += 1;
      if (isOdd(quantity)) first ??= { line, quantity };
      return fits(quantity, nth);
    },
    found() {
      const message = first && says(first.quantity, nth);
      return message ? { line: first!.line, column: 'quantity', message } : undefined;
    },
  };
}

/** The days 2009-07-06 to 2036-11-21, as spreadsheets store them. */
const DAYS = { first: 40_000, last: 50_000 };
/** 1970-01-01, as spreadsheets store it. */
const EPOCH = 25_569;

/** What to ask about a quantity that is a day. */
export function dayQuestion(quantity: number): string | undefined {
  if (quantity < DAYS.first || quantity > DAYS.last || quantity % 1_000 === 0) return undefined;
  const day = new Date((quantity - EPOCH) * 86_400_000).toISOString().slice(0, 10);
  return (
    `quantity ${quantity} is also how a spreadsheet stores the day ${day}. If the day is meant, ` +
    'write how many numbers to buy.'
  );
}
