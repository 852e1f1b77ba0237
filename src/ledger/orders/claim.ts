import type { NumberType, OrderOptions } from '../../plan/index.ts';
import { IS_VOUCHED_FOR } from '../accounts/accounts.ts';
import { WANTED } from '../asked.ts';
import { DUE_IN_MS, HAS_RESTED, IS_DUE, REST_MS } from '../database/clock.ts';
import { newestVersion } from '../database/migrate.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { stopForLimit } from '../limits/stop.ts';
import { PLAN_KEY } from '../order-id.ts';
import { IS_PLACED } from '../plans/plan-state.ts';
import { endTriesWith, IS_ENDED_TRY } from '../successors/withdraw.ts';
import { IS_LET_IN } from './queued.ts';

/** An order that may be sent once, now: its attempt is committed. */
export type ClaimedOrder = OrderOptions & {
  id: number;
  planId: number;
  line: number;
  /** The attempt's number, from 1; the record must name it. */
  attempt: number;
  /** A random number that only this claim knows; the record must name it, too. */
  nonce: number;
  /** The plan by content: the file's hash, and which copy. It survives a ledger that went back. */
  planKey: string;
  /** Failures to connect in a row, before this attempt. */
  connectFailures: number;
  /** As the claimant's; it must be sent to this account. */
  vendorAccount: number | null;
  /** The traceparent of its plan's submission; null: not traced. */
  traceparent: string | null;
  quantity: number;
  areaCode: string | null;
  type: NumberType;
};

export type Claimant = {
  accountId: number;
  worker: string;
  /** Time until the attempt's deadline, ms. After it the attempt counts as unknown. */
  deadlineMs: number;
  /** The fingerprint of the vendor account that it claims for. */
  vendorAccount?: () => number | null;
  /** Which of the worker's claims this is; see `lostClaims`. */
  batch?: number;
};

/**
 * Claims the orders that may be sent: they wait and were let into the queue, their plan is running
 * or standing, their account neither paused nor resting, the ledger vouched for and unchanged by a
 * newer program, and the line of a new try still tried. It is a compare-and-set that commits the
 * attempt: of any claims of an order one gets it, and one that is missing from the result must not
 * be sent. All claims together stay within the account's limits of a day and a month. `ids` are
 * unique and sorted, so two batches cannot deadlock. `isProbe`: see `claimProbe`.
 */
export function claimOrders(
  ledger: Queries,
  ids: number[],
  { accountId, worker, deadlineMs, batch, vendorAccount = () => null }: Claimant,
  isProbe = false,
): Promise<ClaimedOrder[]> {
  return ledger.query<ClaimedOrder>(CLAIM_SQL, [
    ...[ids, accountId, worker, deadlineMs, isProbe, batch ?? null, newestVersion()],
    vendorAccount(),
  ]);
}

/** Claims one order alone after the breaker's pause, as a half-open probe: one claimant gets it. */
export async function claimProbe(
  ledger: Ledger,
  id: number,
  claimant: Claimant,
): Promise<ClaimedOrder | undefined> {
  const { accountId } = claimant;
  return ledger.transaction(async (tx) => {
    // Locked before the account's row, as in `stopForLimit`: no deadlock.
    await tx.query('select ledger.lock_limits($1::smallint)', [accountId]);
    const probes = await tx.query(
      `update ledger.accounts a set probe = 'sent', probe_order = o.id
       from ledger.orders o
       where a.id = $1 and o.id = $2 and o.state = 'waiting' and a.probe = 'wanted'
         and a.vouched_for = ledger.incarnation() and ${HAS_RESTED}
       returning o.id`,
      [accountId, id],
    );
    if (probes.length === 0) return undefined;
    const [order] = await claimOrders(tx, [id], claimant, true);
    if (!order) {
      await tx.query(`update ledger.accounts set probe = 'wanted' where id = $1`, [accountId]);
    }
    return order;
  });
}

const CLAIM_SQL = `/* claim_orders */
with claimed as (
  update ledger.orders o set state = 'sending', attempts = o.attempts + 1, not_before = null
  from ledger.plans p, ledger.accounts a, ledger.lines l
  where o.id = any((select ledger.within_limits($2::smallint, $1::bigint[]))::bigint[])
    and o.state = 'waiting' and o.is_final is not true
    and ${IS_DUE}
    and p.id = o.plan_id and ${IS_PLACED} and ${IS_LET_IN} and p.account_id = $2
    and a.id = p.account_id and a.paused_reason is null
    and a.vouched_for = (select ledger.incarnation())
    and (select max(version) from ledger.migrations) <= $7
    and ${HAS_RESTED}
    and (a.probe is null or $5)
    and l.plan_id = o.plan_id and l.line = o.line and not ${IS_ENDED_TRY}
  returning o.id, o.plan_id as "planId", o.line, o.attempts as attempt,
    o.connect_failures as "connectFailures", o.quantity,
    p.traceparent, ${PLAN_KEY} as "planKey",
    floor(random() * 2147483647)::int as nonce,
    ${WANTED}),
attempts as (
  insert into ledger.attempts
   (order_id, no, worker, batch, nonce, claimed_at, deadline_tick, baseline, vendor_account)
  -- One moment for all: each later one would be written to the index of claims.
  select c.id, c.attempt, $3, $6, c.nonce, (select ledger.now()), a.ticks + $4, a.listing_id, $8
  from claimed c, ledger.accounts a where a.id = $2)
select claimed.*, $8::int as "vendorAccount" from claimed`;

/** What identifies an attempt to the witness. */
export type MadeClaim = Pick<ClaimedOrder, 'id' | 'planKey' | 'attempt' | 'nonce' | 'quantity'>;

/**
 * Attempts of a claim whose answer was lost on the way: none was sent. The claim's number tells
 * them from those of a later claim of the same worker, which may be under way.
 */
export async function lostClaims(
  ledger: Ledger,
  ids: number[],
  { worker, batch }: { worker: string; batch: number },
): Promise<MadeClaim[]> {
  return ledger.query(
    `/* claim_lost */
     select o.id, t.no as attempt, t.nonce, o.quantity, ${PLAN_KEY} as "planKey"
     from ledger.attempts t join ledger.orders o on o.id = t.order_id
       join ledger.plans p on p.id = o.plan_id
     where t.order_id = any($1::bigint[]) and t.worker = $2 and t.batch = $3
       and t.answered_at is null and t.outcome is null`,
    [ids, worker, batch],
  );
}

/**
 * `gone`: this job has nothing to do. `probe`: the order may be claimed alone. `later`: try again
 * after `waitMs`. `resting`: the whole account waits for `waitMs`.
 */
export type NotClaimed = { why: 'gone' | 'probe' } | { why: 'later' | 'resting'; waitMs: number };

/** Delay before a job asks again when the end of its account's wait is not known, ms. */
const PAUSED_LOOK_MS = 1_000;

/**
 * Why a claim came to nothing, read right after it; `later`, in 1 ms, if the order is free by then.
 * When a limit leaves no room for it, the account rests or the plan pauses; see `stopForLimit`. A
 * try whose line is not tried any more ends here.
 */
export async function whyNotClaimed(
  ledger: Ledger,
  id: number,
  accountId: number,
): Promise<NotClaimed> {
  const row = await lookAtUnclaimed(ledger, id, accountId);
  if (!row?.isOpen) return { why: 'gone' };
  if (row.isEndedTry) {
    await endTriesWith(ledger, id);
    return { why: 'gone' };
  }
  if (row.isPaused || !row.isVouchedFor || row.isNewer)
    return { why: 'resting', waitMs: PAUSED_LOOK_MS };
  if (row.restMs > 0) return { why: 'resting', waitMs: Math.ceil(row.restMs) };
  if (row.probe === 'sent') return { why: 'resting', waitMs: PAUSED_LOOK_MS };
  if (row.waitMs > 0) return { why: 'later', waitMs: Math.ceil(row.waitMs) };
  const stopped = row.isLimited ? await stopForLimit(ledger, accountId, id) : null;
  if (stopped === 'plan') return { why: 'gone' };
  if (stopped === 'account') return { why: 'resting', waitMs: PAUSED_LOOK_MS };
  if (row.probe === 'wanted') return { why: 'probe' };
  // It became due between the two statements.
  return { why: 'later', waitMs: 1 };
}

type Unclaimed = {
  isOpen: boolean;
  isEndedTry: boolean;
  isPaused: boolean;
  isVouchedFor: boolean;
  isNewer: boolean;
  probe: 'wanted' | 'sent' | null;
  isLimited: boolean;
  restMs: number;
  waitMs: number;
};

async function lookAtUnclaimed(
  ledger: Ledger,
  id: number,
  accountId: number,
): Promise<Unclaimed | undefined> {
  const [row] = await ledger.query<Unclaimed>(
    `select o.state = 'waiting' and o.is_final is not true and ${IS_PLACED}
              and p.account_id = $2 as "isOpen",
            ${IS_ENDED_TRY} as "isEndedTry",
            a.paused_reason is not null as "isPaused", a.probe,
            ${IS_VOUCHED_FOR} as "isVouchedFor",
            (select max(version) from ledger.migrations) > $3 as "isNewer",
            exists (select from ledger.limits where account_id = a.id) as "isLimited",
            ${REST_MS} as "restMs",
            -- An old job may come before its order is let in.
            case when ${IS_LET_IN} then ${DUE_IN_MS} else ${PAUSED_LOOK_MS} end as "waitMs"
     from ledger.orders o join ledger.plans p on p.id = o.plan_id
       join ledger.accounts a on a.id = p.account_id
       join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
     where o.id = $1`,
    [id, accountId, newestVersion()],
  );
  return row;
}
