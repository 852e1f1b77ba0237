import { nameKey } from '../name-key.ts';
import { NUMBER_TYPES, type NumberType } from '../number-type.ts';
import { remembering } from '../remembering.ts';
import { TOLL_FREE, typeNamed } from './cells.ts';
import type { Header } from './header.ts';
import { unwrapped } from './spreadsheet.ts';

/** Words of a column of the plan's own by which its row is something else than a line to buy. */
const TOTALS = [
  'total totals grandtotal grandtotals subtotal subtotals overalltotal sumtotal totalnumbers',
  'totalquantity totalqty totaldids totallines sum summe gesamt gesamtsumme insgesamt endsumme',
  'zwischensumme somme totalgénéral totalgeneral soustotal suma sumatotal sumar soma totalgeral',
  'totale totalegenerale subtotale somma totaal eindtotaal subtotaal som summa totalt totalsumma',
  'ialt yhteensä razem sumacałkowita celkem összesen toplam geneltoplam 合計 総計 小計 合计 总计',
  '小计 总和 합계 총계 소계 σ ∑ σύνολο итого всего сумма підсумок المجموع الإجمالي סהכ',
].flatMap((words) => words.split(' '));

const IS_TOTAL = new Set(TOTALS);

/** Whether a cell says nothing but that its row is a total, as in `Grand Total:`. */
export function saysTotal(cell: string): boolean {
  if (cell.length > LONGEST || /^[\d=]/.test(cell)) return false;
  return IS_TOTAL.has(nameKey(cell.replace(/\(.*$/s, '')).replace(/[^\p{L}∑]/gu, ''));
}

/** Whether the last word of a cell is that of a total, as in `New York total`. */
export function endsAsTotal(cell: string): boolean {
  const [word = cell] = cell.length > LONGEST ? [] : (/[\p{L}-]+[ .:]*$/u.exec(cell) ?? []);
  return word !== cell && saysTotal(word);
}

/** Whether a cell begins with a word for a total, as in `Total NY`: it may be a customer's name. */
export function beginsAsTotal(cell: string): boolean {
  return cell.length <= LONGEST && BEGINS_AS_TOTAL.test(cell);
}

const ALL = 'all|alle|overall|tous|toutes|todos|todas';
const BEGINS_AS_TOTAL = new RegExp(`^(?:${ALL}|${TOTALS.join('|')})(?![\\p{L}\\d])`, 'iu');

/** The type that a cell of the plan's own names. `800` may be any number. */
export function typeSaid(cell: string): NumberType | undefined {
  if (cell.length > LONGEST || !/^\p{L}/u.test(cell)) return undefined;
  const word = cell.replace(/,? (?:please|pls|bitte)$/i, '');
  return typeNamed(word) ?? (TOLL_FREE.test(word) ? 'tollfree' : undefined);
}

/** Where the plan's own column right behind the quantity is; -1: there is none. */
export function besideQuantity({ at, extraAt }: Header): number {
  return at.quantity >= 0 && extraAt.includes(at.quantity + 1) ? at.quantity + 1 : -1;
}

/** Of a column that is read from the bytes; by then it is known to hold numbers. */
export const NUMBERS_LOOKED_AT = 1_000;

/** So far down the plan's own columns are read as cells, to see what they hold. */
export const LINES_LOOKED_AT = 1_000;

/** What follows a word that stands by itself. A name goes on: `Hold-Fast LLC`, `Old 97 Diner`. */
export const WORD_ENDS = '$|[^\\p{L}\\d -]|-$| -';
const ENDS = `(?=${WORD_ENDS}|\\s+(?:until|till|by|for|per|pending|since|on|\\d))`;

const BUY = '(?:order|buy|purchase|use|send|include|process)\\b';
const GOT = '(?:have|got|own|done|there|in use|ordered|bought|purchased|delivered|received)\\b';
const DECISION = '(?:approval|confirmation|confirmed|approved|decided|determined|sign.?off)\\b';
const CANCELLED =
  'cancel(?:l?ed|l?ation)?|skip(?:ped)?|ignored?|excluded?|removed?|deleted?|withdrawn|' +
  'reject(?:ed)?|declined|denied|on[ -]hold|hold(?:[ -]off)?|delivered|received|postponed|' +
  'duplicate|done|closed|archived|fulfilled|ordered|bought|purchased|completed?|pending|inactive|' +
  'obsolete|superseded|replaced|dropped|disconnect(?:ed)?|ported(?: in| out)?|existing|maybe|' +
  'void|stop(?:ped)?|scrapped|abandoned|paused|draft|optional|tentative|tbd|tbc|tba|later|' +
  'not yet|outdated|corrected|correction|sold out|unavailable|storniert|erledigt|annulée?|' +
  'cancelad[oa]|anulad[oa]|annullato';

/**
 * How notes say that their line, or a part of it, is not to be bought: first words, and what comes
 * after them. The first two letters of a word are plain, and so is its third character.
 */
const NOT_WANTED: readonly [first: string, then: string][] = [
  ['do not|don.?t|never', ` ${BUY}`],
  ['not|no longer', ' (?:needed|wanted|required|approved|ordered)\\b'],
  ['already', ` ${GOT}`],
  ['pending|awaiting|needs|to be', ` ${DECISION}`],
  ['not', ' (?:(?:available|interested|before|until|now|this|any ?more)\\b|\\d)'],
  ['check|verify|confirm', ' (?:with|first|before)\\b'],
  ['if', ' (?:approved|available|budget|needed|possible|required)\\b'],
  ['have|got|we have|at most|up to|no more than|not more than|make it|should be', ' \\d'],
  ['or', ' (?:line )?\\d{1,3}(?![\\d-])'],
  ['instead of|in place of|alternative to', ' (?:line )?\\d'],
  ['replaced?', ' (?:by|with) \\d'],
  ['duplicate|copy|repeat', ' of\\b'],
  ['ignore|cancel|delete|remove', ' (?:this|it|line|row|order)\\b'],
  ['no', ' (?:need|thanks)\\b'],
  ['test|example', ' (?:only|line|row)\\b'],
  ['only|just|max|maximum|nur|seulement|sólo|solo', ' (?:(?:need|want|order|buy) )?\\d'],
  ['reduced?|changed?|was|were|use', ' (?:to )?\\d'],
  ['client|customer', ' cancel'],
  ['wait|waiting', ' (?:for|on|until)\\b'],
  ['out of', ' (?:budget|stock)\\b'],
  [CANCELLED, ENDS],
  ['old', `(?=${WORD_ENDS})`],
  ['nicht', ' (?:bestellen|kaufen|benötigt)'],
  ['bereits|schon', ' (?:bestellt|gekauft|vorhanden|erledigt)'],
  ['ne pas|pas', ' (?:commander|acheter)'],
  ['déjà', ' (?:commandé|acheté)'],
  ['no', ' (?:comprar|pedir)'],
  ['ya', ' (?:comprado|pedido)'],
];

const SITE =
  'sites?|locations?|stores?|shops?|offices?|branch|building|floor|city|state|region|market|' +
  'customer|client|account|person|user|agent|employee|seat|team|department|campaign|number|line|' +
  'area code|code|day|week|month|quarter|year';
const PACKS = 'dozens|pairs|sets|packs|blocks|boxes|bundles|hundreds|thousands';

/** How notes say that a quantity counts something else, or is to be multiplied. */
const MULTIPLIES: readonly [first: string, then: string][] = [
  ['each', '\\b'],
  ['per', ` (?:each )?(?:${SITE})\\b`],
  ['for', ' (?:each|every|both)\\b'],
  ['in', ` (?:${PACKS})\\b`],
  ['times|multiply|multiplied', ' (?:by )?\\d'],
  ['double', ' (?:this|the|it|qty|quantity)\\b'],
  ['twice', '$'],
];
const POLITE = 'please|pls|bitte';
const SAYS_NOT_WANTED = beginsLike(NOT_WANTED);
const SAYS_MULTIPLIED = beginsLike(MULTIPLIES);
const MULTIPLIED_NUMBER = new RegExp(
  '^[^\\p{L}\\d]*(?:[x×] ?\\d+(?: (?:each|per|for)\\b.*)?|\\d+ ?[x×]|' +
    `\\d+ ?(?:each|ea|apiece|per|for (?:each|every))\\b.*|\\d+ ?(?:dozen|${PACKS})(?: of .*)?)$`,
  'iu',
);

function beginsLike(words: readonly [first: string, then: string][]): RegExp {
  const ways = words.map(([first, then]) => `(?:${first})${then}`);
  return new RegExp(`^[^\\p{L}\\d]*(?:(?:${POLITE}) )?(?:${ways.join('|')})`, 'iu');
}

/** Whether a cell of the plan's own says that its line may mean several times its quantity. */
export function saysMultiplied(cell: string): boolean {
  return SAYS_MULTIPLIED.test(cell) || MULTIPLIED_NUMBER.test(cell);
}

/** Whether a cell of the plan's own says that its line, or a part of it, is not to be bought. */
export function saysNotWanted(cell: string): boolean {
  return SAYS_NOT_WANTED.test(cell);
}

/** Whether a person should look at the row: it is then read as cells, never from the bytes. */
export const isTelling = remembering((cell): boolean => {
  const text = unwrapped(cell);
  return (
    saysTotal(text) ||
    endsAsTotal(text) ||
    beginsAsTotal(text) ||
    typeSaid(text) !== undefined ||
    saysNotWanted(text) ||
    saysMultiplied(text)
  );
});

/** In characters: what is longer says more than a total or a type. */
const LONGEST = 40;

const FIRST_WORDS = [
  ...[...TOTALS, ALL, ...NUMBER_TYPES, 'tf', 'tfn', 'tfs'],
  ...[POLITE, ...[...NOT_WANTED, ...MULTIPLIES].map(([first]) => first)].flatMap((words) =>
    words.split('|'),
  ),
];

/**
 * 1 where a telling word begins with these letters, also with a blank or a sign among them, or a
 * word for a total ends with them. Tables are quick, and each cell asks.
 */
const BEGINNINGS = new Uint8Array(32_768);
const ENDS_OF_TOTALS = new Uint8Array(32_768);
for (const word of TOTALS) {
  const bytes = Buffer.from(word);
  ENDS_OF_TOTALS[beginningOf(bytes, bytes.length - 3, bytes.length)] = 1;
}
for (const word of FIRST_WORDS) {
  for (const length of [2, 3]) {
    const bytes = Buffer.from(word.slice(0, length));
    BEGINNINGS[beginningOf(bytes, 0, bytes.length)] = 1;
  }
}

/** Of the first three letters, or two, without their case. */
function beginningOf(bytes: Uint8Array, at: number, end: number): number {
  const third = at + 2 < end && isLetter(bytes[at + 2]!) ? bytes[at + 2]! & 31 : 0;
  return ((bytes[at]! & 31) << 10) | ((bytes[at + 1]! & 31) << 5) | third;
}

/** Whether a cell may be telling, by its bytes: a text of each cell takes too long to make. */
export function mayTell(bytes: Uint8Array, at: number, end: number): boolean {
  if (end === at) return false;
  if (mayEndAsTotal(bytes, at, end)) return true;
  if (isDigit(bytes[at]!)) return mayMultiply(bytes, at, end);
  if (!isLetter(bytes[at]!) || !isLetter(bytes[at + 1]!)) return true;
  return BEGINNINGS[beginningOf(bytes, at, end)] === 1;
}

/** After digits and a blank, the first letters of `x`, `×`, `each`, `per`, `for` and of packs. */
const AFTER_NUMBERS = new Set(Buffer.from('xXeEaApPfFdDsSbBhHtT×'));

function mayMultiply(bytes: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end && isDigit(bytes[at]!)) at += 1;
  if (bytes[at] === 32) at += 1;
  return at < end && AFTER_NUMBERS.has(bytes[at]!);
}

function mayEndAsTotal(bytes: Uint8Array, from: number, cellEnd: number): boolean {
  let end = cellEnd;
  while (end > from && isAfterWords(bytes[end - 1]!)) end -= 1;
  if (bytes[end - 1]! > 127) return true;
  return end - from >= 3 && ENDS_OF_TOTALS[beginningOf(bytes, end - 3, end)] === 1;
}

/** A blank, a colon or a point; a carriage return ends no cell. */
function isAfterWords(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 58 || byte === 46;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

function isLetter(byte: number): boolean {
  return (byte | 32) >= 97 && (byte | 32) <= 122;
}
