import { type Ledger, only, type Queries } from '../ledger.ts';

/**
 * What the fingerprints of the vendor accounts are salted with: the same for all accounts, so that
 * two with the same keys are found. It stays in the ledger.
 */
export async function fingerprintSalt(ledger: Ledger): Promise<string> {
  const rows = await ledger.query<{ salt: string }>(
    'select witness_id::text as salt from ledger.accounts order by id limit 1',
  );
  return only(rows, 'an account').salt;
}

/** Whether the account's newest list was read as this vendor account; null: there is no list. */
export async function isNewestListOf(
  ledger: Queries,
  accountId: number,
  vendorAccount: number | null,
): Promise<boolean | null> {
  const [newest] = await ledger.query<{ isSame: boolean }>(
    `select vendor_account is not distinct from $2::int as "isSame" from ledger.listings
     where id = (select listing_id from ledger.accounts where id = $1)`,
    [accountId, vendorAccount],
  );
  return newest?.isSame ?? null;
}

/**
 * A list was refused because it is of another vendor account than this one's numbers. The account
 * does not buy from it, so another one may.
 */
export async function refuseVendorAccount(
  ledger: Ledger,
  accountId: number,
  vendorAccount: number | null,
): Promise<void> {
  await ledger.query(
    `update ledger.accounts set vendor_account = nullif(vendor_account, $2::int),
       refused_vendor_accounts = array_remove(refused_vendor_accounts, $2::int) || $2::int
     where id = $1 and $2::int is not null`,
    [accountId, vendorAccount],
  );
}

/** Whether a list was refused so, and none was kept since. A person's resuming changes nothing. */
export async function isVendorAccountRefused(
  ledger: Ledger,
  accountId: number,
  vendorAccount: number | null,
): Promise<boolean> {
  const rows = await ledger.query(
    'select from ledger.accounts where id = $1 and $2::int = any(refused_vendor_accounts)',
    [accountId, vendorAccount],
  );
  return rows.length > 0;
}

/** As whom a list is read, when reading begins, and how long it may lag behind a purchase. */
export type ListingReader = { beganTick: number; vendorAccount: number | null; listLagMs: number };

export type KnownNumber = {
  number: string;
  /** A list need not have it yet. */
  isYoung: boolean;
};

/** What lists had until now, and what answers have sold as another fingerprint. */
export function knownNumbers(
  tx: Queries,
  accountId: number,
  { beganTick, vendorAccount, listLagMs }: ListingReader,
): Promise<KnownNumber[]> {
  return tx.query<KnownNumber>(
    `select number::text as number, false as "isYoung"
     from ledger.owned where account_id = $1 and gone_listing is null
     union all
     select n.number::text, coalesce(t.answered_tick, t.deadline_tick) + $4 > $3
     from ledger.numbers n
       join ledger.orders o on o.id = n.order_id
       join ledger.plans p on p.id = o.plan_id and p.account_id = $1
       join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
       left join ledger.owned w on w.account_id = p.account_id and w.number = n.number
     where w.number is null and t.settled_at is null
       and t.vendor_account is not null and t.vendor_account is distinct from $2::int`,
    [accountId, vendorAccount, beganTick, listLagMs],
  );
}

/** Whether no list can show yet whether it is of the account that has these. */
export const isTooEarly = (known: KnownNumber[]): boolean =>
  known.length > 0 && known.every(({ isYoung }) => isYoung);

type Compared = {
  /** `early`: the list has nothing of what is known, and need not yet. */
  is: 'same' | 'other' | 'early';
  /** How many of the known numbers are on the list. */
  found: number;
};

/**
 * Compares a list with what is known. `hasNewest`: there is a newest list, read with other keys.
 * Where no list was kept, the numbers may have been released meanwhile: one of them is enough.
 */
export function compareWithKnown(
  known: KnownNumber[],
  numbers: string[],
  hasNewest: boolean,
): Compared {
  const listed = new Set(numbers);
  const found = known.filter(({ number }) => listed.has(number)).length;
  const lacking = known.filter(({ number, isYoung }) => !isYoung && !listed.has(number)).length;
  if (lacking > found && (hasNewest || found === 0)) return { is: 'other', found };
  return { is: found === 0 && isTooEarly(known) ? 'early' : 'same', found };
}

/**
 * The fingerprints whose numbers are mostly on the newest list, `listingId`: they are of the same
 * vendor account. Sold numbers prove nothing: the vendor may move those of a mistaken account.
 */
export async function provenAccounts(
  ledger: Ledger,
  accountId: number,
  listingId: number,
): Promise<(number | null)[]> {
  const rows = await ledger.query<{ vendorAccount: number | null }>(
    `select n.vendor_account as "vendorAccount"
     from ledger.owned w join ledger.listings n on n.id = w.listing_id
     where w.account_id = $1 and w.listing_id < $2
       and (w.gone_listing is null or w.gone_listing >= $2)
     group by 1 having 2 * count(*) filter (where w.gone_listing is null) >= count(*)`,
    [accountId, listingId],
  );
  return rows.map(({ vendorAccount }) => vendorAccount);
}
