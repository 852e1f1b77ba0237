import { type Unexplained, unexplained } from '../../evidence/index.ts';
import type { Queries } from '../ledger.ts';
import { unknownAttempts } from '../listings/evidence.ts';
import { IS_UNEXPLAINED } from '../listings/listings.ts';
import { type Which, waitingThatFit } from '../listings/suspects.ts';
import { suspectContradicted } from './contradicted.ts';
import { doubtOrders } from './doubt.ts';
import { suspectSucceeded } from './lost-successors.ts';

type Lost = {
  which: Which;
  /** Only these of what is lost. */
  numbers?: string[];
  /** As in `Doubt`. */
  what: string;
  deadlineMs?: number;
};

const EXPLAINED: Lost = {
  which: 'uncleared',
  what:
    'The ledger has gone back, and the account owns numbers that it does not know. The order ' +
    'that seemed to have bought them did not, so this one may have',
};

/**
 * Call it when it was said what orders bought: they may have explained numbers that they did not
 * buy. An order that waits, and could have bought such numbers, becomes unknown. One that was
 * cleared of numbers that the ledger had lost is not suspected of those again.
 */
export async function suspectOthers(
  tx: Queries,
  accounts: number[],
  lost = EXPLAINED,
): Promise<void> {
  for (const id of accounts) await suspectBuyers(tx, id, lost);
  await suspectContradicted(tx, ...accounts);
}

/**
 * Makes waiting orders unknown that may have bought what is lost, or whose lost successors may
 * have: those are never sent again. See `waitingThatFit`. Null: nothing is lost.
 */
export async function suspectBuyers(
  tx: Queries,
  accountId: number,
  { which, numbers, what, deadlineMs = 0 }: Lost,
): Promise<Unexplained | null> {
  const lost = await tx.query<{ number: string; after: number }>(
    `select w.number::text as number, w.lost_after as after from ledger.owned w
     where w.account_id = $1 and w.lost_after is not null and ${IS_UNEXPLAINED}
       and ($2::bigint[] is null or w.number = any($2)) order by w.number`,
    [accountId, numbers ?? null],
  );
  if (lost.length === 0) return null;
  const strays = lost.map(({ number }) => number);
  const after = Math.min(...lost.map((one) => one.after));
  const waiting = await waitingThatFit(tx, accountId, strays, which);
  // An order that was sent later did not buy them.
  const inDoubt = (await unknownAttempts(tx, accountId)).filter(
    ({ baseline }) => (baseline ?? 0) <= after,
  );
  const found = unexplained({ strays, inDoubt, waiting });
  const suspects = found.orders.map((orderId) => ({ orderId, attempt: null }));
  await doubtOrders(tx, { accountId, lost: suspects, deadlineMs, what, after });
  await suspectSucceeded(tx, accountId, found.succeeded);
  return found;
}
