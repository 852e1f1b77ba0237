import { count, counted } from '../../english.ts';
import { AppError } from '../../errors.ts';
import { lockAccountFor } from '../account-lock.ts';
import { type Ledger, only, type Queries } from '../ledger.ts';
import { suspectContradicted } from '../orders/contradicted.ts';
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
 * missing or back, and compares it with what is said of orders. Of two readings at the same time
 * nobody knows which is newer, so the second says nothing of what is missing. Throws AppError, and
 * keeps nothing: `bad_config` for a list of another vendor account, `wrong_state` when it is too
 * early to tell.
 */
export async function keepListing(
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
    // Before a claim can know the list.
    await suspectContradicted(tx, accountId);
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
