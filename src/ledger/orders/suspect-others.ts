import type { Queries } from '../ledger.ts';
import { buyersOfLost, type LostBuyers, type Which } from '../listings/suspects.ts';
import { suspectContradicted } from './contradicted.ts';
import { doubtIn } from './doubt.ts';
import { suspectSucceeded } from './lost-successors.ts';

const SETTLED =
  'The ledger has gone back, and the account owns numbers that it does not know. The order that ' +
  'was settled just now did not buy them, so this one may have';

/**
 * Call it after a settlement, which may leave found numbers without an owner. A waiting order that
 * could have bought them becomes unknown, unless it was cleared of that before.
 */
export async function suspectOthers(tx: Queries, accountId: number): Promise<void> {
  await suspectBuyers(tx, accountId, { which: 'uncleared', what: SETTLED });
}

const TAKEN_BACK =
  'The ledger has gone back, and the account owns numbers that it does not know. Somebody took ' +
  'back that they are foreign, so this order may have bought them';

/** Call it when these numbers are not foreign any more. The same, of all orders that wait. */
export async function suspectAgain(
  tx: Queries,
  accountId: number,
  numbers: string[],
): Promise<void> {
  await suspectBuyers(tx, accountId, { which: 'all', what: TAKEN_BACK, numbers });
  await suspectContradicted(tx, accountId);
}

/**
 * Makes waiting orders unknown that may have bought what is lost, or after which a lost successor
 * may have: those are not sent again. See `buyersOfLost`.
 */
export async function suspectBuyers(
  tx: Queries,
  accountId: number,
  {
    what,
    deadlineMs = 0,
    ...asked
  }: { which: Which; what: string; numbers?: string[]; deadlineMs?: number },
): Promise<LostBuyers | null> {
  const found = await buyersOfLost(tx, accountId, asked);
  if (found === null || found.orders.length === 0) return found;
  const lost = found.orders.map((orderId) => ({ orderId, attempt: null }));
  await doubtIn(tx, { accountId, lost, deadlineMs, what, after: found.after });
  await suspectSucceeded(tx, accountId, found.succeeded);
  return found;
}
