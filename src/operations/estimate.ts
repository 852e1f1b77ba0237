import { type Account, firstMonth } from '../ledger/index.ts';
import { estimateWords, limitsOn, startWords } from '../limits/index.ts';
import type { Purchase } from './confirm.ts';

/**
 * What the limits and the threshold of its account mean for a plan that `who` starts, as sentences.
 * Null: who starts it is not known, and only the limits of all together count.
 */
export function whatLimits(
  { numbers, mayCost }: Pick<Purchase, 'numbers' | 'mayCost'>,
  { limits, prices, approval }: Pick<Account, 'limits' | 'prices' | 'approval'>,
  who: string | null,
): string[] {
  const currency = prices?.currency ?? null;
  const asked = { numbers, money: firstMonth(mayCost), currency };
  return [
    ...estimateWords(limitsOn(limits, who), asked, currency ?? ''),
    ...startWords(approval, asked),
  ];
}
