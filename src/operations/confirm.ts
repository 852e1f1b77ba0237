import { counted } from '../english.ts';
import { AppError } from '../errors.ts';
import { type Account, firstMonth, type PlannedCost, whyNever } from '../ledger/index.ts';
import { estimateWords, limitsOn, startWords } from '../limits/index.ts';
import type { ShownPlan } from '../obstacles/index.ts';
import { refuseUnanswered, type Warning } from '../plan/index.ts';
import { sumWords, unpricedWords } from '../prices/index.ts';

export type Purchase = {
  /** Of the plan in the ledger, when there is one already. */
  id?: number;
  name: string;
  numbers: number;
  orders: number;
  slots: number;
  /** Null: without prices. */
  mayCost: PlannedCost | null;
  warnings: readonly Warning[];
  /** With those that are not in `warnings`. */
  warningCount: number;
};

/** Said before live keys are used. */
export type Consent = { yes?: boolean | undefined; acceptWarnings?: boolean | undefined };

export const purchaseOf = ({ requested, openWarnings, ...plan }: ShownPlan): Purchase => ({
  ...plan,
  numbers: requested,
  warnings: openWarnings,
  warningCount: openWarnings.length,
});

/**
 * Nothing is bought by accident. With live keys, the warnings that may cost money must be accepted,
 * and then `yes` must be said or a person must answer; `ask` returns whether they confirmed, and is
 * missing where nobody can be asked. The sandbox needs no consent.
 *
 * Throws AppError `not_confirmed`. Nothing has been started then.
 */
export async function requireConsent(
  plan: Purchase,
  account: Pick<Account, 'name' | 'mode'>,
  { yes, acceptWarnings }: Consent,
  ask?: (what: string) => Promise<boolean>,
): Promise<void> {
  if (account.mode === 'sandbox') return;
  if (!acceptWarnings) refuseUnanswered(plan.name, plan.warnings);
  if (yes) return;
  const { id, numbers, orders, slots } = plan;
  const also = slots > 0 ? ` and ${counted(slots, 'slot')}` : '';
  const goods = `${counted(numbers, 'number')}${also} in ${counted(orders, 'order')}`;
  const what = `${goods}${costWords(plan.mayCost)}`;
  if (!ask) {
    const message =
      `This would buy ${what} with the live account "${account.name}". ` +
      'Without a terminal to ask on, say --yes to do it. Nothing was started.';
    const known = id === undefined ? {} : { id };
    const details = { ...known, account: account.name, numbers, orders, slots };
    throw new AppError('not_confirmed', message, details);
  }
  if (!(await ask(what))) {
    throw new AppError('not_confirmed', 'Not confirmed. Nothing was started.');
  }
}

function costWords(mayCost: PlannedCost | null): string {
  if (mayCost === null) return '';
  const { atMost, currency } = mayCost;
  const sum = sumWords(atMost, currency);
  return sum === null ? ` (${unpricedWords(atMost)})` : ` for at most ${sum}`;
}

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
