import { count, counted, duration } from '../english.ts';
import { AppError } from '../errors.ts';
import { type Account, timeNeeded } from '../ledger/index.ts';
import { refuseUnanswered, type Warning } from '../plan/index.ts';
import { ask, canAsk, say } from '../terminal/index.ts';

/** Said on the command line before live keys are used. */
export type Consent = { yes?: true; acceptWarnings?: true };

export const ACCEPT_WARNINGS = [
  '--accept-warnings',
  'buy with live keys although warnings that may cost money are open',
] as const;

/**
 * With live keys a person confirms what is about to be bought, or `--yes` says so beforehand. The
 * sandbox asks nothing. Warnings that may cost money must be accepted beforehand as well. Throws
 * AppError `not_confirmed`; nothing has been started then.
 */
export async function confirmPurchase(
  plan: {
    name: string;
    numbers: number;
    orders: number;
    slots: number;
    warnings: readonly Warning[];
  },
  account: Account,
  { yes, acceptWarnings }: Consent,
): Promise<void> {
  if (account.mode === 'sandbox') return;
  if (!acceptWarnings) refuseUnanswered(plan.name, plan.warnings);
  if (yes) return;
  const slots = plan.slots > 0 ? ` and ${counted(plan.slots, 'slot')}` : '';
  const what = `${counted(plan.numbers, 'number')}${slots} in ${counted(plan.orders, 'order')}`;
  if (!canAsk()) {
    throw new AppError(
      'not_confirmed',
      `This would buy ${what} with the live account "${account.name}". Without a terminal to ask on, say --yes to do it. Nothing was started.`,
      { numbers: plan.numbers, orders: plan.orders, account: account.name },
    );
  }
  say(
    `LIVE: ${plan.name} buys ${what} with the account "${account.name}". They cost money and cannot be given back here.`,
    ...timeWords(plan, account),
  );
  const reply = await ask(`Type ${count(plan.numbers)} to buy them, anything else to stop: `);
  if (reply.trim().replaceAll(',', '') === String(plan.numbers)) return;
  throw new AppError('not_confirmed', 'Not confirmed. Nothing was started.');
}

/** By the pace, and by the daily limit where that is slower; nothing without either. */
function timeWords(plan: { orders: number; numbers: number }, account: Account): string[] {
  const seconds = timeNeeded(plan, account);
  if (seconds === null) return [];
  const { rate, dailyNumbers } = account;
  const atMost =
    dailyNumbers === null ? '' : ` and at most ${counted(dailyNumbers, 'number')} a day`;
  return [
    `It takes about ${duration(seconds)} at ${rate} per second${atMost}, longer while other plans share the account.`,
  ];
}
