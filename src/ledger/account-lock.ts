import type { Queries } from './ledger.ts';
import { accountsLinked } from './plans/lock.ts';

/** What runs one after the other for each account, and the number of its lock. */
const LOCKS = {
  /** A reading of the vendor's list is kept. */
  listing: 41_523_119,
  /** What orders bought is settled, or compared with the list. */
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

/**
 * Locks all accounts whose plans remainders link with these, and returns them. Each who settles
 * orders, or asks again for what they lack, then sees the settlements and the lists before it.
 */
export async function lockSettling(tx: Queries, ...plans: number[]): Promise<number[]> {
  const accounts = await accountsLinked(tx, ...plans);
  for (const id of accounts) await lockAccountFor(tx, 'settling', id);
  return accounts;
}

/** Does it without waiting: storing a plan may take a minute. False: somebody else holds one. */
export async function tryLockSettling(tx: Queries, plan: number): Promise<boolean> {
  for (const id of await accountsLinked(tx, plan)) {
    const [lock] = await tx.query<{ taken: boolean }>(
      'select pg_try_advisory_xact_lock($1, $2) as taken',
      [LOCKS.settling, id],
    );
    if (!lock?.taken) return false;
  }
  return true;
}
