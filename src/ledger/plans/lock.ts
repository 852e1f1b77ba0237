import type { Queries } from '../ledger.ts';

/**
 * Locks the plan before its orders change, never after: otherwise this transaction and one that
 * ends the plan, or holds its tallies, could deadlock.
 */
export async function lockPlan(tx: Queries, id: number): Promise<void> {
  await tx.query('select id from ledger.plans where id = $1 for no key update', [id]);
}

/**
 * Locks a plan and the copies of its file, in the same sequence for everyone. So starts of copies,
 * and retries, at the same moment are counted one after the other. Call it before anything else
 * locks one of these plans, and before orders change; see `lockPlan`.
 */
export async function lockCopies(tx: Queries, planId: number): Promise<void> {
  await tx.query(
    `select p.id from ledger.plans p join ledger.plans own
       on own.account_id = p.account_id and own.sha256 = p.sha256
     where own.id = $1 order by p.id for no key update of p`,
    [planId],
  );
}
