const DIGITS = 12;

/** `1.50` as a whole number of tiny units, so that sums and comparisons are exact. */
function units(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.split('.');
  return BigInt(whole + fraction.slice(0, DIGITS).padEnd(DIGITS, '0'));
}

/** The exact sum of decimal texts, with as many digits behind the point as any of them has. */
export function sumOf(...amounts: string[]): string {
  const sum = amounts.reduce((total, amount) => total + units(amount), 0n);
  const text = String(sum).padStart(DIGITS + 1, '0');
  const digits = Math.max(...amounts.map((amount) => amount.split('.')[1]?.length ?? 0));
  const fraction = text.slice(-DIGITS).slice(0, digits);
  return `${text.slice(0, -DIGITS)}${fraction && `.${fraction}`}`;
}

/** Whether the first decimal text is more than the second. */
export const isMore = (one: string, other: string): boolean => units(one) > units(other);
