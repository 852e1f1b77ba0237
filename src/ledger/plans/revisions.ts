import type { Queries } from '../ledger.ts';
import { SUMS } from './progress.ts';

/** SQL: how often plan `p` became standing or ended with other sums than before. */
export const REVISION = `(select coalesce(max(revision), 0) from ledger.revisions
  where plan_id = p.id)`;

/** The sums of plan `p` beside those of its last revision, when they are others. */
const NEWS = `(${SUMS}) s left join lateral (
    select * from ledger.revisions where plan_id = p.id order by revision desc limit 1
  ) last on true
  where (s.bought, s.missing, s.unknown, s.cancelled)
    is distinct from (last.bought, last.missing, last.unknown, last.cancelled)`;

/** SQL: whether plan `p` has other sums than in its last revision. */
export const HAS_NEWS = `exists (select from ${NEWS})`;

/** Counts a new revision of the results of those plans that stopped with other sums than before. */
export async function noteRevisions(
  tx: Queries,
  planIds: number[],
  stopped: string,
): Promise<void> {
  await tx.query(
    'revisions_note',
    `insert into ledger.revisions (plan_id, revision, bought, missing, unknown, cancelled)
     select p.id, n.* from ledger.plans p, lateral (
       select coalesce(last.revision, 0) + 1, s.bought, s.missing, s.unknown, s.cancelled
       from ${NEWS}) n
     where p.id = any($1::int[]) and ${stopped}`,
    [planIds],
  );
}
