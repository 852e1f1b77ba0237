import { unexplained } from '../../evidence/index.ts';
import type { Queries } from '../ledger.ts';
import { unknownAttempts } from '../listings/evidence.ts';
import { lostNumbers, waitingThatFit } from '../listings/suspects.ts';
import { doubtIn } from './doubt.ts';

const SETTLED = {
  which: 'uncleared',
  what:
    'The ledger has gone back, and the account owns numbers that it does not know. The order ' +
    'that was settled just now did not buy them, so this one may have',
} as const;

/**
 * Call it after a settlement. A look for lost orders may have found numbers, and the settlement may
 * leave them without an owner. A waiting order that could have bought them becomes unknown;
 * `uncleared`: unless it was cleared of that before. `what` is the order's reason.
 */
export async function suspectOthers(
  tx: Queries,
  accountId: number,
  { which, what }: { which: 'all' | 'uncleared'; what: string } = SETTLED,
): Promise<void> {
  const lost = await lostNumbers(tx, accountId);
  if (lost.length === 0) return;
  const strays = lost.map(({ number }) => number);
  const waiting = await waitingThatFit(tx, accountId, strays, which);
  const inDoubt = await unknownAttempts(tx, accountId);
  const { orders } = unexplained({ strays, inDoubt, waiting });
  if (orders.length === 0) return;
  await doubtIn(tx, {
    accountId,
    lost: orders.map((orderId) => ({ orderId, attempt: null })),
    deadlineMs: 0,
    what,
    after: Math.min(...lost.map(({ after }) => after)),
  });
}
