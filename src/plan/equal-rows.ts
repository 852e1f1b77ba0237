import { count, counted } from '../english.ts';
import { NUMBER_TYPES } from '../number-type.ts';
import { COLUMNS, type Line, type Values } from './columns.ts';
import type { Header } from './header.ts';
import type { Warning } from './plan-error.ts';

/** Different rows that are remembered: more than there are area codes, and memory stays flat. */
const REMEMBERED = 200_000;
const NAMED = 10;
const AREA_CODES = 1_000_000;
const TYPE_CODES = Object.fromEntries(NUMBER_TYPES.map((type, at) => [type, at])) as Record<
  Line['type'],
  number
>;

type TextField = 'fallback' | 'keepTrying';
type OptionField = Exclude<keyof Values, 'areaCode' | 'quantity' | 'type' | TextField>;
type Option = { field: OptionField; values: number };

/** Finds rows that ask for the same area code, type and options as an earlier one. */
export class EqualRows {
  /** By the options that are texts, and then by a number, which is fast. */
  readonly #lines = new Map<string, Map<number, number>>();
  #remembered = 0;
  readonly #options: Option[] = [];
  readonly #texts: TextField[] = [];
  readonly #named: string[] = [];
  #first = 0;
  #found = 0;

  constructor({ at }: Header) {
    for (const { name, field, values } of COLUMNS) {
      if (values === undefined || at[name] < 0) continue;
      if (Number.isFinite(values)) this.#options.push({ field: field as OptionField, values });
      else this.#texts.push(field as TextField);
    }
  }

  add(line: Line): void {
    const text = this.#textOf(line);
    const key = this.#keyOf(line);
    const lines = this.#lines.get(text);
    const earlier = lines?.get(key);
    if (earlier === undefined) {
      if (this.#remembered >= REMEMBERED) return;
      this.#remembered += 1;
      if (lines === undefined) this.#lines.set(text, new Map([[key, line.line]]));
      else lines.set(key, line.line);
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

  /** The texts of the columns, joined so that different texts stay different. */
  #textOf(line: Line): string {
    let text = '';
    for (const field of this.#texts) {
      const own = line[field] ?? '';
      text = text === '' ? own : `${text}\n${own}`;
    }
    return text;
  }

  /**
   * Equal only for rows that are equal but for texts. Below 2^53; small without options, so fast.
   */
  #keyOf(line: Line): number {
    let options = 0;
    for (const { field, values } of this.#options) options = options * values + codeOf(line[field]);
    const wanted = digits(line.areaCode ?? '') * NUMBER_TYPES.length + TYPE_CODES[line.type];
    return options * AREA_CODES * NUMBER_TYPES.length + wanted;
  }
}

/** 0 for a blank; less than the column's `values`. */
function codeOf(value: boolean | number | null): number {
  if (typeof value === 'number') return value + 1;
  return value === null ? 0 : value ? 1 : 2;
}

/** Like `Number`, which is much slower. */
function digits(text: string): number {
  let value = 0;
  for (let at = 0; at < text.length; at++) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}
