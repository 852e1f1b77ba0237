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
  const { names, extraAt, countsAt } = header;
  return extraAt.flatMap((at) => {
    const column = shown(names[at]!);
    if (adviceOn(names[at]!, () => undefined) !== undefined) return [];
    const guesses = [marks(column)];
    if (MAY_BE_CODES.test(column)) guesses.push(codes(column, rules));
    if (!countsAt.includes(at)) guesses.push(parts(column));
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
      const message =
        `The column "${column}" holds area codes, such as ${cell}, and changes nothing. ` +
        'If numbers are wanted there, too, write a row for each.';
      if (cell !== areaCode?.slice(0, 3)) other ??= { line, column, message };
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
      const message =
        `The column "${column}" changes nothing: this line buys ${quantity}, whatever its ` +
        `${cell} means. If less is wanted, write that in quantity.`;
      if (Number(cell) !== quantity) other ??= { line, column, message };
      sums.lines += 1;
      sums.parts += Number(cell);
      sums.quantities += quantity;
      return /^\d+$/.test(cell) && Number(cell) <= quantity;
    },
    found: () => (sums.lines > 1 && 2 * sums.parts >= sums.quantities ? other : undefined),
  };
}
