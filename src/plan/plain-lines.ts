import { isTollFree, NUMBER_TYPES } from '../number-type.ts';
import { ORDER_MAX, QUANTITY_MAX } from '../order-size.ts';
import { type AreaCodeRules, AreaCodes } from './area-codes.ts';
import { DISTANCE_MAX } from './cells.ts';
import { COLUMN_NAMES, COLUMNS, type Column, type Line, type Values } from './columns.ts';
import { WATCHED } from './guesses.ts';
import type { Header } from './header.ts';
import type { RowRules } from './options.ts';
import { withCell } from './own-cells.ts';
import { unguarded } from './spreadsheet.ts';
import { isDigit, isTelling, mayTell } from './telling-cell.ts';

const LF = 10;
const CR = 13;
const BLANK = 32;
const ZERO = 48;
const TWO = ZERO + 2;

/** Of a quantity; an area code has 3 or 6. */
const DIGITS_MAX = 6;
const CODES = Array.from({ length: 1_000 }, (_, code) => String(code).padStart(3, '0'));
const TYPES = NUMBER_TYPES.map((type) => ({ type, word: Buffer.from(type) }));

const DESCRIBED = new Map(COLUMNS.map((column) => [column.name, column]));

/** What a cell of a plain line is in: a column of ours, one of the plan's own, or neither. */
type Kind = Column | 'own' | 'passed over' | 'nameless';

type Options = {
  rules: RowRules;
  /** Without them no area code is wrong. */
  areaCodes?: AreaCodeRules | undefined;
  /** Whether lines are kept; else each is the same object, without the plan's own cells. */
  isKept: boolean;
  /** Of `RowJudge`: the cells that it looks at. */
  watched?: Uint8Array;
};

/**
 * Reads a line to buy straight from the bytes when its cells have the form that programs write:
 * digits, `0` or `1`, the name of a type, and nothing around them. That is many times as fast as to
 * make cells and validate them, and most lines of a large plan are plain. It takes only what
 * `RowJudge` would, without errors and warnings, and reads it the same (a test compares them).
 */
export class PlainLines {
  /** Behind the line that was taken last and what ends it. */
  end = 0;
  /** The hash of its own cells, where they are watched. */
  own = 0;
  /** By place, its own cells that somebody looks at. */
  readonly cells: string[];
  readonly #kinds: readonly Kind[];
  readonly #asideAt: readonly number[];
  readonly #delimiter: number;
  readonly #options: Options;
  readonly #areaCodes: AreaCodes;
  /** What is read is written into it. */
  readonly #line: Line;
  /** The first three digits of the line's area code. */
  #code = 0;
  /** By area code, 1 where it was found right. */
  readonly #right = { local: new Uint8Array(1_000), canadian_local: new Uint8Array(1_000) };

  constructor(table: { header: Header; delimiter: string }, options: Options) {
    this.#kinds = kindsOf(table.header);
    this.cells = this.#kinds.map(() => '');
    this.#asideAt = table.header.asideAt;
    this.#delimiter = table.delimiter.charCodeAt(0);
    this.#options = options;
    this.#areaCodes = new AreaCodes(options.areaCodes);
    const blanks = Object.fromEntries(COLUMNS.map(({ field, blank }) => [field, blank]));
    const { keepTrying, quantity } = options.rules;
    const values = { ...(blanks as Values), keepTrying, quantity: quantity ?? 0 };
    this.#line = { line: 0, ...values, extra: [] };
  }

  /**
   * The line that begins at a place of the piece, with its number in the file. Null: it is not
   * plain. The piece has no quotes, and has a line feed at that place or after it.
   */
  read(bytes: Buffer, from: number, number: number): Line | null {
    const kinds = this.#kinds;
    const { isKept } = this.#options;
    const line = this.#line;
    line.line = number;
    this.own = 0;
    if (isKept) line.extra = [];
    let at = from;
    for (let place = 0; place < kinds.length; place++) {
      if (place > 0 && bytes[at++] !== this.#delimiter) return null;
      const kind = kinds[place]!;
      at = kind === 'own' ? this.#readOwn(place, bytes, at) : this.#readCell(kind, bytes, at, line);
      if (at < 0) return null;
    }
    if (bytes[at] === CR) at += 1;
    if (bytes[at] !== LF) return null;
    this.end = at + 1;
    if (!this.#fits(line)) return null;
    return isKept ? { ...line } : line;
  }

  /** Returns the place after the cell; -1: it is not plain. Never passes the end of the line. */
  #readCell(kind: Exclude<Kind, 'own'>, bytes: Buffer, at: number, line: Line): number {
    switch (kind) {
      case 'area_code':
        return this.#readAreaCode(bytes, at, line);
      case 'quantity': {
        const end = digitsEnd(bytes, at);
        line.quantity = end > at ? numberIn(bytes, at, end) : (this.#options.rules.quantity ?? 0);
        return end;
      }
      case 'type':
        return readType(bytes, at, line);
      case 'distance': {
        const end = digitsEnd(bytes, at);
        line.distance = end > at ? numberIn(bytes, at, end) : null;
        return end;
      }
      case 'passed over':
        return this.#cellEnd(bytes, at);
      case 'nameless':
      case 'fallback':
      case 'keep_trying':
        return at;
      default:
        return readFlag(kind, bytes, at, line);
    }
  }

  #readOwn(place: number, bytes: Buffer, at: number): number {
    const { isKept, watched } = this.#options;
    const end = this.#cellEnd(bytes, at);
    if (end < 0) return -1;
    const watch = watched?.[place] ?? WATCHED.none;
    if (watch === WATCHED.numbers && (isDigit(bytes[at]!) || bytes[at] === BLANK)) return -1;
    if (watched && !this.#asideAt.includes(place)) this.own = withCell(this.own, bytes, at, end);
    if (!isKept && watch < WATCHED.all) return end;
    const cell = end === at ? '' : bytes.toString('utf8', at, end).trim();
    this.cells[place] = cell;
    if (isKept) this.#line.extra.push(unguarded(cell));
    return end;
  }

  /** Neither half of an area code begins with 0 or 1. */
  #readAreaCode(bytes: Buffer, at: number, line: Line): number {
    const end = digitsEnd(bytes, at);
    line.areaCode = null;
    if (end === at) return end;
    if ((end - at !== 3 && end - at !== 6) || bytes[at]! < TWO) return -1;
    this.#code = numberIn(bytes, at, at + 3);
    line.areaCode = CODES[this.#code]!;
    if (end - at === 3) return end;
    line.areaCode += CODES[numberIn(bytes, at + 3, end)]!;
    return bytes[at + 3]! < TWO ? -1 : end;
  }

  /** Of a cell that says nothing about its line. */
  #cellEnd(bytes: Buffer, from: number): number {
    const delimiter = this.#delimiter;
    let at = from;
    for (let byte = bytes[at]; byte !== delimiter && byte !== LF && byte !== CR; byte = bytes[at])
      at += 1;
    return mayTell(bytes, from, at) && isTelling(bytes.toString('utf8', from, at).trim()) ? -1 : at;
  }

  /** Whether the whole line is right, and there is nothing to say about it. */
  #fits({ areaCode, type, quantity, fillQuantity, distance, allowOverlay }: Line): boolean {
    if (quantity === 0 || quantity > QUANTITY_MAX) return false;
    if ((fillQuantity && quantity > ORDER_MAX) || allowOverlay === true) return false;
    if (distance !== null && distance > DISTANCE_MAX) return false;
    if (isTollFree(type)) return areaCode === null;
    if (areaCode === null) return false;
    if (areaCode.length > 3) return this.#areaCodes.isRight(type, areaCode);
    // A plan of a million lines names a few hundred.
    const right = this.#right[type];
    if (right[this.#code] === 0)
      right[this.#code] = Number(this.#areaCodes.isRight(type, areaCode));
    return right[this.#code] === 1;
  }
}

function kindsOf({ names, at, extraAt, namelessAt }: Header): Kind[] {
  return names.map((_, place) => {
    if (namelessAt.includes(place)) return 'nameless';
    if (extraAt.includes(place)) return 'own';
    return COLUMN_NAMES.find((name) => at[name] === place) ?? 'passed over';
  });
}

function digitsEnd(bytes: Uint8Array, from: number): number {
  const most = from + DIGITS_MAX;
  let at = from;
  while (at < most && isDigit(bytes[at]!)) at += 1;
  return at;
}

function numberIn(bytes: Uint8Array, from: number, end: number): number {
  let value = 0;
  for (let at = from; at < end; at++) value = value * 10 + bytes[at]! - ZERO;
  return value;
}

/** Where it is when there is no name of a type. */
function readType(bytes: Uint8Array, at: number, line: Line): number {
  line.type = 'local';
  for (const { type, word } of TYPES) {
    if (!begins(bytes, at, word)) continue;
    line.type = type;
    return at + word.length;
  }
  return at;
}

function begins(bytes: Uint8Array, from: number, word: Uint8Array): boolean {
  for (let at = 0; at < word.length; at++) if (bytes[from + at] !== word[at]) return false;
  return true;
}

/** 0, 1, or a blank. */
function readFlag(column: Column, bytes: Uint8Array, at: number, line: Line): number {
  const byte = bytes[at];
  const isFlag = byte === ZERO || byte === ZERO + 1;
  const { field, blank } = DESCRIBED.get(column)!;
  (line as Record<string, unknown>)[field] = isFlag ? byte !== ZERO : blank;
  return isFlag ? at + 1 : at;
}
