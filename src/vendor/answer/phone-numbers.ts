/**
 * Phone numbers of the North American plan in a text. Two questions, with opposite risks: does a
 * text name a number at all (a miss may buy twice), and which numbers does an answer list as sold
 * (a wrong number goes to the wrong order).
 */
import { resolveEscapes } from './escapes.ts';

/**
 * Whether a text names a phone number: ten digits, run together or in groups of 3, 3 and 4, with or
 * without +1. Between the groups there may be up to four blanks or signs of punctuation, and any
 * escapes and tags. Longer runs of digits do not count, and digits in a hexadecimal id do not. A
 * support line's number does: toll-free numbers are for sale too. Linear in the text.
 */
export function namesPhoneNumber(text: string): boolean {
  const plain = unescaped(text)
    .replace(/[\da-z]{11,}/gi, (run) => (HEXADECIMAL_ID.test(run) ? '#' : run))
    .replace(/\s+/g, ' ');
  return [plain, plain.replace(TAG, ''), plain.replace(TAG, ' ')].some((view) =>
    PHONE_NUMBER.test(view),
  );
}

/**
 * The distinct ten-digit numbers in the `number` elements of an answer, in order. The text may be
 * damaged or cut anywhere: a number counts only when markup follows it, so no number is shortened
 * or part of a longer run. Numbers in prose do not count: they may be another order's, or the
 * vendor's own.
 */
export function namedNumbers(body: string): string[] {
  const shown = body.replace(/<!--[\s\S]*?(?:-->|$)/g, '');
  const contents = [...shown.matchAll(NUMBER_ELEMENT)].map(([, content]) => unescaped(content!));
  const numbers = contents.filter((content) => WHOLE_NUMBER.test(content.trim()));
  return [...new Set(numbers.map((number) => number.replace(/\D/g, '').slice(-10)))];
}

const TAG = /<[^<>]*>/g;
const HEXADECIMAL_ID = /^\d*[a-f][\da-f]*$/i;

const GAP = '[\\s\\p{P}\\u2212]{0,4}';
const TEN_DIGITS = `[2-9]\\d{2}${GAP}\\d{3}${GAP}\\d{4}`;
const PHONE_NUMBER = new RegExp(`(?<!\\d)(?:(?:00|011)?1)?${TEN_DIGITS}(?!\\d)`, 'u');
const WHOLE_NUMBER = new RegExp(`^\\+?1?${GAP}${TEN_DIGITS}$`, 'u');

const NUMBER_ELEMENT =
  /<(?:\w+:)?number(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<>\]]{1,60})(?:<\/|\]\]>)/gi;

/** Resolves escapes and wide digits, and removes invisible characters. */
function unescaped(text: string): string {
  return resolveEscapes(text)
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '');
}
