import { count, counted } from '../../english.ts';
import { AppError } from '../../errors.ts';
import { PLAN_ROOM } from '../../order-size.ts';
import { lockAccountFor } from '../account-lock.ts';
import { type Ledger, only, type Queries } from '../ledger.ts';
import {
  compareWithKnown,
  isNewestListOf,
  knownNumbers,
  type ListingReader,
} from './vendor-account.ts';

/** What the ledger knew when a reading of the vendor's list began. */
export type ListingBegun = {
  beganAt: Date;
  /** By the account's `ticks`. */
  beganTick: number;
  /** The newest list that was kept; null: there was none. */
  newest: number | null;
};

/** To be asked right before the list is read. */
export async function beginListing(ledger: Ledger, accountId: number): Promise<ListingBegun> {
  const rows = await ledger.query<ListingBegun>(
    `select ledger.now() as "beganAt", ticks as "beganTick", listing_id as newest
     from ledger.accounts where id = $1`,
    [accountId],
  );
  return only(rows, 'an account');
}

export type KeptListing = {
  id: number;
  /** No other list was kept while this one was being read. */
  isAlone: boolean;
};

/**
 * Keeps a finished reading of the vendor's list as the account's newest, with what is new on it,
 * missing or back. Of two readings at the same time nobody knows which is newer, so the second says
 * nothing of what is missing. `compare` runs in the same transaction, before a claim can know the
 * list. Throws AppError, and keeps nothing: `bad_config` when the list is of another vendor
 * account, `wrong_state` when it is too early to tell.
 */
export async function keepListingAnd(
  compare: (tx: Queries) => Promise<void>,
  ledger: Ledger,
  accountId: number,
  { beganTick, newest }: ListingBegun,
  numbers: string[],
  { vendorAccount, listLagMs }: Omit<ListingReader, 'beganTick'>,
): Promise<KeptListing> {
  return ledger.transaction(async (tx) => {
    await lockAccountFor(tx, 'listing', accountId);
    // What is settled at the same time is compared with this list here or there.
    await lockAccountFor(tx, 'settling', accountId);
    await refuseOtherAccount(tx, accountId, numbers, { beganTick, vendorAccount, listLagMs });
    const rows = await tx.query<KeptListing>(
      `insert into ledger.listings
         (account_id, began_tick, ended_tick, size, incarnation, vendor_account)
       select id, $2, ticks, $3,
         case when vouched_for = ledger.incarnation() then vouched_for end, $5
       from ledger.accounts where id = $1
       returning id, (select a.listing_id is not distinct from $4::int
         from ledger.accounts a where a.id = $1) as "isAlone"`,
      [accountId, beganTick, numbers.length, newest, vendorAccount],
    );
    const listing = only(rows, 'an account');
    if (listing.isAlone) await noteChanges(tx, accountId, listing.id, numbers);
    for (let start = 0; start < numbers.length; start += 5_000) {
      await tx.query(
        `insert into ledger.owned (account_id, number, listing_id)
         select $1, number, $2 from unnest($3::bigint[]) n(number) order by number
         on conflict on constraint owned_pkey do nothing`,
        [accountId, listing.id, numbers.slice(start, start + 5_000)],
      );
    }
    await compare(tx);
    // Last: every claim reads this row.
    await tx.query(
      `update ledger.accounts set listing_id = $2,
         refused_vendor_accounts = array_remove(refused_vendor_accounts, $3::int) where id = $1`,
      [accountId, listing.id, vendorAccount],
    );
    return listing;
  });
}

/** Kept, a list of another vendor account would make all known numbers look released. */
async function refuseOtherAccount(
  tx: Queries,
  accountId: number,
  numbers: string[],
  reader: ListingReader,
): Promise<void> {
  const isOfNewest = await isNewestListOf(tx, accountId, reader.vendorAccount);
  // With the same keys, what that had may have been released.
  if (isOfNewest) return;
  const known = await knownNumbers(tx, accountId, reader);
  const { is, found } = compareWithKnown(known, numbers, isOfNewest === false);
  if (is === 'same') return;
  if (is === 'early') {
    throw new AppError(
      'wrong_state',
      'The keys or the address have changed, and what was bought before is too new to be on a ' +
        "list. Wait: a later list can show whether they lead to the same account of the vendor's.",
    );
  }
  throw new AppError(
    'bad_config',
    `The keys or the address have changed, and the list has ${count(found)} of the ` +
      `${counted(known.length, 'number')} of this account: it is that of another account of ` +
      "the vendor's. Check DIALOGTECH_URL and the keys. If they are meant, give the other " +
      'account a name of its own in ACCOUNTS_FILE.',
  );
}

/** Which of the numbers that were known before are missing, and which are back. */
async function noteChanges(
  tx: Queries,
  accountId: number,
  listingId: number,
  numbers: string[],
): Promise<void> {
  const known = await tx.query<{ number: string; isGone: boolean }>(
    `select number::text as number, gone_listing is not null as "isGone"
     from ledger.owned where account_id = $1`,
    [accountId],
  );
  const listed = new Set(numbers);
  const changed = known.filter(({ number, isGone }) => listed.has(number) === isGone);
  if (changed.length === 0) return;
  await tx.query(
    `update ledger.owned set
       back_listing = case when gone_listing is null then back_listing else $2::int end,
       gone_listing = case when gone_listing is null then $2::int end
     where account_id = $1 and number = any($3::bigint[])`,
    [accountId, listingId, changed.map(({ number }) => number)],
  );
}

/**
 * Whether a plan was started after the newest list was read: its first order should wait for one. A
 * clock may decide here: against an older list its numbers are only harder to tell apart.
 */
export async function lacksBaseline(ledger: Ledger, accountId: number): Promise<boolean> {
  const [row] = await ledger.query<{ lacks: boolean }>(
    `select exists (
       select 1 from ledger.plans p where p.account_id = $1 and p.state = 'running'
         and p.priority_base is null and p.started_at > coalesce(
           (select max(ended_at) from ledger.listings where account_id = $1),
           '-infinity')) as lacks`,
    [accountId],
  );
  return row?.lacks ?? false;
}

/** The newest list that was kept of an account; null: there is none. */
export async function newestListing(ledger: Ledger, accountId: number): Promise<number | null> {
  return (await beginListing(ledger, accountId)).newest;
}

/** In SQL: whether a person called the number foreign, and it has not come back since. */
export const isForeign = (owned: string): string =>
  `coalesce(
    ${owned}.foreign_listing >= greatest(${owned}.listing_id, ${owned}.back_listing), false)`;

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

/** A number that some list of the account had. */
export type OwnedNumber = {
  number: string;
  /** The list to which it came, or came back. */
  listing: number;
  /** The newest list has it. */
  isListed: boolean;
  isForeign: boolean;
};

/** What the lists say of these numbers, by number; those that no list had are left out. */
export function ownedAmong(
  tx: Queries,
  accountId: number,
  numbers: string[],
): Promise<OwnedNumber[]> {
  return tx.query<OwnedNumber>(
    `select w.number::text as number, greatest(w.listing_id, w.back_listing) as listing,
       w.gone_listing is null as "isListed", ${isForeign('w')} as "isForeign"
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
