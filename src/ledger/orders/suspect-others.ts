import { unexplained } from '../../evidence/index.ts';
import type { Queries } from '../ledger.ts';
import { unknownAttempts } from '../listings/evidence.ts';
import { lostNumbers, waitingThatFit } from '../listings/suspects.ts';
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
  { which, what, numbers }: { which: 'all' | 'uncleared'; what: string; numbers?: string[] },
): Promise<void> {
  const found = await lostNumbers(tx, accountId);
  const lost = numbers ? found.filter(({ number }) => numbers.includes(number)) : found;
  if (lost.length === 0) return;
  const strays = lost.map(({ number }) => number);
  const after = Math.min(...lost.map((one) => one.after));
  const waiting = await waitingThatFit(tx, accountId, strays, which);
  // An order that was sent later did not buy them.
  const inDoubt = (await unknownAttempts(tx, accountId)).filter(
    ({ baseline }) => (baseline ?? 0) <= after,
  );
  const { orders } = unexplained({ strays, inDoubt, waiting });
  if (orders.length === 0) return;
  await doubtIn(tx, {
    accountId,
    lost: orders.map((orderId) => ({ orderId, attempt: null })),
    deadlineMs: 0,
    ...{ what, after },
  });
}
