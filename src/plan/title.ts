import type { Header } from './header.ts';
import type { Row } from './plain-rows.ts';
import { shown, type Warning } from './plan-error.ts';
import { unwrapped } from './spreadsheet.ts';
import { tellsOfList } from './words.ts';

const TOLL_FREE = /toll[ -]?free|true ?800/i;

/** Texts of a title that are named. */
const NAMED = 3;

/**
 * Says which rows above the header are skipped. A person must answer where they say something of
 * the whole list: that it counts in dozens, is a draft, or is of another type than its lines have.
 */
export function rowsAbove(above: readonly Row[], { line, at }: Header): Warning {
  const texts = above.flatMap(({ cells }) => cells.map(unwrapped)).filter((text) => text !== '');
  const telling = texts.find((text) => tellsOfList(text) || (at.type < 0 && TOLL_FREE.test(text)));
  const skipped =
    line === 2 ? 'The line above it is skipped' : `The ${line - 1} lines above it are skipped`;
  const start = `The header row is line ${line}. ${skipped}`;
  if (telling !== undefined) {
    const message =
      `${start}, and "${shown(telling)}" there changes nothing: each line is bought as it ` +
      'stands.';
    return { line, column: '', message, needsAnswer: true };
  }
  const named = texts.slice(0, NAMED).map((text) => `"${shown(text)}"`);
  if (texts.length > NAMED) named.push('…');
  const list = named.length > 0 ? `: ${named.join(', ')}` : '';
  return { line, column: '', message: `${start}${list}.` };
}
