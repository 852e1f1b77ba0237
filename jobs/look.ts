import { fits, unexplained } from '../src/evidence/index.ts';
import { doubtOrders, listingBefore, waitingThatFit } from '../src/ledger/index.ts';
import { type Reconciling, readListing } from './reconcile.ts';
import type { Look } from './vouch.ts';

/**
 * Looks in the vendor's list for what a ledger that went back has lost: numbers that are new since
 * the database came up, that no order has and no order in doubt explains. Waiting orders that could
 * have bought them become unknown, as many as are needed to hold them.
 */
export async function lookForLost(
  reconciling: Omit<Reconciling, 'mode' | 'planId'>,
): Promise<Look> {
  const { ledger, account, settlingMs } = reconciling;
  const since = await listingBefore(ledger, account.id);
  let read: Awaited<ReturnType<typeof readListing>>;
  try {
    read = await readListing(reconciling, []);
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
  const { listing, unknowns } = read;
  const fault = listing.doubt?.why ?? listing.cut;
  if (fault) return { fault };
  const strays = listing.sightings
    .filter((seen) => Math.max(seen.listing, seen.backListing ?? 0) > since)
    .map(({ number }) => number);
  const waiting = await waitingThatFit(ledger, account.id, strays);
  const { numbers, orders } = unexplained({ strays, inDoubt: unknowns, waiting });
  const what =
    'The ledger has gone back: the account owns numbers that it does not know, and this order may have bought them';
  // A late "no" to the attempt that the ledger knows says nothing of one that it has lost.
  const rivals = unknowns.filter((one) => strays.some((number) => fits(one, number)));
  const lost = [...orders, ...rivals.map(({ order }) => order)].map((orderId) => ({
    ...{ orderId, attempt: null },
  }));
  // Whatever was sent before must be on the list by now: that has been waited for.
  await doubtOrders(ledger, { accountId: account.id, lost, deadlineMs: -settlingMs, what });
  return { strays: numbers.length, orders };
}
