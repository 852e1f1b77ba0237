import { count, counted } from '../english.ts';
import { NUMBER_TYPES } from '../number-type.ts';
import { COLUMNS, type Line } from './columns.ts';
import type { Header } from './header.ts';
import { mixed, ownHash } from './own-cells.ts';
import type { Warning } from './plan-error.ts';

/** Different rows that are remembered: more than there are area codes, and memory stays flat. */
const REMEMBERED = 200_000;
const NAMED = 10;
const AREA_CODES = 1_000_000;
/** A bit for each hash of 24 bits: some rows are taken for copies by chance, but never most. */
const HASHES = 2 ** 24;

/** Fewer rows in turn may begin like the list by chance. */
const REVISED_MIN = 3;

/**
 * Finds rows that ask for the same area code, type and options as an earlier one. Those that are
 * the same in all cells that tell rows apart were pasted twice where they are most, and no
 * repetition of the row above, but for a list of one row.
 * Rows that follow each other as the first ones do, whatever their quantities, were revised.
 */
export class EqualRows {
  /** By the options, area code and type as one number, which is fast. */
  readonly #lines = new Map<number, number>();
  readonly #options: readonly (keyof Line)[];
  /** Whether each of the plan's own columns tells no rows apart. */
  readonly #isAside: readonly boolean[];
  readonly #last: unknown[] = [];
  readonly #ids = new Map<string, number>();
  #id = -1;
  readonly #named: string[] = [];
  #first = 0;
  #found = 0;
  readonly #seen = new Uint8Array(HASHES / 8);
  #lastHash = 0;
  #rows = 0;
  #copies = 0;
  /** Rows without their quantities, as hashes; never one that is like the row above. */
  readonly #begin: number[] = [];
  /** Which row of the beginning the last one in turn was like. */
  #likeAt = -1;
  #inTurn = 0;

  constructor({ at, extraAt, asideAt }: Header) {
    this.#isAside = extraAt.map((each) => asideAt.includes(each));
    const wanted = ['area_code', 'quantity', 'type'];
    const options = COLUMNS.filter(({ name }) => at[name] >= 0 && !wanted.includes(name));
    this.#options = options.map(({ field }) => field);
  }

  addRow(line: Line): void {
    this.add(line, ownHash(line.extra.filter((_, at) => !this.#isAside[at])));
  }

  /** `own`: the hash of the plan's own cells, but for those that tell no rows apart. */
  add(line: Line, own: number): void {
    const id = this.#optionsOf(line);
    const type = NUMBER_TYPES.length * id + NUMBER_TYPES.indexOf(line.type);
    const wanted = digits(line.areaCode ?? '') + AREA_CODES * type;
    const hash = mixed(mixed(own, id), wanted);
    this.#countInTurn(hash);
    this.#countCopy(mixed(hash, line.quantity));
    const earlier = this.#lines.get(wanted);
    if (earlier !== undefined) this.#addEqual(line.line, earlier);
    else if (this.#lines.size < REMEMBERED) this.#lines.set(wanted, line.line);
  }

  #countCopy(hash: number): void {
    const bit = (hash ^ (hash >>> 15)) & (HASHES - 1);
    const [at, mask] = [bit >> 3, 1 << (bit & 7)];
    this.#rows += 1;
    const isNext = hash === this.#lastHash && this.#rows > 2;
    if ((this.#seen[at]! & mask) !== 0 && !isNext) this.#copies += 1;
    this.#seen[at]! |= mask;
    this.#lastHash = hash;
  }

  /** New rows may stand among those that follow each other. */
  #countInTurn(hash: number): void {
    if (hash === this.#begin.at(-1) || this.#begin.length === REMEMBERED) return;
    if (this.#likeAt >= 0 && hash === this.#begin[this.#likeAt + 1]) {
      this.#likeAt += 1;
      this.#inTurn += 1;
    } else if (hash === this.#begin[0]) this.#likeAt = 0;
    this.#begin.push(hash);
  }

  /** Whether nearly half of the list, or more, is its beginning again; of a short one, half. */
  get #isRevised(): boolean {
    const [rows, all] = [this.#inTurn + 1, this.#begin.length];
    const different = new Set(this.#begin).size;
    if (rows === different && 2 * rows === all) return rows > 1;
    return Math.min(rows, different) >= REVISED_MIN && 5 * rows >= 2 * all;
  }

  /** The same number for the same options, which are mostly those of the line before. */
  #optionsOf(line: Line): number {
    let isSame = this.#id >= 0;
    for (let at = 0; at < this.#options.length; at++) {
      const value = line[this.#options[at]!];
      if (this.#last[at] !== value) isSame = false;
      this.#last[at] = value;
    }
    if (isSame) return this.#id;
    const key = this.#last.join('\n');
    this.#id = this.#ids.get(key) ?? this.#ids.size;
    if (this.#ids.size < REMEMBERED) this.#ids.set(key, this.#id);
    return this.#id;
  }

  #addEqual(line: number, earlier: number): void {
    this.#found += 1;
    if (this.#found === 1) this.#first = line;
    if (this.#named.length < NAMED) this.#named.push(`line ${line} as line ${earlier}`);
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
    const warning = { line: this.#first, column: '', message };
    const why =
      2 * this.#copies >= this.#rows
        ? ' Most say the same as an earlier row: if the list was pasted twice, remove one copy.'
        : this.#isRevised &&
          ' They begin the list again: if it was revised below the old one, remove the old one.';
    return why ? { ...warning, message: message + why, needsAnswer: true } : warning;
  }
}

/** Like `Number`, which is much slower. */
function digits(text: string): number {
  let value = 0;
  for (let at = 0; at < text.length; at++) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}
