import { count } from '../english.ts';
import { AppError } from '../errors.ts';
import { type LostPlan, shownFile, shownOfLost } from '../ledger/index.ts';
import { seenOf } from '../seen.ts';
import { canAsk, type ScreenLine, say, table } from '../terminal/index.ts';
import { typesCount } from './confirm.ts';

export const lostTable = (lost: LostPlan[]): ScreenLine[] =>
  table(
    ['file', 'copy', 'numbers', 'orders sent', ''],
    lost.map(({ file, copy, numbers, sent, planId, isDismissed }) => [
      shownFile(file),
      count(copy),
      count(numbers),
      sent === null ? '' : count(sent),
      planId === null ? (isDismissed ? 'lost, dismissed' : 'lost') : `back, as plan ${planId}`,
    ]),
  );

/**
 * On a terminal: shows the lost plans of a file that are to be dismissed, and asks. Returns the
 * name of what a person saw of them, if one did. Throws AppError `not_confirmed` when the answer is
 * no.
 */
export async function confirmDismissal(lost: LostPlan[]): Promise<string | undefined> {
  if (!canAsk()) return undefined;
  say(
    ...lostTable(lost),
    'Older plans that may ask for the same can buy it then. If both bought it, you pay twice.',
  );
  if (await typesCount(lost.length, 'dismiss')) return seenOf(shownOfLost(lost));
  throw new AppError('not_confirmed', 'Not confirmed. Nothing was dismissed.');
}
