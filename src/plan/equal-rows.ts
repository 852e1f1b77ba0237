import { count, counted } from '../english.ts';
import type { NumberType } from './cells.ts';
import type { Warning } from './plan-error.ts';
import type { Line } from './validate-row.ts';

/** Different rows that are remembered: more than there are area codes, and memory stays flat. */
const REMEMBERED = 200_000;
const NAMED = 10;
const TYPES = { local: 0, tollfree: 1, true800: 2, canadian_local: 3 } satisfies Record<
  NumberType,
  number
>;

/** Finds rows that ask for the same area code, type and options as an earlier one. */
export class EqualRows {
  readonly #lines = new Map<number, number>();
  readonly #named: string[] = [];
  #first = 0;
  #found = 0;

  add(line: Line): void {
    const key = keyOf(line);
    const earlier = this.#lines.get(key);
    if (earlier === undefined) {
      if (this.#lines.size < REMEMBERED) this.#lines.set(key, line.line);
      return;
    }
    this.#found += 1;
    if (this.#found === 1) this.#first = line.line;
    if (this.#named.length < NAMED) this.#named.push(`line ${line.line} as line ${earlier}`);
  }

  /** One warning for all: a plan may have a row for each customer. */
  get warning(): Warning | undefined {
    if (this.#found === 0) return undefined;
    const more = this.#found - this.#named.length;
    const rest = more > 0 ? ` and ${count(more)} more` : '';
    const ask = this.#found === 1 ? 'asks' : 'ask';
    const message =
      `${counted(this.#found, 'row')} ${ask} for the same area code, type and options as an ` +
      `earlier row, and each is bought: ${this.#named.join(', ')}${rest}.`;
    return { line: this.#first, column: '', message };
  }
}

/** Equal for equal rows only. Below 2^53, and small without options, which is fast. */
function keyOf(line: Line): number {
  let options = line.distance === null ? 0 : line.distance + 1;
  options = options * 3 + flag(line.cleansedOnly);
  options = options * 3 + flag(line.smsSupported);
  options = options * 3 + flag(line.orderSlot);
  options = options * 3 + flag(line.allowOverlay);
  options = options * 2 + Number(line.fillQuantity);
  return options * 4_000_000 + digits(line.areaCode ?? '') * 4 + TYPES[line.type];
}

/** Like `Number`, which takes as long as the rest of `keyOf`. */
function digits(text: string): number {
  let value = 0;
  for (let at = 0; at < text.length; at++) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}

function flag(value: boolean | null): number {
  return value === null ? 0 : value ? 1 : 2;
}
