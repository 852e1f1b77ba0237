import { count, counted, duration } from '../english.ts';
import { AppError } from '../errors.ts';
import { type Account, timeNeeded, type UnknownOrder, whyNever } from '../ledger/index.ts';
import { type Consent, type Purchase, requireConsent, whatLimits } from '../operations/index.ts';
import { ask, canAsk, say, warningLines } from '../terminal/index.ts';
import { mayCostLines, usualLine } from './cost.ts';

export const ACCEPT_WARNINGS = [
  '--accept-warnings',
  'accept the warnings that may cost money',
] as const;

/** Whose limits count; null: only a server knows. */
type Starter = { who: string | null };

/**
 * Says what the plan may cost and what limits it, and asks on the terminal where it can; see
 * `requireConsent`. First it throws AppError `over_limit` for a plan that no start could buy.
 */
export async function confirmPurchase(
  plan: Purchase,
  account: Account,
  { who, ...consent }: Consent & Starter,
): Promise<void> {
  const never = whyNever(plan, account, who);
  if (never !== null) {
    const message = `${plan.name} cannot be started: ${never} Nothing was changed.`;
    throw new AppError('over_limit', message, plan.id === undefined ? {} : { id: plan.id });
  }
  const limits = whatLimits(plan, account, who);
  // The question itself says what it costs at most.
  if (account.mode === 'sandbox' || consent.yes) say(...mayCostLines(plan.mayCost), ...limits);
  let isAsked = false;
  await requireConsent(plan, account, consent, canAsk() ? askForConsent : undefined);
  if (!isAsked) say(...warningLines(plan));

  async function askForConsent(what: string): Promise<boolean> {
    isAsked = true;
    say(
      ...warningLines(plan),
      `LIVE: ${plan.name} buys ${what} with the account "${account.name}". ` +
        'They cost money, and this program cannot give them back.',
      usualLine(plan.mayCost),
      ...limits,
      timeWords(plan, account),
    );
    return typesCount(plan.numbers, 'buy');
  }
}

/** By the pace or the limits on numbers, whichever takes longer; null without both. */
function timeWords(plan: { orders: number; numbers: number }, account: Account): string | null {
  const seconds = timeNeeded(plan, account);
  if (seconds === null) return null;
  const pace = account.rate === null ? 'without a pace' : `at ${account.rate} per second`;
  return `It takes about ${duration(seconds)} ${pace}, longer while other plans share the account.`;
}

/**
 * On a terminal: shows what is known of an order that is to be settled as nothing, and asks. Where
 * nobody can be asked, who settles it has said so and why, and that is enough. Returns the attempt
 * that a person saw, if one did. Throws AppError `not_confirmed` when the answer is no. Nothing has
 * been settled then.
 */
export async function confirmNothing({
  order,
  attempt,
  proposal,
  quantity,
  bought,
}: UnknownOrder): Promise<number | undefined> {
  if (!canAsk()) return undefined;
  if (proposal) say(`${order}: ${proposal.finding}. ${proposal.why}`);
  const lacking = quantity - bought;
  say(
    `This settles order ${order} as nothing: what it lacks, ${counted(lacking, 'number')}, may ` +
      'be asked for again. If it did buy after all, you pay twice.',
  );
  if (await typesCount(lacking, 'settle')) return attempt;
  throw new AppError('not_confirmed', 'Not confirmed. Nothing was settled.');
}

/** Whether a person types how many they are, to `buy` or `settle` them. Commas are passed over. */
export async function typesCount(n: number, verb: string): Promise<boolean> {
  const reply = await ask(`Type ${count(n)} to ${verb} them, anything else to stop: `);
  return reply.trim().replaceAll(',', '') === String(n);
}
