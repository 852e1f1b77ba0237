/**
 * Money is counted in whole minor units of its currency, such as cents, so that sums are exact. In
 * files, in the ledger and in the API it is a decimal text.
 */

/** The most minor units of one price: then no sum of a plan leaves the exact whole numbers. */
export const PRICE_MAX = 10_000_000;

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** Whether it is a code of ISO 4217, such as `USD`. */
export const isCurrency = (code: string): boolean => CURRENCIES.has(code);

/** The digits behind the point: 2 for `USD`, 0 for `JPY`. */
export function digitsOf(currency: string): number {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 0;
}

/** `1.5` with 2 digits -> 150; null: not such a decimal, or a digit too many. */
export function minorUnits(text: string, digits: number): number | null {
  const [, whole, fraction = ''] = /^(\d{1,12})(?:\.(\d{1,12}))?$/.exec(text) ?? [];
  if (whole === undefined || fraction.length > digits) return null;
  return Number(whole) * 10 ** digits + Number(fraction.padEnd(digits, '0'));
}

/** 150 with 2 digits -> `1.50`. */
export function decimal(minor: number, digits: number): string {
  const text = String(minor).padStart(digits + 1, '0');
  if (digits === 0) return text;
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** `1234.50` -> `1,234.50 USD`. */
export function moneyWords(amount: string, currency: string): string {
  const [whole = '', ...fraction] = amount.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${[grouped, ...fraction].join('.')} ${currency}`;
}
