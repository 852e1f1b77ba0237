import { type Account, firstMonth, whyNever } from '../ledger/index.ts';
import { estimateWords, limitsOn, startWords } from '../limits/index.ts';
import type { Purchase } from './confirm.ts';

/**
 * What the limits and the threshold of its account mean for a plan that `who` starts, as sentences.
 * Null: who starts it is not known, and only the limits of all together count.
 */
export function whatLimits(
  { numbers, mayCost }: Pick<Purchase, 'numbers' | 'mayCost'>,
  account: Pick<Account, 'name' | 'limits' | 'prices' | 'approval'>,
  who: string | null,
): string[] {
  const never = whyNever({ numbers, mayCost }, account, who);
  if (never !== null) return [neverWords(never)];
  const { limits, prices, approval } = account;
  const currency = prices?.currency ?? null;
  const asked = { numbers, money: firstMonth(mayCost), currency };
  return [
    ...estimateWords(limitsOn(limits, who), asked, currency ?? ''),
    ...startWords(approval, asked),
  ];
}

/** Of `whyNever`. */
export const neverWords = (why: string): string => `This plan cannot be started: ${why}`;
