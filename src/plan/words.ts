import { nameKey } from '../reading/index.ts';

/**
 * Words by which lists say that a row, a column or the whole list is not what it seems. Notes,
 * titles and names of columns use the same ones. The first two letters of a word are plain, and so
 * is its third character: `mayTell` looks at them.
 */

/** That something is not to be bought, or not now, or was bought already. */
export const NOT_BOUGHT =
  'cancel(?:l?ed|l?ations?)?|skip(?:ped)?|ignored?|excluded?|removed?|deleted?|withdrawn|' +
  'reject(?:ed)?|declined|denied|on[ -]hold|hold(?:[ -]off)?|delivered|received|shipped|' +
  'postponed|dup(?:e|licate)?s?|omit(?:ted)?|leave out|left out|done|closed|archived?|' +
  'fulfilled|ordered|bought|purchased|completed?|pending|inactive|disabled|obsolete|superseded|' +
  'replaced|dropped|disconnect(?:s|ed|ions?)?|' +
  'port(?:ed|ing)(?: in| out)?|existing|current|inventory|owned|in use|in stock|have|' +
  'released?|returned|maybe|void|stop(?:ped)?|scrapped|abandoned|paused|drafts?|optional|' +
  'tentative|proposals?|proposed|forecast|examples?|samples?|templates?|tests?|dummy|tbd|tbc|tba|' +
  'later|not yet|outdated|old(?! \\d)|corrected|correction|moved|' +
  'discontinued|' +
  'struck(?: out| through)?|crossed(?: |-)out|sold out|unavailable|storniert|erledigt|bestellt|' +
  'geliefert|bestand|entwurf|beispiel|annulée?s?|commandé|livré|brouillon|exemple|' +
  'cancelad[oa]s?|anulad[oa]s?|entregado|borrador|ejemplo|annullato';

/** What else than single numbers a list may count. */
export const PACKS =
  'tens|dozens?|hundreds?|thousands?|packs?|blocks|sets|bundles|batches|boxes|pairs|' +
  'dutzend|hundert|tausend|douzaines?|centaines?|milliers?|docenas?|cientos';

/** Of what a list may count numbers. */
export const SITE =
  'sites?|locations?|stores?|shops?|offices?|branch|building|floor|city|state|region|market|' +
  'customer|client|account|person|user|agent|employee|seat|team|department|campaign|number|line|' +
  'area code|code|day|week|month|quarter|year|row';

/** What follows a word that stands by itself. A name goes on: `Hold-Fast LLC`. */
const WORD_ENDS = '$|[^\\p{L}\\d -]|-$| [-(/]';
/** The same of a word in a note, and of one in a title. */
const GOES_ON = 'until|till|by|for|from|in|to|last|per|pending|since|on|please|pls|this|these|it';
const NOTE_ENDS = `(?=${WORD_ENDS}|\\s+(?:(?:${GOES_ON})(?!\\p{L})|\\d))`;
const MEANT =
  'numbers?|orders?|lines?|lists?|plans?|dids?|inventory|requests?|items?|rows?|quantit(?:y|ies)|' +
  'data|only|version|stock|until|till|by|for|per|pending|since|on|now|already|20\\d\\d';
const TITLE_ENDS = `(?=${WORD_ENDS}|\\s(?:${MEANT})(?![\\p{L}\\d-]))`;

const BUY = '(?:order|buy|purchase|place|need|want|use|send|include|process|proceed)\\b';
const GOT =
  '(?:(?:have|got|own|done|there|in use|ordered|bought|purchased|delivered|received)\\b|' +
  'bestellt|gekauft|vorhanden|erledigt|commandé|acheté|comprado|pedido)';
const DECISION = '(?:approval|confirmation|confirmed|approved|decided|determined|sign.?off)\\b';

type Ways = readonly (readonly [first: string, then: string])[];

/** How texts say that something, or a part of it, is not wanted: first words, and what follows. */
const NOT_WANTED: Ways = [
  ['do not|don.?t|will not|won.?t|never', ` ${BUY}`],
  ['draft|proposal', ' v?\\d'],
  ['nicht|ne pas|pas|no', ' (?:bestellen|kaufen|benötigt|commander|acheter|encore|comprar|pedir)'],
  [
    'not|no longer',
    ' (?:(?:yet )?(?:needed|wanted|required|approved|ordered|bought|final|to|available|' +
      'interested|before|until|now|this|any ?more)\\b|\\d)',
  ],
  ['already|bereits|schon|déjà|ya', ` ${GOT}`],
  ['pending|awaiting|needs|to be', ` (?:${DECISION}|(?:released|ported|cancel))`],
  ['check|verify|confirm', ' (?:with|first|before)\\b'],
  ['if', ' (?:approved|available|budget|needed|possible|required)\\b'],
  ['replaced?', ' (?:by|with) \\d'],
  ['see|same as|included in|part of|replaces|supersedes|as', ' (?:line|row|above|below)\\b'],
  ['dup|dupe|duplicate|copy|repeat', ' of\\b'],
  ['ignore|cancel|delete|remove', ' (?:this|it|line|row|order)\\b'],
  ['no', ' (?:need|thanks)\\b'],
  ['test|example', ' (?:only|line|row)\\b'],
  ['client|customer', ' cancel'],
  ['wait|waiting', ' (?:for|on|until)\\b'],
  ['out of', ' (?:budget|stock)\\b'],
];

/** The same with numbers. In a title they say nothing: `Total quantity: 300`. */
const NOT_THAT_MANY: Ways = [
  [
    'only|just|max|maximum|nur|seulement|sólo|solo|at most|up to|no more than|not more than|have|' +
      'got|we have|need|needs|want|make it|should be|was|were|use|qty|quantity|' +
      'increased?|raised?|reduced?|changed?|moved?',
    ':? (?:(?:to|need|want|order|buy) )?\\d',
  ],
  ['or|and|also|plus|split with|instead of|in place of', ' (?:line )?\\d{1,3}(?![\\d-])'],
  ['updated?|revised|next year', NOTE_ENDS],
];

/** Several of these, as in `for 3 stores`. */
const SOME = '(?:[2-9]|[1-9]\\d+|two|three|four|five|six|seven|eight|nine|ten|several)';

/** How texts say that a quantity counts something else, or is to be multiplied. */
const MULTIPLIES: Ways = [
  ['each', '\\b'],
  ['per', ` (?:each )?(?:${SITE})\\b`],
  ['for', ` (?:(?:each|every|both)\\b|${SOME} (?:${SITE})(?:e?s)?(?![\\p{L}\\d-]))`],
  ['in', ` (?:${PACKS})(?![\\p{L}\\d-])`],
  ['times|multiply|multiplied', ' (?:by )?\\d{1,3}\\b'],
  ['double', ' (?:this|the|it|qty|quantity)\\b'],
  ['twice', '$'],
];
/** May come before what a note says. */
const LEADS = 'please|pls|bitte|this|it|we|they|was|were|is|are|has|have|been';

/** Begins a note; and neither begins within a word or a number of a title. */
const IN_NOTE = `^[^\\p{L}\\d]*(?:(?:${LEADS}) )*`;
const IN_TITLE = '(?<![\\p{L}\\d:.,-])';

function texts(start: string, ways: Ways): RegExp {
  return new RegExp(
    `${start}(?:${ways.map(([first, then]) => `(?:${first})${then}`).join('|')})`,
    'iu',
  );
}

const NOTE_NOT_WANTED = texts(IN_NOTE, [
  ...[...NOT_WANTED, ...NOT_THAT_MANY, [NOT_BOUGHT, NOTE_ENDS] as const],
  [`\\d+ (?:already )?(?:${NOT_BOUGHT}|on hand)`, NOTE_ENDS],
]);
const NOTE_MULTIPLIES = texts(IN_NOTE, MULTIPLIES);
/** What is crossed out, by a sign over each letter or by the marks of other programs. */
const STRUCK = /[\u0335-\u0338]|^~~|^<(?:del|s|strike)>/i;
const MULTIPLIED_NUMBER = new RegExp(
  '^[^\\p{L}\\d]*(?:[x×] ?\\d+(?: (?:each|per|for)\\b.*)?|\\d+ ?[x×]|' +
    `\\d+ ?(?:each|ea|apiece|per|for (?:each|every))\\b.*|\\d+ ?(?:${PACKS})(?: of .*)?)$`,
  'iu',
);
const TITLE = texts(IN_TITLE, [
  ...[...NOT_WANTED, ...MULTIPLIES, [NOT_BOUGHT, TITLE_ENDS] as const],
  ['are|as|of|by', ` (?:${PACKS})(?![\\p{L}\\d-])`],
]);
const TITLE_UNIT = new RegExp(
  `^(?:${PACKS})$|\\((?:${PACKS}|000s?)\\)|(?<![\\d-] ?)\\bx ?\\d{1,3}$`,
  'iu',
);

/** Whether a cell of the plan's own says that its line, or a part of it, is not to be bought. */
export function saysNotWanted(cell: string): boolean {
  return NOTE_NOT_WANTED.test(cell) || STRUCK.test(cell);
}

/** Whether a cell of the plan's own says that its line may mean several times its quantity. */
export function saysMultiplied(cell: string): boolean {
  return NOTE_MULTIPLIES.test(cell) || MULTIPLIED_NUMBER.test(cell);
}

/** Whether a title says that its list is none to buy, or counts something else. */
export function tellsOfList(title: string): boolean {
  return TITLE.test(title) || TITLE_UNIT.test(title);
}

/** Words of a cell by which its row is a total. */
export const TOTALS = [
  'total totals grandtotal grandtotals subtotal subtotals overalltotal sumtotal totalnumbers',
  'totalquantity totalqty totaldids totallines sum summe gesamt gesamtsumme insgesamt endsumme',
  'zwischensumme somme totalgénéral totalgeneral soustotal suma sumatotal sumar soma totalgeral',
  'totale totalegenerale subtotale somma totaal eindtotaal subtotaal som summa totalt totalsumma',
  'ialt yhteensä razem sumacałkowita celkem összesen toplam geneltoplam 合計 総計 小計 合计 总计',
  '小计 总和 합계 총계 소계 σ ∑ σύνολο итого всего сумма підсумок المجموع الإجمالي סהכ',
  'average averages mean mittelwert moyenne carriedforward broughtforward übertrag',
].flatMap((words) => words.split(' '));

const IS_TOTAL = new Set(TOTALS);
/** In characters: what is longer says more than a total or a type. */
export const LONGEST = 40;

/** Whether a cell says nothing but that its row is a total, as in `Grand Total:`. */
export function saysTotal(cell: string): boolean {
  if (cell.length > LONGEST || /^[\d=]/.test(cell)) return false;
  return IS_TOTAL.has(nameKey(cell.replace(/\(.*$/s, '')).replace(/[^\p{L}∑]/gu, ''));
}

/** Words for a total with which names end, too: `Dim Sum`, `Lean & Mean`. */
const ENDS_NAMES = /^(?:sum|som|suma|soma|somma|mean|razem)$/i;

/**
 * Whether the last word of a cell is that of a total, as in `New York total` or `NY (total)`.
 * `isSum`: the row adds up to those above it, or nobody knows.
 */
export function endsAsTotal(cell: string, isSum = true): boolean {
  const [word = cell] = cell.length > LONGEST ? [] : (/[\p{L}-]+[ .:)\d]*$/u.exec(cell) ?? []);
  return word !== cell && saysTotal(word) && (isSum || !ENDS_NAMES.test(word));
}

const ALL = 'all|alle|overall|tous|toutes|todos|todas';
const BEGINS_AS_TOTAL = new RegExp(
  `^(?:((?:sub|grand)[ -]?totals?|zwischensumme)|(${ALL})|${TOTALS.join('|')})(?![\\p{L}\\d])`,
  'iu',
);
const NO_NAME = /^\s*[:(]|^\s+[-–]|^\s+(?:for|of|by|per|in|für|von|de|pour|para)\s/i;

/**
 * Whether a cell begins with a word for a total, as `Subtotal East`, `Total: NY` and `Sum of all`.
 * `Total Energies` is a customer: of other words `isKnown` must know the rest.
 */
export function beginsAsTotal(
  cell: string,
  isKnown = (_rest: string, _isAll: boolean) => true,
): boolean {
  if (cell.length > LONGEST) return false;
  const [begin, sure, all] = BEGINS_AS_TOTAL.exec(cell) ?? [];
  const rest = cell.slice(begin?.length);
  if (sure !== undefined || (begin && all === undefined && NO_NAME.test(rest))) return true;
  return begin !== undefined && isKnown(rest.trim(), all !== undefined);
}

/** Of a cell that speaks of all lines, as `Region: all`. */
export const OF_ALL = new RegExp(`(?<!\\p{L})(?:${ALL}|${TOTALS.join('|')})(?!\\p{L})`, 'iu');

/** With which the cells begin that are looked at. */
export const FIRST_WORDS = [
  ...[
    ...TOTALS,
    ALL,
    LEADS,
    NOT_BOUGHT,
    ...[...NOT_WANTED, ...NOT_THAT_MANY, ...MULTIPLIES].map(([first]) => first),
  ],
].flatMap((words) => words.replace(/\(\?[^()]*\)/g, '').split('|'));
