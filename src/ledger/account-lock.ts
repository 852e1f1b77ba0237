import type { Queries } from './ledger.ts';

/** What runs one after the other for each account, and the number of its lock. */
const LOCKS = {
  /** A reading of the vendor's list is kept. */
  listing: 41_523_119,
  /** Somebody says what orders bought, or that is compared with the list. */
  settling: 41_523_120,
  /** A person changes the account. */
  settings: 41_523_121,
  /** The lines of a new plan are compared with those of earlier ones. */
  lines: 41_523_122,
} as const;

/**
 * Held until the transaction ends. All but `lines` are taken before any other lock, so they cannot
 * deadlock. `lines` may; the transaction is then repeated.
 */
export async function lockAccountFor(
  tx: Queries,
  what: keyof typeof LOCKS,
  accountId: number,
): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1, $2)', [LOCKS[what], accountId]);
}

/** The same, if nobody else holds it. */
export async function tryLockAccountFor(
  tx: Queries,
  what: keyof typeof LOCKS,
  accountId: number,
): Promise<boolean> {
  const [lock] = await tx.query<{ held: boolean }>(
    'select pg_try_advisory_xact_lock($1, $2) as held',
    [LOCKS[what], accountId],
  );
  return lock?.held ?? false;
}

/**
 * For who says what orders of this plan bought, if there is such a plan: each sees what was said,
 * and which list was kept, before.
 */
export async function lockSettling(tx: Queries, planId: number): Promise<void> {
  const [plan] = await tx.query<{ account: number }>(
    'select account_id as account from ledger.plans where id = $1',
    [planId],
  );
  if (plan) await lockAccountFor(tx, 'settling', plan.account);
}
