import { type Ledger, only } from '../ledger.ts';

/** A worker that was silent for this much watched time, ms, counts as dead. */
export const SILENCE_MS = 20_000;

/** What a process waits for before it believes that something was not bought, both in ms. */
export type Patience = {
  /** From a claim to its attempt's deadline. */
  deadlineMs: number;
  /** How long the vendor's list may lag behind a purchase. */
  listLagMs: number;
};

/** The longest list lag of the account's workers: they may be configured differently. In ms. */
export async function longestLag(ledger: Ledger, accountId: number, own: number): Promise<number> {
  const rows = await ledger.query<{ ms: number }>(
    `select greatest($2, max(list_lag_ms)) as ms from ledger.workers where account_id = $1`,
    [accountId, own],
  );
  return only(rows, 'a sum').ms;
}

/** Whether the worker `w` was heard of lately. For display only: nothing is decided by it. */
export const IS_HEARD = `abs(extract(epoch from ledger.now() - w.seen_at)) < ${SILENCE_MS / 1_000}`;

/**
 * A worker leaves with nothing in flight; another may count the ticks at once. It stays noted where
 * nobody has found yet whether the ledger has lost what it had sent; see `vouchTogether`.
 */
export async function noteGone(ledger: Ledger, worker: string): Promise<void> {
  await ledger.query(
    `with a as (update ledger.accounts set ticker = null where ticker = $1)
     delete from ledger.workers w using ledger.accounts a
     where w.name = $1 and a.id = w.account_id
       and ledger.incarnation() in (w.found, a.vouched_for)`,
    [worker],
  );
}
