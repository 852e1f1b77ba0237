import type { Asked, UnknownAttempt } from '../evidence/index.ts';
import type { Ledger, Queries } from './ledger.ts';

/** The database's clock: the only one by which lists and attempts are compared. */
export async function ledgerNow(ledger: Ledger): Promise<Date> {
  const [row] = await ledger.query<{ now: Date }>('ledger_now', 'select ledger.now() as now');
  if (!row) throw new Error('Bug: the database does not tell the time');
  return row.now;
}

/** So that two readings are kept one after the other. */
const LISTING_LOCK = 41_523_119;

/**
 * Keeps a reading of the vendor's list that began at `beganAt` and is over now: numbers that no
 * earlier list had are remembered with it, and also which have gone from the list or come back.
 */
export async function keepListing(
  ledger: Ledger,
  accountId: number,
  { beganAt, numbers }: { beganAt: Date; numbers: string[] },
): Promise<void> {
  await ledger.transaction(async (tx) => {
    await tx.query('listing_lock', 'select pg_advisory_xact_lock($1, $2)', [
      LISTING_LOCK,
      accountId,
    ]);
    const [listing] = await tx.query<{ id: number; isNewest: boolean }>(
      'listing_keep',
      `insert into ledger.listings (account_id, began_at, size) values ($1, $2, $3)
       returning id, not exists (select from ledger.listings l
         where l.account_id = $1 and l.began_at > $2) as "isNewest"`,
      [accountId, beganAt, numbers.length],
    );
    if (listing?.isNewest) await noteChanges(tx, accountId, listing.id, numbers);
    for (let start = 0; start < numbers.length; start += 5_000) {
      await tx.query(
        'listing_owned',
        `insert into ledger.owned (account_id, number, listing_id)
         select $1, number, $2 from unnest($3::bigint[]) n(number) order by number
         on conflict on constraint owned_pkey do nothing`,
        [accountId, listing?.id, numbers.slice(start, start + 5_000)],
      );
    }
  });
}

/** Which of the numbers that were known before have gone, and which are back. */
async function noteChanges(
  tx: Queries,
  accountId: number,
  listingId: number,
  numbers: string[],
): Promise<void> {
  const known = await tx.query<{ number: string; isGone: boolean }>(
    'owned_known',
    `select number::text as number, is_gone as "isGone" from ledger.owned where account_id = $1`,
    [accountId],
  );
  const listed = new Set(numbers);
  const changed = known.filter(({ number, isGone }) => listed.has(number) === isGone);
  if (changed.length === 0) return;
  await tx.query(
    'owned_change',
    `update ledger.owned w set is_gone = not is_gone,
       back_at = case when is_gone then l.ended_at else back_at end
     from ledger.listings l where l.id = $2 and w.account_id = $1 and w.number = any($3::bigint[])`,
    [accountId, listingId, changed.map(({ number }) => number)],
  );
}

/**
 * Whether a plan of the account was started after the newest list had been read: its first order
 * should wait for a list, since only what is new since then can be its goods.
 */
export async function lacksBaseline(ledger: Ledger, accountId: number): Promise<boolean> {
  const [row] = await ledger.query<{ lacks: boolean }>(
    'baseline_lacks',
    `select exists (
       select 1 from ledger.plans p where p.account_id = $1 and p.state = 'running'
         and p.priority_base is null and p.started_at > coalesce(
           (select max(ended_at) from ledger.listings where account_id = $1), '-infinity')) as lacks`,
    [accountId],
  );
  return row?.lacks ?? false;
}

export type ListingFacts = { beganAt: Date; endedAt: Date; size: number };

/** When the lists of an account were read, oldest first, and how many numbers each had. */
export function listingFacts(ledger: Ledger, accountId: number): Promise<ListingFacts[]> {
  return ledger.query(
    'listing_facts',
    `select began_at as "beganAt", ended_at as "endedAt", size from ledger.listings
     where account_id = $1 order by ended_at`,
    [accountId],
  );
}

export type Stray = {
  number: string;
  /** The end of the first list that had it. */
  firstSeenAt: Date;
  /** When it was on a list again after one that it had gone from; null: that never was. */
  backAt: Date | null;
  /** It was owned before anything was bought from here. */
  wasThere: boolean;
};

/** Numbers of an account's lists that no order claims, each since the first list that had it. */
export function strayNumbers(ledger: Ledger, accountId: number): Promise<Stray[]> {
  return ledger.query<Stray>(
    'stray_numbers',
    `select w.number::text as number, l.ended_at as "firstSeenAt", w.back_at as "backAt",
       l.ended_at < (select coalesce(min(t.claimed_at), 'infinity') from ledger.attempts t
         join ledger.orders o on o.id = t.order_id join ledger.plans p on p.id = o.plan_id
         where p.account_id = $1) as "wasThere"
     from ledger.owned w join ledger.listings l on l.id = w.listing_id
     where w.account_id = $1
       and not exists (select 1 from ledger.numbers n where n.number = w.number)
     order by w.number`,
    [accountId],
  );
}

/** A number that an order of the account has, and when it was on the list first, or again. */
export type RecordedNumber = { number: string; boughtAt: Date; seenAt: Date | null };

/**
 * Numbers that orders of the account have, and that were bought, or on the list for the first time or
 * again, after that moment: what a list must show by now, and what it may have been sold twice over.
 */
export function recordedNumbers(
  ledger: Ledger,
  accountId: number,
  since: Date,
): Promise<RecordedNumber[]> {
  return ledger.query<RecordedNumber>(
    'numbers_recorded_since',
    `select n.number::text as number, n.bought_at as "boughtAt",
       coalesce(w.back_at, l.ended_at) as "seenAt"
     from ledger.numbers n join ledger.orders o on o.id = n.order_id
       join ledger.plans p on p.id = o.plan_id
       left join ledger.owned w on w.account_id = p.account_id and w.number = n.number
       left join ledger.listings l on l.id = w.listing_id
     where p.account_id = $1 and (n.bought_at >= $2 or coalesce(w.back_at, l.ended_at) >= $2)`,
    [accountId, since],
  );
}

const ASKED = `l.type, l.area_code as "areaCode", l.distance, l.allow_overlay as "allowOverlay"`;

/** The unknown orders of the account, each with its last attempt, oldest first. */
export function unknownAttempts(ledger: Ledger, accountId: number): Promise<UnknownAttempt[]> {
  return ledger.query<UnknownAttempt>(
    'unknown_attempts',
    `select o.id as "order", o.attempts as attempt, ${ASKED}, l.fill_quantity as "fillQuantity",
       o.quantity - o.bought as lacking, t.claimed_at as "sentAt",
       (select count(*)::int from ledger.disputes d where d.order_id = o.id) as disputed,
       greatest(t.answered_at, case when t.answered_at is null then t.deadline end) as "endedAt"
     from ledger.orders o
       join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
       join ledger.plans p on p.id = o.plan_id
       join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
     where o.state = 'unknown' and p.account_id = $1 order by o.id`,
    [accountId],
  );
}

/** What is being sent for the account at this moment. */
export function ordersInFlight(ledger: Ledger, accountId: number): Promise<Asked[]> {
  return ledger.query<Asked>(
    'orders_in_flight',
    `select ${ASKED} from ledger.attempts t join ledger.orders o on o.id = t.order_id
       join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
       join ledger.plans p on p.id = o.plan_id
     where t.outcome is null and p.account_id = $1`,
    [accountId],
  );
}
