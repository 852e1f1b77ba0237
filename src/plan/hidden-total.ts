import { count } from '../english.ts';
import type { Line } from './columns.ts';
import type { Warnings } from './warnings.ts';

/** With fewer lines, two equal quantities would be a total. */
const LINES_MIN = 3;
/** Of so few lines one is often the sum of the others by chance: its cells must say more. */
const LINES_FEW = 4;

const OF_ALL = /(?<!\p{L})(?:all|alle|total|sum|overall|gesamt|tous|toutes|todos|todas)(?!\p{L})/iu;

/** Finds a total that no label names: a first or last line that asks for as many as all others. */
export class HiddenTotal {
  #count = 0;
  #sum = 0;
  readonly #few: Line[] = [];
  /** Copied, cell by cell: the reader may use one object for all lines. */
  readonly #last = { line: 0, quantity: 0 };

  add(line: Line): void {
    this.#count += 1;
    this.#sum += line.quantity;
    this.#last.line = line.line;
    this.#last.quantity = line.quantity;
    if (this.#count <= LINES_FEW) this.#few.push({ ...line });
  }

  close(warnings: Warnings): void {
    const [first] = this.#few;
    if (this.#count < LINES_MIN || first === undefined) return;
    const total = [first, this.#last].find(({ quantity }) => 2 * quantity === this.#sum);
    if (total === undefined) return;
    if (this.#count <= LINES_FEW && !this.#isTelling(total.line)) return;
    const message =
      `This row asks for ${count(total.quantity)} numbers, as many as all other rows together. ` +
      'If it is a total, remove it: otherwise it is bought as well.';
    warnings.ask('hidden total', total.line, () => ({ column: 'quantity', message }));
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
