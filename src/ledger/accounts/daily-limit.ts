import { HAS_RESTED } from '../database/clock.ts';
import { noteEvent } from '../events.ts';
import type { Queries } from '../ledger.ts';

/** The day that a limit counts for. */
export const TODAY = `(ledger.now() at time zone 'utc')::date`;

export const TOMORROW = `((${TODAY} + 1)::timestamp at time zone 'utc')`;

/**
 * What an account `a` has spent of today's limit, at most. A later day in the row comes from a
 * clock that was set back.
 */
export const SPENT = `case when a.spent_on >= ${TODAY} then a.spent else 0 end`;

/**
 * For an order that seems to exceed its account's daily limit. Counts what is spent: the numbers
 * bought by today's orders, and everything that orders in flight or unknown ask for. If the order
 * does exceed the limit, and nothing in flight may give anything back, the account rests until the
 * next day.
 *
 * Locks the account before counting, so no claim comes in between.
 */
export async function restWhenSpent(
  tx: Queries,
  accountId: number,
  orderId: number,
): Promise<void> {
  const [limit] = await tx.query<{ limit: number; quantity: number }>(
    'daily_limit_lock',
    `select a.daily_numbers as limit, o.quantity from ledger.accounts a, ledger.orders o
     where a.id = $1 and o.id = $2 and ${SPENT} + o.quantity > a.daily_numbers
       and ${HAS_RESTED} for update of a`,
    [accountId, orderId],
  );
  if (!limit) return;
  const [counted] = await tx.query<{ spent: number; inFlight: number }>(
    'daily_limit_count',
    `with day as (
       select coalesce(sum(case when t.outcome in ('filled', 'short') then o.bought
         else o.quantity end), 0)::int as spent,
         count(*) filter (where t.outcome is null)::int as in_flight
       from ledger.attempts t join ledger.orders o on o.id = t.order_id
         join ledger.plans p on p.id = o.plan_id
       where t.claimed_at >= ${TODAY}::timestamp at time zone 'utc' and p.account_id = $1
         and (t.outcome is null or t.outcome in ('filled', 'short', 'unknown')))
     update ledger.accounts a set spent = day.spent, spent_on = ${TODAY} from day where a.id = $1
     returning a.spent, day.in_flight as "inFlight"`,
    [accountId],
  );
  if (!counted || counted.inFlight > 0) return;
  if (counted.spent + limit.quantity <= limit.limit) return;
  const why =
    `The daily limit of ${limit.limit} numbers leaves no room ` +
    'for the next order: it goes on at 00:00 UTC';
  await tx.query(
    'daily_limit_rest',
    `update ledger.accounts set rest_reason = $2, resume_at = ${TOMORROW},
       rest_ms = extract(epoch from ${TOMORROW} - ledger.now()) * 1000 where id = $1`,
    [accountId, why],
  );
  await noteEvent(tx, { kind: 'account_limited', who: 'daily limit', why, accountId });
}

/**
 * Sets or removes the account's limit. Accounts without a limit keep no count, so the next claim
 * counts what was claimed before.
 */
export async function setDailyLimit(
  tx: Queries,
  accountId: number,
  dailyNumbers: number | null,
): Promise<void> {
  await tx.query(
    'daily_limit_set',
    `update ledger.accounts set daily_numbers = $2, spent = coalesce($2, 0), spent_on = ${TODAY}
     where id = $1`,
    [accountId, dailyNumbers],
  );
  await endRest(tx, accountId);
}

/** Some of the day's limit may be free again. The next claim counts. */
export async function endRest(tx: Queries, accountId: number): Promise<void> {
  await tx.query(
    'daily_limit_end_rest',
    `update ledger.accounts set resume_at = null, rest_reason = null
     where id = $1 and rest_reason is not null`,
    [accountId],
  );
}
