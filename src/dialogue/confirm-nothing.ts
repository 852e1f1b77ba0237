import { counted } from '../english.ts';
import { AppError } from '../errors.ts';
import type { UnknownOrder } from '../ledger/index.ts';
import { canAsk, say } from '../terminal/index.ts';
import { typesCount } from './types-count.ts';

/**
 * On a terminal: shows what is known of an order that is to be settled as nothing, and asks. Where
 * nobody can be asked, who settles it has said so and why, and that is enough. Throws AppError
 * `not_confirmed` when the answer is no. Nothing has been settled then.
 */
export async function confirmNothing({
  order,
  proposal,
  quantity,
  bought,
}: UnknownOrder): Promise<void> {
  if (!canAsk()) return;
  if (proposal) say(`${order}: ${proposal.finding}. ${proposal.why}`);
  const lacking = quantity - bought;
  say(
    `This settles order ${order} as nothing: what it lacks, ${counted(lacking, 'number')}, may ` +
      'be asked for again. If it did buy after all, you pay twice.',
  );
  if (await typesCount(lacking, 'settle')) return;
  throw new AppError('not_confirmed', 'Not confirmed. Nothing was settled.');
}
