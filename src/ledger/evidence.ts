import type { Asked, UnknownAttempt, Verdict } from '../evidence/index.ts';
import type { Ledger } from './ledger.ts';

/** The database's clock: the only one by which lists and attempts are compared. */
export async function ledgerNow(ledger: Ledger): Promise<Date> {
  const [row] = await ledger.query<{ now: Date }>('ledger_now', 'select clock_timestamp() as now');
  if (!row) throw new Error('Bug: the database does not tell the time');
  return row.now;
}

/**
 * Keeps a reading of the vendor's list that began at `beganAt` and is over now: numbers that no
 * earlier list had are remembered with it.
 */
export async function keepListing(
  ledger: Ledger,
  accountId: number,
  { beganAt, numbers }: { beganAt: Date; numbers: string[] },
): Promise<void> {
  await ledger.transaction(async (tx) => {
    const [listing] = await tx.query<{ id: number }>(
      'listing_keep',
      'insert into ledger.listings (account_id, began_at, size) values ($1, $2, $3) returning id',
      [accountId, beganAt, numbers.length],
    );
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

/** When the lists of an account were read, oldest first. */
export function listingTimes(
  ledger: Ledger,
  accountId: number,
): Promise<{ beganAt: Date; endedAt: Date }[]> {
  return ledger.query(
    'listing_times',
    `select began_at as "beganAt", ended_at as "endedAt" from ledger.listings
     where account_id = $1 order by ended_at`,
    [accountId],
  );
}

export type Stray = {
  number: string;
  /** The end of the first list that had it. */
  firstSeenAt: Date;
  /** It was on the account's very first list: owned before anything was bought from here. */
  wasThere: boolean;
};

/** Numbers of an account's lists that no order claims. */
export function strayNumbers(ledger: Ledger, accountId: number): Promise<Stray[]> {
  return ledger.query<Stray>(
    'stray_numbers',
    `select w.number::text as number, l.ended_at as "firstSeenAt",
       l.id = (select min(id) from ledger.listings where account_id = $1) as "wasThere"
     from ledger.owned w join ledger.listings l on l.id = w.listing_id
     where w.account_id = $1
       and not exists (select 1 from ledger.numbers n where n.number = w.number)
     order by w.number`,
    [accountId],
  );
}

const ASKED = `l.type, l.area_code as "areaCode", l.distance, l.allow_overlay as "allowOverlay"`;

export function unknownAttempts(ledger: Ledger, accountId: number): Promise<UnknownAttempt[]> {
  return ledger.query<UnknownAttempt>(
    'unknown_attempts',
    `select o.id as "order", ${ASKED}, l.fill_quantity as "fillQuantity",
       o.quantity - o.bought as lacking, t.claimed_at as "sentAt",
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

export type Proposal = {
  order: number;
  finding: Verdict['finding'] | 'later';
  isClear: boolean;
  numbers: string[];
  why: string;
};

/** Keeps what is proposed for orders that are still unknown, in the place of what was before. */
export async function keepProposals(ledger: Ledger, proposals: Proposal[]): Promise<void> {
  for (const { order, finding, isClear, numbers, why } of proposals) {
    await ledger.query(
      'proposal_keep',
      `insert into ledger.proposals as p (order_id, finding, is_clear, numbers, why)
       select id, $2, $3, $4::text[], $5 from ledger.orders where id = $1 and state = 'unknown'
       on conflict on constraint proposals_pkey do update
         set finding = $2, is_clear = $3, numbers = $4::text[], why = $5, made_at = clock_timestamp()`,
      [order, finding, isClear, numbers, why],
    );
  }
}

/** What is proposed for an unknown order's last attempt; of an earlier one it says nothing. */
export async function findProposal(ledger: Ledger, order: number): Promise<Proposal | undefined> {
  const [row] = await ledger.query<Proposal>(
    'proposal_find',
    `select v.order_id as "order", v.finding, v.is_clear as "isClear", v.numbers, v.why
     from ledger.proposals v join ledger.orders o on o.id = v.order_id
       join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
     where v.order_id = $1 and o.state = 'unknown' and v.made_at > t.claimed_at`,
    [order],
  );
  return row;
}

/**
 * Asks for the right to reconcile; given once in 5 s, and only while an unknown order of the account
 * waits for a list: it is due, and has no verdict or one that is ten minutes old.
 */
export async function mayReconcile(
  ledger: Ledger,
  accountId: number,
  settlingMs: number,
): Promise<boolean> {
  const rows = await ledger.query(
    'account_may_reconcile',
    `update ledger.accounts a set reconciled_at = clock_timestamp()
     where id = $1 and reconciled_at < clock_timestamp() - interval '5 s' and exists (
       select 1 from ledger.orders o join ledger.plans p on p.id = o.plan_id
         join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
         left join ledger.proposals v on v.order_id = o.id and v.made_at > t.claimed_at
       where o.state = 'unknown' and p.account_id = a.id
         and coalesce(t.answered_at, t.deadline) + $2 * interval '1 ms' < clock_timestamp()
         and (v.made_at is null or v.made_at < clock_timestamp() -
           case v.finding when 'later' then interval '10 s' else interval '10 min' end))
     returning id`,
    [accountId, settlingMs],
  );
  return rows.length > 0;
}
