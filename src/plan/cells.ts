import { count, counted } from '../english.ts';
import { NUMBER_TYPES, type NumberType } from '../number-type.ts';
import { QUANTITY_MAX } from '../order-size.ts';
import { NOT_APPLICABLE, nameKey, nearMiss } from '../reading/index.ts';
import { codeOf, type PlanError, shown } from './plan-error.ts';
import { INVISIBLE } from './spreadsheet.ts';

/**
 * Why a cell is invalid: what was expected, the end of a sentence that names the cell, and the
 * sentence after it; `Write …` by default.
 */
export type Problem = { expected: string; because: string; advice?: string };

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'because' in value;
}

/** The error of a cell, as the file has it. */
export function cellError(line: number, column: string, cell: string, problem: Problem): PlanError {
  const { expected, because, advice = `Write ${expected}.` } = problem;
  const found = shown(cell);
  const message = `${column}${found === '' ? '' : ` "${found}"`} ${because}. ${advice}`;
  return { line, column, found, expected, message };
}

export const DISTANCE_MAX = 10_000;

/** What each kind of cell is expected to hold, as the end of "Write …". */
export const EXPECTED = {
  areaCode: '3 or 6 digits, such as 212 or 212-555',
  quantity: `a whole number from 1 to ${count(QUANTITY_MAX)}`,
  distance: `whole miles, from 0 to ${count(DISTANCE_MAX)}`,
  flag: '0 or 1',
  type: `${NUMBER_TYPES.slice(0, -1).join(', ')} or ${NUMBER_TYPES.at(-1)}`,
} as const;

const TYPE_BY_WORD = new Map<string, NumberType>(
  NUMBER_TYPES.flatMap((type) => [[type, type] as const, [nameKey(type), type] as const]),
);
// As people and spreadsheets of several languages write them.
const YES = '1 yes y true x ja wahr oui vrai si sí verdadero ✓ ✔ ✅ ☑'.split(' ');
const NO = '0 no n false nein falsch non faux falso ✗ ✘ ❌ ✖ ☒ ☐'.split(' ');

// (212), ( 212 ), 212-555, 212.555, 212 555, (212) 555, +1 212, 1-212, 1 212; always 3 digits and
// perhaps 3 more, so that a whole phone number does not pass.
const AREA_CODE_SHAPE = /^(?:\+1[ .-]?|1[ -])?(?:(\d{3})|\( ?(\d{3}) ?\))(?: ?[-.]? ?(\d{3}))?$/;

/** Whether a text has the form of an area code, with any digits. */
export function isAreaCodeShape(cell: string): boolean {
  return AREA_CODE_SHAPE.test(cell);
}

/** What people write for toll-free numbers beside the name of the type. */
export const SAYS_TOLL_FREE = /^(?:toll[ -]?free|tfn?s?|8(?:00|xx|\*\*)(?: ?numbers?)?)$/i;

const TOLL_FREE_HERE = {
  expected: 'nothing, and the type tollfree',
  because: 'is no area code',
  advice: 'For toll-free numbers leave it blank, and write tollfree in the column type.',
};

/** A cell that is not blank -> the digits of an area code, 3 or 6. */
export function readAreaCode(cell: string): string | Problem {
  const shape = AREA_CODE_SHAPE.exec(cell);
  if (shape === null) {
    if (SAYS_TOLL_FREE.test(cell)) return TOLL_FREE_HERE;
    const because = areaCodeOddity(cell);
    return { expected: EXPECTED.areaCode, because, ...areaCodeAdvice(cell) };
  }
  const [, bare, bracketed, exchange = ''] = shape;
  const code = bare ?? bracketed ?? '';
  if (code < '200') {
    return { expected: EXPECTED.areaCode, because: 'begins with 0 or 1, and no area code does' };
  }
  if (exchange !== '' && exchange < '200') {
    const because = `has the exchange ${exchange}, and no exchange begins with 0 or 1`;
    return { expected: EXPECTED.areaCode, because };
  }
  return code + exchange;
}

/** Three digits or more often, as in `212/646`. A blank between two of them makes an exchange. */
const LIST = /^\d{3}(?:(?:\s*(?:[,;/|&+\n]|\b(?:or|and)\b)\s*|[\s-]+)\d{3})+$/i;

/** Carriers write exchanges so, and spreadsheets make `212,555` of 212555. */
const PAIR = /^(\d{3})\s?[/,]\s?([2-9]\d\d)$/;

/** Words and signs by which another code, or more than one, is meant. */
const NOT_ITSELF =
  /\b(?:not?|non|except|without|but|any|all|or|and|up|over|near|around|from|to)\b|[&+<>]/i;

/** Nothing but words for an area code. */
const HARMLESS = /^(?:area|codes?|npa|ac|\P{L})+$/iu;

/** What to write in place of a list, of words around a code, or of a place. */
function areaCodeAdvice(cell: string): { advice?: string } {
  const [, first, second] = PAIR.exec(cell) ?? [];
  if (first !== undefined)
    return { advice: `Write a row for each, or ${first}-${second} if ${second} is an exchange.` };
  if (LIST.test(cell)) return { advice: 'Write a row for each.' };
  if (!/\p{L}/u.test(cell) || oddity(cell) !== undefined) return {};
  const [code, other] = cell.match(/\d+/g) ?? [];
  if (code === undefined) return { advice: `Write ${EXPECTED.areaCode}. ${PLACES}` };
  const isItself = other === undefined && !NOT_ITSELF.test(cell);
  if (!isItself || !/^[2-9]\d\d$/.test(code)) return {};
  const unless = 'If the words mean that it is not wanted, delete the line.';
  return { advice: `Write ${code}.${HARMLESS.test(cell) ? '' : ` ${unless}`}` };
}

const PLACES = 'The command "numbering Texas" lists the area codes of a state or province.';

function areaCodeOddity(cell: string): string {
  if (LIST.test(cell)) return `names ${cell.match(/\d{3}/g)!.length} area codes`;
  const bracketed = /^-(\d{3})$/.exec(cell)?.[1];
  if (bracketed) return `is negative: a spreadsheet makes ${cell} of (${bracketed})`;
  const odd = oddity(cell);
  if (odd !== undefined) return odd;
  const digits = cell.replace(/[\s().-]/g, '');
  if (!/^\+?\d+$/.test(digits)) return 'is not a number';
  if (/^\+?1\d{10}$|^\d{10}$/.test(digits)) return 'is a whole phone number, not an area code';
  if (/^\+?1(\d{3}|\d{6})$/.test(digits)) return 'begins with the country code 1; leave it out';
  const { length } = digits.replace('+', '');
  if (length === 3 || length === 6) return 'has digits in an unknown format';
  return `has ${counted(length, 'digit')}`;
}

/** Of a quantity that is not said. */
export const SKIP_IT = `Write ${EXPECTED.quantity}, or 0 to skip the line.`;

const TOO_MANY = `is more than ${count(QUANTITY_MAX)}; if that is meant, use several lines`;
const TOO_FAR = `is more than ${count(DISTANCE_MAX)} miles`;

/** A cell that is not blank -> numbers to buy; 0 is allowed here and means "skip this line". */
export function readQuantity(cell: string): number | Problem {
  const read = readNumber(cell, EXPECTED.quantity, QUANTITY_MAX, TOO_MANY);
  if (!isProblem(read)) return read;
  if (NOT_APPLICABLE.test(cell)) return { ...read, advice: SKIP_IT };
  const digits = COUNTED.exec(cell)?.[1];
  if (digits === undefined) return read;
  return { ...read, advice: `Write ${digits}, if that many numbers are meant.` };
}

/** A number of numbers, and of nothing else, such as dozens. */
const COUNTED = /^[+$€£]? ?(\d{1,5})(?: ?(?:pcs?|pieces?|numbers?|nos?|dids?|tns?|lines?)\.?)?$/i;

/** The type that a text names, also as `Toll-free` or `True 800`. */
export function typeNamed(text: string): NumberType | undefined {
  return TYPE_BY_WORD.get(text) ?? TYPE_BY_WORD.get(nameKey(text));
}

/** A cell that is not blank -> a type. */
export function readType(cell: string): NumberType | Problem {
  const type = typeNamed(cell);
  if (type !== undefined) return type;
  const key = nameKey(cell);
  const near =
    (SAYS_TOLL_FREE.test(cell) ? 'tollfree' : undefined) ??
    (/^can?(?:ad(?:a|ian))?(?: local)?$/i.test(cell) ? 'canadian_local' : undefined) ??
    nearMiss(key, NUMBER_TYPES) ??
    NUMBER_TYPES.find((word) => key !== '' && nameKey(word).startsWith(key));
  const because =
    near === undefined
      ? (oddity(cell) ?? 'is not a type')
      : `is not a type; perhaps ${near} was meant`;
  return { expected: EXPECTED.type, because };
}

/** A cell that is not blank -> 0/1, yes/no, true/false. */
export function readFlag(cell: string): boolean | Problem {
  const word = cell.toLowerCase().replace(/\ufe0f$/, '');
  if (YES.includes(word)) return true;
  if (NO.includes(word)) return false;
  return { expected: EXPECTED.flag, because: oddity(cell) ?? 'is neither 0 nor 1' };
}

/** A cell that is not blank -> miles. */
export function readDistance(cell: string): number | Problem {
  return readNumber(cell, EXPECTED.distance, DISTANCE_MAX, TOO_FAR);
}

function readNumber(
  cell: string,
  expected: string,
  most: number,
  tooMuch: string,
): number | Problem {
  if (!/^\d+$/.test(cell)) return { expected, because: oddity(cell) ?? 'is not a number' };
  return Number(cell) <= most ? Number(cell) : { expected, because: tooMuch };
}

// In the languages of the vendor's customers, and some more.
const MONTH =
  '(?:jan|ene|feb|fe[bv]|févr?|mars?|mär|mrz|apr|abr|avr|may|mai|mag|june?|juin|giu|july?|' +
  'juil|lug|aug|ago|août?|sept?|set|oct|okt|ott|nov|dec|dez|déc|dic)\\.?';
/** A day without a year; or a fraction, or two numbers. */
const DAY =
  /^(?:(?:0?[1-9]|1[0-2])\/(?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])\/(?:0?[1-9]|1[0-2]))$/;
const DATE = new RegExp(
  [
    '\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}(?:[ t].*)?',
    '\\d{1,2}[/.]\\d{1,2}[/.](?:\\d{2,4})?(?: .*)?',
    '\\d{1,2}-\\d{1,2}-\\d{2,4}',
    `\\d{1,4}\\.?[-/ ]?${MONTH}(?:[-/ ]\\d{2,4})?`,
    `${MONTH}[-/ ]?\\d{1,4}`,
  ]
    .map((form) => `^${form}$`)
    .join('|'),
  'iu',
);

/** `#REF!`, `#NAME?`, `#N/A`, in other languages too, and what a narrow column shows. */
export const ERROR_VALUE = /^#(?:[^\s\d]\S*[!?]|N\/[A-Z]+|NV|GETTING_DATA|#+)$/i;

const ODDITIES: ReadonlyArray<[pattern: RegExp, because: string]> = [
  [ERROR_VALUE, "is a spreadsheet's error value; correct the formula that makes it"],
  [/^=/, 'is a formula; put its value there'],
  [/(?![0-9])\p{Nd}/u, 'has digits other than 0-9 (full-width or of another script)'],
  [/^[+-]?\d+([.,]\d+)?e[+-]?\d+$/i, 'was shortened by a spreadsheet; format the column as text'],
  [
    DAY,
    'may be a day that a spreadsheet has made of it, a fraction or two numbers; write one ' +
      'number, in a column formatted as text',
  ],
  [DATE, 'was turned into a date by a spreadsheet; format the column as text and type it again'],
  [/^-\s*\d/, 'is negative'],
  [
    /^\d{1,3}([, '\u00a0\u202f\u2019]\d{3})+(?:\.00?)?$/,
    'has thousands separators; leave them out',
  ],
  [/^\d{1,3}\.\d{3}$/, 'may mean one or a thousand times as much; leave out the point'],
  [/^\d*\.\d*$/, 'has a decimal point'],
  [/^\d*,\d*$/, 'has a decimal comma'],
];

/** Names the cause when a spreadsheet has spoilt a number in a known way. */
function oddity(cell: string): string | undefined {
  if (/\u20e3|\p{Extended_Pictographic}/u.test(cell)) return 'is an emoji; type plain digits';
  if (/[\r\n]/.test(cell)) return 'has a line break; remove it';
  const unseen = INVISIBLE.exec(cell)?.[0];
  if (unseen !== undefined) {
    return `holds an invisible character (U+${codeOf(unseen)}); type the cell again`;
  }
  return ODDITIES.find(([pattern]) => pattern.test(cell))?.[1];
}
