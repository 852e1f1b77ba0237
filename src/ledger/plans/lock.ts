import type { Queries } from '../ledger.ts';

/** Locks the plan before its orders change: the other way round could deadlock with its end. */
export async function lockPlan(tx: Queries, id: number): Promise<void> {
  await tx.query('select id from ledger.plans where id = $1 for no key update', [id]);
}

export async function lockPlansOf(tx: Queries, accountId: number): Promise<void> {
  await tx.query(
    'select id from ledger.plans where account_id = $1 order by id for no key update',
    [accountId],
  );
}

/** In SQL: whether a plan is of the same lines as another one, whatever the bytes of its file. */
export const isCopyOf = (plan: string, own: string): string =>
  `(${plan}.account_id = ${own}.account_id
    and (${plan}.sha256 = ${own}.sha256 or ${plan}.rows_sha256 = ${own}.rows_sha256))`;

/**
 * Locks plans, their copies, and all that remainders link them with, in the same sequence for
 * everyone: of two that may buy the same, the later one sees the earlier one. Call it
 * before anything else locks one of these plans, and before orders or the account change.
 */
export async function lockAkin(tx: Queries, ...plans: number[]): Promise<void> {
  let locked: unknown[] = [];
  while (true) {
    const akin = await tx.query(LOCK_AKIN, [plans]);
    // A remainder may have been stored while this waited.
    if (akin.length === locked.length) return;
    locked = akin;
  }
}

/**
 * SQL, after `with recursive`: the plans that the query `first` selects, and all those of whose
 * remainders they are, as `above`.
 */
export const plansAbove = (first: string): string => `above(id) as (
    ${first}
    union
    select l.barred from above join ledger.remainder_links l on l.plan = above.id)`;

/**
 * SQL: the plans that the query `first` selects and all that remainders link them with, as `below`.
 * It is no SQL function, because PostgreSQL would plan that again in each statement that calls it.
 */
export const withLinked = (first: string): string => `
  with recursive ${plansAbove(first)},
  below(id) as (
    select id from above
    union
    select l.plan from below join ledger.remainder_links l on l.barred = below.id)`;

const WITH_LINKED = withLinked('select unnest($1::int[])');

const LOCK_AKIN = `${WITH_LINKED}
  select id from ledger.plans
  where id in (
    select id from below
    union
    select p.id from ledger.plans own join ledger.plans p on ${isCopyOf('p', 'own')}
    where own.id = any($1::int[]))
  order by id for no key update`;

/** The accounts of these plans, and of all that remainders link them with, by rising id. */
export async function accountsLinked(tx: Queries, ...plans: number[]): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `${WITH_LINKED}
     select distinct account_id as id from ledger.plans
     where id in (select id from below) order by id`,
    [plans],
  );
  return rows.map(({ id }) => id);
}

/** As `lockAkin` for all plans of a file, before a lost one of them comes back. */
export async function lockFile(tx: Queries, accountId: number, sha256: string): Promise<void> {
  await tx.query(
    `select id from ledger.plans where account_id = $1 and sha256 = $2
     order by id for no key update`,
    [accountId, sha256],
  );
}
