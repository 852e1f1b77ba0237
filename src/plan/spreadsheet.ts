/** What spreadsheets do to cells, and what keeps them from doing more. */

/** A formula begins with one of these; Numbers takes the full-width ones too. */
const SIGNS = '=+\\-@\\uff1d\\uff0b\\uff0d\\uff20';
/** A cell begins after one of these, depending on the spreadsheet's country. */
const BEGINNING = '(^|[,;|\\t\\r\\n])([^\\S\\t\\r\\n]*)';
const FORMULA = new RegExp(`${BEGINNING}([${SIGNS}])`, 'g');
const GUARD = new RegExp(`${BEGINNING}'(?=[${SIGNS}])|^'(?=[\\t\\r])`, 'g');

/**
 * A text as a cell that no spreadsheet runs as a formula, with any separator: an apostrophe comes
 * before each sign that could begin one. Reading a plan removes it. The blanks around the text go,
 * because a formula that begins with a blank runs too.
 */
export function guarded(text: string): string {
  return text.trim().replace(FORMULA, "$1$2'$3");
}

/** Removes the apostrophes of `guarded` and other writers: repeated writing changes nothing. */
export function unguarded(cell: string): string {
  return cell.includes("'") ? cell.replace(GUARD, '$1$2') : cell;
}

const KEPT_AS_TEXT = /^="([^"]*)"$/;

/** What word processors make of an apostrophe before a cell, and of quotes around it. */
const CURLY = /^[\u2018-\u201f]\s*(.*?)\s*[\u2018-\u201f]?$/s;

const BLANK = 32;
const APOSTROPHE = 39;
const SLASH = 47;
const EQUALS = 61;
const DELETE = 127;

/** The text of a cell that is kept as text: Excel writes `="212"`, people write `'212`. */
export function unwrapped(cell: string): string {
  // Most cells have a digit or a letter at both ends, and nothing to remove.
  const first = cell.charCodeAt(0);
  const last = cell.charCodeAt(cell.length - 1);
  if (first > SLASH && first < DELETE && first !== EQUALS && last > BLANK && last < DELETE) {
    return cell;
  }
  const text = first === APOSTROPHE ? cell.slice(1).trim() : cell.trim().replace(CURLY, '$1');
  if (text.charCodeAt(0) !== EQUALS) return text;
  return KEPT_AS_TEXT.exec(text)?.[1]?.trim() ?? text;
}

/** Without the blanks and dashes of word processors, and the `.0` or `,00` that programs add. */
export function plain(cell: string): string {
  return cell
    .replace(/\p{Zs}+/gu, ' ')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/^(\d+)(?:\.0{0,2}|,0{1,2})$/, '$1');
}

/**
 * Returns a function that puts quotes around each bare `="212"` of a text, block by block. Each
 * block ends with a line. Quoted cells stay.
 */
export function formulaQuoter(delimiter: string): (block: string) => string {
  const cell = `(^|[\\r\\n${delimiter}] *)="([^"\\r\\n]*)"(?= *(?:[\\r\\n${delimiter}]|$))`;
  const tokens = new RegExp(`"[^"]*(?:""[^"]*)*("?)|${cell}`, 'g');
  let isOpen = false;
  return (block) => {
    if (!block.includes('="')) {
      if (quotesIn(block) % 2 === 1) isOpen = !isOpen;
      return block;
    }
    const opening = isOpen ? '"' : '';
    isOpen = false;
    const quoted = `${opening}${block}`.replace(
      tokens,
      (token, closing: string | undefined, before: string, content: string) => {
        if (closing === undefined) return `${before}"=""${content}"""`;
        if (closing === '') isOpen = true;
        return token;
      },
    );
    return quoted.slice(opening.length);
  };
}

function quotesIn(text: string): number {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes++;
  return quotes;
}

/** Invisible characters, which belong in no number and no name of ours. */
export const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}\u2800\ufff9-\ufffb]/u;
