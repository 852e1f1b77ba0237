import { AppError } from '../errors.ts';

/**
 * The ten digits of each, however they are punctuated, with or without +1; separated by commas,
 * semicolons or line breaks. Throws AppError `wrong_use`, also when one is named twice.
 */
export function readPhoneNumbers(text: string): string[] {
  const parts = text.split(/[,;\n]/).map((part) => part.trim());
  // A comma too many at the end is nobody's mistake; nothing at all is one.
  const named = parts.filter((part) => part !== '');
  const numbers = (named.length > 0 ? named : ['']).map(phoneNumber);
  if (new Set(numbers).size < numbers.length) {
    throw new AppError('wrong_use', 'A number is named twice.');
  }
  return numbers;
}

function phoneNumber(text: string): string {
  const digits = text.replace(/[^\d]/g, '').replace(/^1(?=\d{10}$)/, '');
  if (/^[2-9]\d{9}$/.test(digits)) return digits;
  throw new AppError(
    'wrong_use',
    `"${text}" is not a phone number: ten digits are expected, separated by commas.`,
  );
}
