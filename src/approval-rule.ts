import { counted } from './english.ts';
import { moneyWords } from './prices/index.ts';

/** Above what an account's purchases wait for the yes of another person. */
export type ApprovalRule = {
  /** Null: no count of numbers is too many. */
  aboveNumbers: number | null;
  /** For once and for the first month together, a decimal text; null: no sum is too much. */
  aboveMoney: string | null;
  /** Of `aboveMoney`. */
  currency: string | null;
  /** How long a question waits, and then how long a yes holds. */
  hours: number;
};

/** `500 numbers or 1,000.00 USD`. */
export function thresholdWords({ aboveNumbers, aboveMoney, currency }: ApprovalRule): string {
  return [
    ...(aboveNumbers === null ? [] : [counted(aboveNumbers, 'number')]),
    ...(aboveMoney === null ? [] : [moneyWords(aboveMoney, currency ?? '')]),
  ].join(' or ');
}
