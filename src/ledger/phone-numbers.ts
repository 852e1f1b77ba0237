import { AppError } from '../errors.ts';
import { TOLL_FREE } from '../evidence/index.ts';

/** A phone number of the North American plan, bare, as the ledger has them. */
const PHONE_NUMBER = /^[2-9]\d{9}$/;

/**
 * The ten digits of each, however they are punctuated, with or without +1; separated by commas,
 * semicolons or line breaks. Throws AppError `invalid_usage`, also when one is named twice.
 */
export function readPhoneNumbers(text: string): string[] {
  const parts = text.split(/[,;\n]/).map((part) => part.trim());
  // Blank parts are ignored. A list of nothing else is an error.
  const named = parts.filter((part) => part !== '');
  const numbers = (named.length > 0 ? named : ['']).map(phoneNumber);
  if (new Set(numbers).size < numbers.length) {
    throw new AppError('invalid_usage', 'A number is named twice.');
  }
  return numbers;
}

function phoneNumber(text: string): string {
  const digits = text.replace(/[^\d]/g, '').replace(/^1(?=\d{10}$)/, '');
  if (PHONE_NUMBER.test(digits)) return digits;
  throw new AppError(
    'invalid_usage',
    `"${text}" is not a phone number: write ten digits, and a comma between two numbers.`,
  );
}

/** Each number once. Throws AppError `invalid_usage` when one is not bare, or there is none. */
export function requirePhoneNumbers(named: string[]): string[] {
  const bad = named.find((number) => !PHONE_NUMBER.test(number));
  if (bad === undefined && named.length > 0) return [...new Set(named)];
  const found = bad === undefined ? 'No number was named' : `"${bad}" is not a phone number`;
  throw new AppError(
    'invalid_usage',
    `${found}. Name the numbers that were bought, ten digits each, ` +
      'or say that nothing was. Nothing was changed.',
  );
}

/** SQL: whether a number of ten digits, as a text, is toll-free. */
export const isNumberTollFree = (number: string) =>
  `left(${number}, 3) in ('${[...TOLL_FREE].join("', '")}')`;
