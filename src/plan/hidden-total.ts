import { count } from '../english.ts';
import type { Line } from './columns.ts';
import type { Warnings } from './warnings.ts';

type Asked = Pick<Line, 'line' | 'quantity'>;

/** With fewer lines, two equal quantities would be a total. */
const LINES_MIN = 3;

/** Finds a total that no label names: a first or last line that asks for as many as all others. */
export class HiddenTotal {
  #lines = 0;
  #sum = 0;
  #first: Asked = { line: 0, quantity: 0 };
  readonly #last: Asked = { line: 0, quantity: 0 };

  add({ line, quantity }: Line): void {
    this.#lines += 1;
    this.#sum += quantity;
    this.#last.line = line;
    this.#last.quantity = quantity;
    if (this.#lines === 1) this.#first = { line, quantity };
  }

  close(warnings: Warnings): void {
    if (this.#lines < LINES_MIN) return;
    const total = [this.#first, this.#last].find(({ quantity }) => 2 * quantity === this.#sum);
    if (total === undefined) return;
    const message =
      `This row asks for ${count(total.quantity)} numbers, as many as all other rows together. ` +
      'If it is a total, remove it: otherwise it is bought as well.';
    warnings.ask('hidden total', total.line, () => ({ column: 'quantity', message }));
  }
}
