import type { Ledger } from '../ledger.ts';

/** A worker that was silent for this much watched time, ms, counts as dead. */
export const SILENCE_MS = 20_000;

/** Whether the worker `w` was heard of lately. For display only: nothing is decided by it. */
export const IS_HEARD = `abs(extract(epoch from ledger.now() - w.seen_at)) < ${SILENCE_MS / 1_000}`;

/** A worker leaves with nothing in flight; another may count the ticks at once. */
export async function noteGone(ledger: Ledger, worker: string): Promise<void> {
  await ledger.query(
    `with a as (update ledger.accounts set ticker = null where ticker = $1)
     delete from ledger.workers where name = $1`,
    [worker],
  );
}
