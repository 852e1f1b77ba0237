import { count, counted, duration } from '../english.ts';
import { type Account, timeNeeded } from '../ledger/index.ts';
import { type Consent, type Purchase, requireConsent } from '../operations/index.ts';
import { ask, canAsk, say } from '../terminal/index.ts';
import { mayCostLines, usualLines } from './cost.ts';

export const ACCEPT_WARNINGS = [
  '--accept-warnings',
  'accept open warnings that may cost money',
] as const;

/** Says what the plan may cost, and asks on the terminal where it can; see `requireConsent`. */
export async function confirmPurchase(
  plan: Purchase,
  account: Account,
  consent: Consent,
): Promise<void> {
  // A question says the most that it costs itself.
  if (account.mode === 'sandbox' || consent.yes) say(...mayCostLines(plan.mayCost));
  await requireConsent(plan, account, consent, canAsk() ? askForConsent : undefined);

  async function askForConsent(what: string): Promise<boolean> {
    say(
      `LIVE: ${plan.name} buys ${what} with the account "${account.name}". ` +
        'They cost money and cannot be returned here.',
      ...usualLines(plan.mayCost),
      ...timeWords(plan, account),
    );
    const reply = await ask(`Type ${count(plan.numbers)} to buy them, anything else to stop: `);
    return reply.trim().replaceAll(',', '') === String(plan.numbers);
  }
}

/** By the pace or the daily limit, whichever takes longer; empty without both. */
function timeWords(plan: { orders: number; numbers: number }, account: Account): string[] {
  const seconds = timeNeeded(plan, account);
  if (seconds === null) return [];
  const { rate, dailyNumbers } = account;
  const atMost =
    dailyNumbers === null ? '' : ` and at most ${counted(dailyNumbers, 'number')} a day`;
  return [
    `It takes about ${duration(seconds)} at ${rate} per second${atMost}, ` +
      'longer while other plans share the account.',
  ];
}
