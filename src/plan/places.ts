import { memoized, nameKey } from '../reading/index.ts';
import type { AreaCodeRules } from './area-codes.ts';
import type { Line } from './columns.ts';
import { WATCHED } from './guesses.ts';
import type { Header } from './header.ts';
import { shown } from './plan-error.ts';
import { unwrapped } from './spreadsheet.ts';
import type { Warnings } from './warnings.ts';

const REGION = /^(?:states?|st|provinces?|regions?|state(?:or|\/|&)?province)$/;
const COUNTRY = /^countr(?:y|ies)$/;

/** Columns of the plan's own that say where numbers are to be: an area code may be mistyped. */
export class Places {
  /** Where they are; without rules nobody knows where an area code is, and there are none. */
  readonly #at: readonly number[];
  readonly #names: readonly string[];
  readonly #rules: AreaCodeRules | undefined;
  /** By column: whether an area code with a cell behind it is outside that place. */
  readonly #isOutside = new Map<number, (codeAndCell: string) => boolean>();

  constructor({ names, extraAt }: Header, rules: AreaCodeRules | undefined, watched: Uint8Array) {
    this.#names = names;
    this.#rules = rules;
    const isPlace = (at: number) =>
      [REGION, COUNTRY].some((each) => each.test(nameKey(names[at]!)));
    this.#at = rules === undefined ? [] : extraAt.filter(isPlace);
    for (const at of this.#at) {
      const isOutside = COUNTRY.test(nameKey(names[at]!)) ? 'isOutsideCountry' : 'isOutsideRegion';
      const read = (text: string) => rules!.numbering[isOutside](text.slice(0, 3), text.slice(3));
      this.#isOutside.set(at, memoized(read));
      watched[at] = WATCHED.all;
    }
  }

  /** Asks about a line with all its cells, or those that are watched. */
  ask(cells: readonly string[], { line, areaCode }: Line, warnings: Warnings): void {
    for (const at of this.#at) {
      const cell = unwrapped(cells[at] ?? '');
      const code = areaCode?.slice(0, 3);
      if (code === undefined || cell === '' || !this.#isOutside.get(at)!(code + cell)) continue;
      const column = shown(this.#names[at]!);
      const message =
        `${column} "${shown(cell)}" is not where ${code} is, which is ` +
        `${this.#rules!.numbering.describe(code)}. If the area code is mistyped, correct it.`;
      warnings.ask('place', { line, column, message });
    }
  }
}
