import { nearMiss } from '../reading/index.ts';
import { COLUMN_NAMES, COLUMNS, type Column, columnOf } from './columns.ts';
import { shown } from './plan-error.ts';
import { unwrapped } from './spreadsheet.ts';
import { NOT_BOUGHT, PACKS, SITE } from './words.ts';

/** Words as short as `type` are near to too many good names. */
const MISSPELLABLE = COLUMN_NAMES.filter((name) => name.length > 4);

/** How a plan names an exchange, which lists of carriers have in a column of its own. */
export const BY_EXCHANGE =
  'An exchange counts only in area_code: write its 6 digits (NPANXX) there.';

/** As near to `fallback` as a slip, and yet a word that such lists use. */
const OTHER_WORDS = /^call ?backs?$/i;

const BUYS_ANYWAY =
  'Each row is bought whatever is written there. To skip a row, set its quantity to 0.';

/** What else a plan may count, or how often. A `Month` by itself is a name. */
const UNITS =
  `${PACKS}|units?|uoms?|units? of measure(?:ment)?|multipliers?|multiples?|multiply(?: by)?|` +
  'factors?|each|x|times|copies|repeats?|terms?|months|' +
  'years|duration|(?:%|percent(?:age)?s?|pct|share)(?: of .*)?|' +
  '(?:pack(?:age)?|block|batch|bundle|lot|case|set|box) ?(?:size|pack|count)s?|' +
  '(?:grand )?totals?(?: (?:numbers|dids|tns|lines|phones|units|qty|quantity|count))?';

/** In a name of a quantity: units, or numbers that are there already. */
const NOT_TO_BUY = new RegExp(
  `\\b(?:${PACKS}|000s?|per|x ?\\d+|weekly|monthly|yearly|annual|usd|cad|eur|gbp)\\b|[%$€£]|` +
    `\\/ ?(?:${SITE}|mo|wk|yr)\\b|[([{] ?(?:k|m|pct|percent|daily) ?[)\\]}]|` +
    `(?:^|[([{] ?| )(?:${NOT_BOUGHT}|on hand|available)(?= ?[)\\]}]|$| q)`,
);

/** Whether a name means a quantity of something else than single numbers: `Qty in hundreds`. */
export function countsOtherwise(name: string): boolean {
  const words = wordsOf(name);
  const isQuantity = HINT_OF_QUANTITY.test(words) || columnOf(beforeBracket(name)) === 'quantity';
  return isQuantity && NOT_TO_BUY.test(words) && !/\bmax/.test(words);
}

const BEFORE = '(?:already |do not |don.?t |to |on |bereits )?';
const DEEDS =
  `${NOT_BOUGHT}|voided|reserved|` +
  'buy|purchase|include[ds]?|active|enabled|approved?|hold|hand|(?:still )?need(?:ed)?|wanted|' +
  'confirmed|adjusted|adjustments?|missing|balance|versions?|rev(?:ision)?s?|revised|actions?|' +
  'decisions?|proceed|request type|order type|open|remaining|outstanding|left|offen|restmenge|' +
  'reste|pendiente|statut';
/** By itself `Order` may be the order's number. */
const ORDER = '(?:do not |don.?t |to |on )order|order ?\\?';
/** Which numbers of an area code are meant. */
const DIGITS =
  '(?:vanity|pattern|contains|(?:starts?|begins?|ends?|starting|beginning|ending) (?:with|in)|' +
  'last (?:4|four)|(?:desired|preferred|requested|specific) (?:numbers?|dids?|tns?|digits?)|' +
  'consecutive|sequential|contiguous)(?: digits?| numbers?)?s?';

/** What people add to a question, as in `Buy? (Y/N)`. */
const MARKS = '[ ?*:!]*(?:[([{].*)?';

/** Other lists have columns of these names to choose what is bought. Ours do not. */
const WISHES: readonly [names: RegExp, advice: string][] = [
  [/\bnxx\b|^(?:(?:exchange|prefix|central office|co)(?:es|s)?(?: code)?)$/, BY_EXCHANGE],
  [/^(?:order |max )?(?:prices?|costs?|budget)$|^(?:order )?status(?: of orders?)?$/, BUYS_ANYWAY],
  [
    new RegExp(`^(?:${BEFORE}(?:${DEEDS})(?: (?:on|at|by|date))?|${ORDER})${MARKS}$`, 's'),
    BUYS_ANYWAY,
  ],
  [
    new RegExp(`^(?:${UNITS})${MARKS}$|\\bper\\b`, 's'),
    'A row buys as many single numbers as its quantity says.',
  ],
  [
    /^rate ?cent(?:er|re)s?(?: names?)?$/,
    'An area code of 3 digits buys anywhere in it; one of 6 digits (NPANXX) names an exchange.',
  ],
  [
    new RegExp(`^${DIGITS}${MARKS}$`, 's'),
    'A row buys whatever numbers of its area code the vendor chooses.',
  ],
  [/\b(?:skip(?:ped)?|ignored?|excluded?|omit(?:ted)?)\b/, BUYS_ANYWAY],
];

const HINT_OF_QUANTITY = COLUMNS.find(({ name }) => name === 'quantity')!.hint;

/** First what says most: `Fallback miles` is about no distance. */
const HINTED = COLUMNS.toSorted(
  (a, b) => Number(b.name === 'fallback') - Number(a.name === 'fallback'),
);

/** The column that a name with a remark in brackets means, as in `Quantity (max 25)`. */
function bracketedColumn(name: string): Column | undefined {
  if (!/[([{]/.test(name) || countsOtherwise(name)) return undefined;
  return columnOf(beforeBracket(name));
}

function beforeBracket(name: string): string {
  return name.replace(/[([{].*$/s, '');
}

/** The column that a name means where no other name does, as in `How many` or `Area`. */
function looseColumn(name: string): Column | undefined {
  return COLUMNS.find(({ loose }) => loose?.test(wordsOf(name)))?.name;
}

/** The ways in which a name means a column, the surest first. */
export const READINGS = [columnOf, bracketedColumn, looseColumn] as const;

type Meaning = { column: Column; reading: (typeof READINGS)[number] };

/** The column that a name means, and how surely. */
export function meaningOf(name: string): Meaning | undefined {
  for (const reading of READINGS) {
    const column = reading(name);
    if (column !== undefined) return { column, reading };
  }
  return undefined;
}

/** The column that a cell of the header means. */
export function columnFor(cell: string): Column | undefined {
  return meaningOf(unwrapped(cell))?.column;
}

/** Whether a row is certainly a header: it names a quantity, and an area code or a type. */
export function namesEnough(cells: readonly string[]): boolean {
  const columns = cells.map(columnFor);
  return (
    columns.includes('quantity') && (columns.includes('area_code') || columns.includes('type'))
  );
}

/** The column that another name may mean. */
export function nearColumn(name: string): Column | undefined {
  if (OTHER_WORDS.test(name.trim())) return undefined;
  const slip = nearMiss(name, MISSPELLABLE) as Column | undefined;
  if (slip !== undefined) return slip;
  return bracketedColumn(name) ?? HINTED.find(({ hint }) => hint.test(wordsOf(name)))?.name;
}

/**
 * What to do about another name by which a person may steer the purchase. `taken`: the name of the
 * plan's that stands for a column already.
 */
export function adviceOn(
  name: string,
  taken: (column: Column) => string | undefined,
): string | undefined {
  const near = nearColumn(name);
  const other = near && taken(near);
  if (other !== undefined) return `${near} is read from "${shown(other)}".`;
  return (
    WISHES.find(([names]) => names.test(wordsOf(name)))?.[1] ??
    (near && `If you meant ${near}, write that name.`)
  );
}

/** In lower case, with single blanks for what else separates its words. */
export function wordsOf(name: string): string {
  return name
    .replace(/([a-z]{2})([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
}
