import { PLAN_ROOM } from '../../order-size.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { isOfPlan } from '../order-id.ts';
import { withLinked } from '../plans/lock.ts';
import { IS_PLACED } from '../plans/plan-state.ts';

/** SQL: whether attempt `t` was refused, and no list of its plan's account was read since. */
const isRefusedSince = (plan: string) => `t.outcome = 'refused' and not exists (
  select from ledger.listings n
  where n.account_id = ${plan}.account_id and n.began_tick >= t.answered_tick)`;

const IS_TO_BE_QUEUED = `p.queued_to = 0 and ${IS_PLACED}`;

/**
 * SQL: the accounts `id` that should read their list: an order of theirs was refused since the
 * newest, and a plan that is to be queued, of those that are `asking`, may ask for the same.
 */
export const askedForList = (asking: string): string => `
  ${withLinked(`select p.id from ledger.plans p where ${asking} and ${IS_TO_BE_QUEUED}`)}
  -- One after the other: else the database could look at the orders of all plans.
  select p.account_id as id from (select id from below offset 0) b, lateral (
    select * from ledger.plans p where id = b.id and not (${IS_TO_BE_QUEUED}) offset 0) p
  where exists (
    select from (
      select id, attempts from ledger.orders
      where state = 'refused' and ${isOfPlan('id', 'p.id')} offset 0) o, lateral (
      select * from ledger.attempts where order_id = o.id and no = o.attempts offset 0) t
    where ${isRefusedSince('p')})`;

/**
 * The accounts whose lists should be read before plans of this account are queued. Its own: before
 * the first order of a plan that was started since the newest list, and before a refused order is
 * sent again. Any: where one was refused that another plan may ask for again. A clock may decide of
 * the first: an older list only makes its numbers harder to tell apart.
 */
export async function lacksBaseline(ledger: Ledger, accountId: number): Promise<Set<number>> {
  const rows = await ledger.query<{ id: number }>(
    `/* lacks_baseline */
     select $1::int as id where exists (
       select 1 from ledger.plans p where p.account_id = $1 and p.state = 'running'
         and p.priority_base is null and p.started_at > coalesce(
           (select max(ended_at) from ledger.listings where account_id = $1),
           '-infinity'))
       or exists (
         select from ledger.orders o join ledger.plans p on p.id = o.plan_id, lateral (
           select * from ledger.attempts where order_id = o.id and no = o.attempts offset 0) t
         where o.state = 'waiting' and o.attempts > 0 and p.account_id = $1
           and ${IS_TO_BE_QUEUED} and ${isRefusedSince('p')})
     union
     select id from (${askedForList('p.account_id = $1')}) asked`,
    [accountId],
  );
  return new Set(rows.map(({ id }) => id));
}

/** In SQL: the list to which the number came, or came back. */
export const lastListing = (owned: string): string =>
  `greatest(${owned}.listing_id, ${owned}.back_listing)`;

/** In SQL: whether a person called the number foreign, and it has not come back since. */
export const isForeign = (owned: string): string =>
  `coalesce(${owned}.foreign_listing >= ${lastListing(owned)}, false)`;

/**
 * In SQL: whether no order of the account has the number of table `owned` under that alias, and
 * none was settled with it. What another account's order has may have been released since.
 */
export const isStray = (owned: string): string => `(
  not exists (select from ledger.numbers n
      join ledger.plans ours on ours.id = n.order_id / ${PLAN_ROOM}
    where n.number = ${owned}.number and ours.account_id = ${owned}.account_id)
  and not exists (select from ledger.disputes d join ledger.orders o on o.id = d.order_id
      join ledger.plans ours on ours.id = o.plan_id
    where d.number = ${owned}.number and ours.account_id = ${owned}.account_id
      and o.state <> 'unknown'
      and exists (select from ledger.numbers n where n.number = d.number)))`;

/** In SQL: whether the newest list has the number `w`, and neither order nor person explains it. */
export const IS_UNEXPLAINED = `(
  w.gone_listing is null and not ${isForeign('w')} and ${isStray('w')})`;

/** A number that some list of the account had. */
export type OwnedNumber = {
  number: string;
  /** The list to which it came, or came back. */
  listing: number;
  /** The newest list has it. */
  isListed: boolean;
  isForeign: boolean;
  /** A person called it foreign, and nobody took that back; it may have come back since. */
  wasForeign: boolean;
};

/** What the lists say of these numbers, by number; those that no list had are left out. */
export function ownedAmong(
  tx: Queries,
  accountId: number,
  numbers: string[],
): Promise<OwnedNumber[]> {
  return tx.query<OwnedNumber>(
    `select w.number::text as number, ${lastListing('w')} as listing,
       w.gone_listing is null as "isListed", ${isForeign('w')} as "isForeign",
       w.foreign_listing is not null as "wasForeign"
     from ledger.owned w where w.account_id = $1 and w.number = any($2::bigint[])
     order by w.number`,
    [accountId, numbers],
  );
}

/** In SQL: what `listingBefore` finds, as `id`; null: nothing. */
export const selectListingBefore = (account: string): string => `
  select max(id) as id from ledger.listings
  where account_id = ${account} and incarnation <> ledger.incarnation()`;

/** The newest list from before the database came up, not kept in doubt; 0: there is none. */
export async function listingBefore(tx: Queries, accountId: number): Promise<number> {
  const [row] = await tx.query<{ id: number | null }>(selectListingBefore('$1'), [accountId]);
  return row?.id ?? 0;
}
