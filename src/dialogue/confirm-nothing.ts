import { counted } from '../english.ts';
import { AppError } from '../errors.ts';
import type { UnknownOrder } from '../ledger/index.ts';
import { canAsk, say } from '../terminal/index.ts';
import { typesCount } from './types-count.ts';

/**
 * Shows on stderr what is known of an order that is to be settled as nothing, and asks. Throws
 * AppError `not_confirmed` when the answer is no, or when nobody can be asked and `yes` is not
 * said. Nothing has been settled then.
 */
export async function confirmNothing(
  { order, proposal, quantity, bought }: UnknownOrder,
  { yes, json }: { yes?: boolean | undefined; json?: boolean | undefined },
): Promise<void> {
  if (proposal && (!json || (!yes && canAsk())))
    say(`${order}: ${proposal.finding}. ${proposal.why}`);
  if (yes) return;
  const lacking = quantity - bought;
  const what =
    `order ${order} as nothing: what it lacks, ${counted(lacking, 'number')}, may be asked for ` +
    'again. If it did buy after all, you pay twice.';
  if (!canAsk()) {
    const message =
      `This would settle ${what} Without a terminal to ask on, say --yes to do it. ` +
      'Nothing was settled.';
    throw new AppError('not_confirmed', message);
  }
  say(`This settles ${what}`);
  if (await typesCount(lacking, 'settle')) return;
  throw new AppError('not_confirmed', 'Not confirmed. Nothing was settled.');
}
