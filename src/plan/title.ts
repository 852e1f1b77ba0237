import type { Header } from './header.ts';
import type { Row } from './plain-rows.ts';
import { shown, type Warning } from './plan-error.ts';
import { unwrapped } from './spreadsheet.ts';
import { WORD_ENDS } from './telling-cell.ts';

/** What else than single numbers a list may count. */
const UNITS =
  'tens|dozens?|hundreds?|thousands?|packs?|blocks?|sets|bundles?|batch(?:es)?|000s?|dutzend|' +
  'hundert|tausend|douzaines?|centaines?|milliers?|docenas?|cientos';

/** That a list is none of numbers to buy, or not yet: at an end, or with what is meant. */
const STATES =
  'draft|proposals?|proposed|tentative|forecast|examples?|samples?|templates?|tests?|dummy|' +
  'cancel(?:l?ed|lations?|ations?)?|hold|skip(?:ped)?|excluded?|removed?|deleted?|' +
  'disconnect(?:s|ed|ions?)?|released?|port(?:ed|ing)|existing|current|inventory|owned|in use|' +
  'in stock|have|bought|purchased|ordered|delivered|received|completed?|done|closed|archived?|' +
  'old|obsolete|superseded|replaced|void|rejected|declined|postponed|entwurf|beispiel|' +
  'storniert|bestand|brouillon|exemple|annulée?s?|borrador|ejemplo|cancelad[ao]s?|anulad[ao]s?';
const MEANT =
  'numbers?|orders?|lines?|lists?|plans?|dids?|inventory|requests?|items?|rows?|quantit(?:y|ies)|' +
  'data|only|version|stock|until|till|by|for|per|pending|since|on|now|already|20\\d\\d';

/** The same in phrases: a word of these alone may be of a name. */
const PHRASES =
  'do not|don.?t|not (?:yet|for|to|final|approved|ordered|needed|wanted|bought|purchased)|never|' +
  'already|to be (?:released|ported|cancel\\w+)|nicht|bereits|déjà|pas (?:encore|commander)|' +
  'per (?:site|location|store|office|line|row|month|week|day)|for each|each (?:line|row|site)';

/** Neither begins nor goes on within a word, a number or a name such as `Not-for-profit`. */
const TELLS = new RegExp(
  `(?<![\\p{L}\\d:.,-])(?:(?:in|are|as|of|by) (?:${UNITS})(?![\\p{L}\\d-])|` +
    `(?:${STATES})(?=${WORD_ENDS}|\\s(?:${MEANT})(?![\\p{L}\\d-]))|` +
    `(?:${PHRASES})(?![\\p{L}\\d-]))|^(?:${UNITS})$|\\((?:${UNITS})\\)|` +
    '(?<![\\d-] ?)\\bx ?\\d{1,3}$',
  'iu',
);
const TOLL_FREE = /toll[ -]?free|true ?800/i;

/** Texts of a title that are named. */
const NAMED = 3;

/**
 * Says which rows above the header are skipped. A person must answer where they say something of
 * the whole list: that it counts in dozens, is a draft, or is of another type than its lines have.
 */
export function rowsAbove(above: readonly Row[], { line, at }: Header): Warning {
  const texts = above.flatMap(({ cells }) => cells.map(unwrapped)).filter((text) => text !== '');
  const telling = texts.find((text) => TELLS.test(text) || (at.type < 0 && TOLL_FREE.test(text)));
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
