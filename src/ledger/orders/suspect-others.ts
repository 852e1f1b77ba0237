import type { Queries } from '../ledger.ts';
import { buyersOfLost } from '../listings/suspects.ts';
import { doubtIn } from './doubt.ts';

const SETTLED =
  'The ledger has gone back, and the account owns numbers that it does not know. The order that ' +
  'was settled just now did not buy them, so this one may have';

/**
 * Call it after a settlement. A look for lost orders may have found numbers, and the settlement may
 * leave them without an owner. A waiting order that could have bought them becomes unknown, unless
 * it was cleared of that before.
 */
export function suspectOthers(tx: Queries, accountId: number): Promise<void> {
  return suspect(tx, accountId, { which: 'uncleared', what: SETTLED });
}

const TAKEN_BACK =
  'The ledger has gone back, and the account owns numbers that it does not know. Somebody took ' +
  'back that they are foreign, so this order may have bought them';

/** Call it when these numbers are not foreign any more. The same, of all orders that wait. */
export function suspectAgain(tx: Queries, accountId: number, numbers: string[]): Promise<void> {
  return suspect(tx, accountId, { which: 'all', what: TAKEN_BACK, numbers });
}

async function suspect(
  tx: Queries,
  accountId: number,
  { what, ...asked }: { which: 'all' | 'uncleared'; what: string; numbers?: string[] },
): Promise<void> {
  const found = await buyersOfLost(tx, accountId, asked);
  if (found === null || found.orders.length === 0) return;
  const lost = found.orders.map((orderId) => ({ orderId, attempt: null }));
  await doubtIn(tx, { accountId, lost, deadlineMs: 0, what, after: found.after });
}
