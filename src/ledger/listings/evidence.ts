import type { Stray } from '../../documents/index.ts';
import {
  type AskedNumbers,
  compareListing,
  type Gone,
  type Listing,
  type ListReading,
  type Missing,
  type UnknownAttempt,
} from '../../evidence/index.ts';
import { ASKED, SENT_ORDERS, unaskedOf, WANTED } from '../asked.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { lostSince } from '../lost-plans/hold-up.ts';
import { isForeign, isStray, lastListing } from './listings.ts';
import { provenAccounts } from './vendor-account.ts';
import { TOLD } from './verdicts.ts';

/** A list that was just read and kept, and as which vendor account. */
type ReadListing = Pick<
  ListReading,
  'id' | 'isAlone' | 'beganTick' | 'beganAt' | 'numbers' | 'listLagMs'
> & { vendorAccount: number | null };

/** What a list shows, and the unknown orders. `before`: those when its reading began. */
export async function compareWithLedger(
  ledger: Ledger,
  accountId: number,
  { vendorAccount, ...read }: ReadListing,
  before: KeptUnknown[],
): Promise<{ listing: Listing; unknowns: UnknownAttempt[] }> {
  const { id, beganTick, listLagMs } = read;
  const sending = await ordersInFlight(ledger, accountId);
  const kept = await unknownAttempts(ledger, accountId);
  const ids = kept.flatMap(({ baseline }) => baseline ?? []);
  const span = { oldest: Math.min(...ids), newest: Math.max(...ids), listLagMs };
  const facts = {
    strays: await strayNumbers(ledger, accountId),
    resold: ids.length > 0 ? await resoldNumbers(ledger, accountId, span) : [],
    missing: await missingNumbers(ledger, accountId, { beganTick, listLagMs }),
    baselines: await listingFacts(ledger, [...new Set(ids)]),
    unasked: await unaskedNumbers(ledger, accountId),
  };
  // Last: another list may have been kept while the facts were read.
  const [now] = await ledger.query<{ newest: number; lostSince: number | null }>(
    `select listing_id as newest, ${lostSince('id')} as "lostSince"
     from ledger.accounts where id = $1`,
    [accountId],
  );
  const isAlone = read.isAlone && now!.newest === id;
  const listing = compareListing({
    ...{ ...read, ...facts, sending, isAlone },
    lostSince: now!.lostSince,
  });
  const same = new Set([vendorAccount, ...(await provenAccounts(ledger, accountId, id))]);
  return { unknowns: kept.map((unknown) => asUnknown(unknown, before, same)), listing };
}

/** `same`: the fingerprints of the list's vendor account. */
function asUnknown(
  kept: KeptUnknown,
  before: KeptUnknown[],
  same: ReadonlySet<number | null>,
): UnknownAttempt {
  const { vendorAccount, baselineAccount, ...unknown } = kept;
  // Of an attempt that the ledger lost nobody knows the account.
  const isElsewhere =
    (vendorAccount !== null && !same.has(vendorAccount)) ||
    (unknown.baseline !== null && !same.has(baselineAccount));
  const wasEnded = before.some(
    ({ order, attempt }) => order === kept.order && attempt === kept.attempt,
  );
  return { ...unknown, wasEnded, isElsewhere };
}

/** Some of the lists that were kept: when they were read, and how many numbers each had. */
function listingFacts(ledger: Ledger, ids: number[]): Promise<ListReading['baselines']> {
  return ledger.query(
    `select id, began_tick as "beganTick", ended_at as "endedAt", size from ledger.listings
     where id = any($1::int[])`,
    [ids],
  );
}

/**
 * Numbers of the newest list that no order of the account has: only those that came, or came back,
 * after our first purchase, or that a lost order may have bought. By number, those after `after`.
 */
export function strays(
  ledger: Ledger,
  accountId: number,
  { after = 0, limit }: { after?: number; limit?: number } = {},
): Promise<Stray[]> {
  return ledger.query<Stray>(
    `with ${TOLD}
     select w.number::text as number, l.ended_at as "listedAt", ${isForeign('w')} as "isForeign",
       said.id as "order"
     from ledger.owned w join ledger.listings l on l.id = ${lastListing('w')}
       left join (select number, min(order_id) as id from told
         where account_id = $1 group by number) said on said.number = w.number
     where w.account_id = $1 and w.gone_listing is null and w.number > $2
       and (w.lost_after is not null or l.id > (select min(coalesce(t.baseline, 0))
         from ledger.attempts t join ledger.orders o on o.id = t.order_id
           join ledger.plans p on p.id = o.plan_id where p.account_id = $1))
       and ${isStray('w')}
     order by w.number limit $3`,
    [accountId, after, limit ?? null],
  );
}

/** Numbers that none of the account's orders has, with the lists that had them first, and again. */
export function strayNumbers(ledger: Ledger, accountId: number): Promise<ListReading['strays']> {
  return ledger.query(
    `select w.number::text as number, w.listing_id as listing, w.back_listing as "backListing",
       exists (select from ledger.numbers n where n.number = w.number) as "isTaken",
       ${isForeign('w')} as "isForeign"
     from ledger.owned w
     where w.account_id = $1
       and ${isStray('w')}
     order by w.number`,
    [accountId],
  );
}

/** Numbers that an order of the account has and did not ask for, with the lists that have them. */
export function unaskedNumbers(ledger: Ledger, accountId: number): Promise<ListReading['unasked']> {
  return ledger.query(
    `select n.number::text as number, n.order_id as holder,
       coalesce(case when w.gone_listing is null then ${lastListing('w')} end, 0) as listing
     from ${unaskedOf('ledger.unasked')} order by n.number`,
    [accountId],
  );
}

/** The last moment, by ticks, at which the vendor can have sold to the order of an attempt. */
const END_TICK = 'coalesce(t.answered_tick, t.deadline_tick)';

const BOUGHT = `ledger.numbers n join ledger.orders o on o.id = n.order_id
  join ledger.plans p on p.id = o.plan_id and p.account_id = $1
  join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
  left join ledger.owned w on w.account_id = p.account_id and w.number = n.number`;

/**
 * Numbers of orders that list `newest` must have had, and that came to the list, or back to it,
 * only after list `oldest`: the vendor may have sold each of them again.
 */
export function resoldNumbers(
  ledger: Ledger,
  accountId: number,
  { oldest, newest, listLagMs }: { oldest: number; newest: number; listLagMs: number },
): Promise<ListReading['resold']> {
  return ledger.query(
    `select n.number::text as number, coalesce(t.baseline, 0) as baseline, ${END_TICK} as "endTick",
       coalesce(w.back_listing, w.listing_id) as "seenListing"
     from ${BOUGHT}
     where coalesce(w.back_listing, w.listing_id) > $2 and coalesce(t.baseline, 0) < $3
       -- What a settlement gave it may have been bought by a later order of its line.
       and (w.back_listing is not null or t.settled_at is null)
       and ${END_TICK} + $4 <= (select began_tick from ledger.listings where id = $3)`,
    [accountId, oldest, newest, listLagMs],
  );
}

const NEVER_LISTED = `w.number is null and ${END_TICK} + $3 <= $2`;

/** What the newest list, begun at `beganTick`, lacks of earlier lists and of what was bought. */
export async function missingNumbers(
  ledger: Ledger,
  accountId: number,
  { beganTick, listLagMs }: { beganTick: number; listLagMs: number },
): Promise<Missing> {
  const gone = await ledger.query<Gone>(
    `select w.listing_id as listing, w.gone_listing as "goneListing", l.ended_tick as "goneTick"
     from ledger.owned w join ledger.listings l on l.id = w.gone_listing where w.account_id = $1`,
    [accountId],
  );
  const [counts] = await ledger.query<Omit<Missing, 'gone'>>(
    `select (select count(*)::int from ledger.owned where account_id = $1) as known,
       coalesce(max(t.baseline) filter (where w.number is not null and w.gone_listing is null
         and t.settled_at is null), 0) as "newerThan",
       count(*) filter (where ${NEVER_LISTED})::int as "neverListed",
       coalesce(min(${END_TICK}) filter (where ${NEVER_LISTED}), 0) + $3 as "neverSince"
     from ${BOUGHT}`,
    [accountId, beganTick, listLagMs],
  );
  return { gone, ...counts! };
}

export type KeptUnknown = Omit<UnknownAttempt, 'wasEnded' | 'isElsewhere'> & {
  /** The vendor account that it was sent to; null: not known. */
  vendorAccount: number | null;
  /** That of its baseline; null also without one. */
  baselineAccount: number | null;
};

/** The unknown orders of the account, each with its last attempt, in the order of ids. */
export function unknownAttempts(tx: Queries, accountId: number): Promise<KeptUnknown[]> {
  return tx.query<KeptUnknown>(
    `select o.id as "order", o.attempts as attempt, o.plan_id as plan, ${WANTED},
       o.quantity - o.bought as lacking, t.baseline, ${END_TICK} as "endTick",
       coalesce(t.named, '{}')::text[] as named,
       t.vendor_account as "vendorAccount",
       (select n.vendor_account from ledger.listings n where n.id = t.baseline)
         as "baselineAccount",
       coalesce((select t.claimed_at - n.ended_at > interval '7 days'
           or ${END_TICK} - n.began_tick > 7 * 86400000
         from ledger.listings n where n.id = t.baseline), false) as "hasOldBaseline",
       (select count(*)::int from ledger.disputes d where d.order_id = o.id) as disputed
     from ${SENT_ORDERS}
     where o.state = 'unknown' and p.account_id = $1 order by o.id`,
    [accountId],
  );
}

/** What is being sent for the account at this moment. */
function ordersInFlight(ledger: Ledger, accountId: number): Promise<AskedNumbers[]> {
  return ledger.query<AskedNumbers>(
    `select ${ASKED} from ${SENT_ORDERS} where o.state = 'sending' and p.account_id = $1`,
    [accountId],
  );
}
