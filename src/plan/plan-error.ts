import type { Fault as PlanError } from '../documents/index.ts';
import { startOf } from '../harmless.ts';
import { INVISIBLE } from './spreadsheet.ts';

export type { Fault as PlanError, Warning } from '../documents/index.ts';

/** Errors of the whole file: the rows after them cannot be read, or not be trusted. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly errors: readonly PlanError[];

  constructor(...errors: PlanError[]) {
    super(errors.map(({ message }) => message).join(' '));
    this.errors = errors;
  }
}

/** An error of a row, or of the whole file, that is not about one column. */
export function rowError(line: number, found: string, expected: string, why: string): PlanError {
  return { line, column: '', found: shown(found), expected, message: why };
}

/** The longest piece of the file that is shown, in characters. */
const CHARACTERS_MAX = 60;

const EACH_INVISIBLE = new RegExp(INVISIBLE, 'gu');

/**
 * A piece of the file for people to read: one short line. Invisible characters are escaped, because
 * escape sequences would control the reader's terminal.
 */
export function shown(text: string): string {
  const start = startOf(text, CHARACTERS_MAX).trimEnd();
  const short = text.length > CHARACTERS_MAX ? `${start}…` : text;
  // In `5️⃣` the sign in the middle is part of what is seen.
  return short
    .replace(/\ufe0f(?=\u20e3)/g, '')
    .replace(/[\t\r\n]+/g, ' ')
    .replace(EACH_INVISIBLE, escaped);
}

/** `\u202A`; above U+FFFF as `\u{E0041}`. */
function escaped(character: string): string {
  const hex = codeOf(character);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex}`;
}

/** The code of a text's first character, in hex, four digits or more. */
export function codeOf(character: string): string {
  return character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
}
