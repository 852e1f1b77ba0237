import { nameKey } from '../name-key.ts';
import type { AreaCodeRules } from './area-codes.ts';
import type { Line } from './columns.ts';
import type { Header } from './header.ts';
import { shown } from './plan-error.ts';
import { unwrapped } from './spreadsheet.ts';
import type { Warnings } from './warnings.ts';

const REGION = /^(?:states?|st|provinces?|regions?|state(?:or|\/|&)?province)$/;
const COUNTRY = /^countr(?:y|ies)$/;

/** Different cells that are remembered: more than there are places, and memory stays flat. */
const REMEMBERED = 1_000;

/** Columns of the plan's own that say where numbers are to be: an area code may be mistyped. */
export class Places {
  /** Where they are; without rules nobody knows where an area code is, and there are none. */
  readonly at: readonly number[];
  readonly #names: readonly string[];
  readonly #rules: AreaCodeRules | undefined;
  /** By column and cell: area codes that are there. */
  readonly #agreeing: ReadonlyMap<number, Map<string, Set<string>>>;

  constructor({ names, extraAt }: Header, rules: AreaCodeRules | undefined) {
    this.#names = names;
    this.#rules = rules;
    const isPlace = (at: number) =>
      [REGION, COUNTRY].some((each) => each.test(nameKey(names[at]!)));
    this.at = rules === undefined ? [] : extraAt.filter(isPlace);
    this.#agreeing = new Map(this.at.map((at) => [at, new Map()]));
  }

  /** Whether a cell does not name another place than that of the area code. */
  agrees(at: number, cell: string, areaCode: string | null): boolean {
    if (areaCode === null || cell === '') return true;
    const cells = this.#agreeing.get(at)!;
    let codes = cells.get(cell);
    if (codes?.has(areaCode)) return true;
    if (this.#isOutside(at, cell, areaCode.slice(0, 3))) return false;
    if (codes === undefined) {
      if (cells.size === REMEMBERED) cells.clear();
      codes = new Set();
      cells.set(cell, codes);
    }
    codes.add(areaCode);
    return true;
  }

  #isOutside(at: number, cell: string, code: string): boolean {
    const { numbering } = this.#rules!;
    return COUNTRY.test(nameKey(this.#names[at]!))
      ? numbering.isOutsideCountry(code, cell)
      : numbering.isOutsideRegion(code, cell);
  }

  ask(cells: readonly string[], { line, areaCode }: Line, warnings: Warnings): void {
    for (const at of this.at) {
      const cell = unwrapped(cells[at] ?? '');
      if (this.agrees(at, cell, areaCode)) continue;
      const [column, code] = [shown(this.#names[at]!), areaCode!.slice(0, 3)];
      const message =
        `${column} "${shown(cell)}" is not where ${code} is, which is ` +
        `${this.#rules!.numbering.describe(code)}. If the area code is mistyped, correct it.`;
      warnings.ask('place', line, () => ({ column, message }));
    }
  }
}
