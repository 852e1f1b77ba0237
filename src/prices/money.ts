import { digitsOf } from './currencies.ts';

/**
 * Money is counted in whole millionths of its currency, so that sums are exact and a price may be
 * less than a cent. In files, in the ledger and in the API it is a decimal text.
 */
const DIGITS = 6;
const UNIT = 10n ** BigInt(DIGITS);

/** An amount as limits and thresholds have it: below 1,000,000,000, without leading zeros. */
export const AMOUNT = /^(0|[1-9]\d{0,8})(\.\d{1,6})?$/;

/** The highest price of one number or slot. */
export const PRICE_MAX = 10_000_000n * UNIT;

/** `1.5` -> 1,500,000 millionths; null: not a decimal, or more than six digits after the point. */
export function millionthsOf(text: string): bigint | null {
  const [, whole, fraction = ''] = /^(\d{1,12})(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  return whole === undefined ? null : BigInt(whole + fraction.padEnd(DIGITS, '0'));
}

/** The millionths of an amount that was read before, or of such a sum. Throws for other texts. */
export function amountOf(text: string): bigint {
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d{1,6})0*)?$/.exec(text) ?? [];
  if (whole === undefined) throw new Error(`Bug: an amount is "${text}"`);
  return BigInt(whole + fraction.padEnd(DIGITS, '0'));
}

const total = (amounts: string[]): bigint =>
  amounts.reduce((sum, amount) => sum + amountOf(amount), 0n);

/** The exact sum of amounts in the currency. */
export const sumOf = (currency: string, ...amounts: string[]): string =>
  decimal(total(amounts), currency);

/** Whether these amounts together are more than the limit. */
export const exceeds = (limit: string, ...amounts: string[]): boolean =>
  total(amounts) > amountOf(limit);

/** 1,500,000 millionths -> `1.50` in `USD`: with the digits of the currency, and more if needed. */
export function decimal(millionths: bigint, currency: string): string {
  const rest = String(millionths % UNIT).padStart(DIGITS, '0');
  const fraction = rest.replace(/0+$/, '').padEnd(digitsOf(currency), '0');
  return [millionths / UNIT, ...(fraction === '' ? [] : [fraction])].join('.');
}

/** `1234.50` -> `1,234.50 USD`. */
export function moneyWords(amount: string, currency: string): string {
  const [whole = '', ...fraction] = amount.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${[grouped, ...fraction].join('.')} ${currency}`;
}
