import type { LimitState } from '../../documents/index.ts';
import type { Ledger } from '../ledger.ts';
import { LIMIT_STATES } from '../limits/limits.ts';
import { IS_PLACED } from '../plans/plan-state.ts';
import { IS_RESTING } from './accounts.ts';
import { IS_HEARD } from './workers.ts';

/** An account's work as a monitor needs it: counts by account, never by plan. */
export type AccountStats = {
  account: string;
  /** Orders that may start per second; null: no pace. */
  rate: number | null;
  isPaused: boolean;
  /** The account rests: for the vendor, for a limit, or while the ledger is in doubt. */
  isResting: boolean;
  /** Workers that were heard of lately. */
  workers: number;
  /**
   * Orders of plans that have not ended, by state, and all unknown ones. `waiting`: of running
   * plans, due now or within a minute. `held`: of all other plans that have not ended.
   */
  orders: Record<string, number>;
  /** The orders being sent that may still be answered in time. */
  inTime: number;
  /** Age in seconds of the oldest unknown order, since it was sent; 0 when none is unknown. */
  oldestUnknown: number;
  /** Plans by state. */
  plans: Record<string, number>;
  /** Plans that finished within the last hour and bought less than was asked for. */
  finishedMissing: number;
  limits: LimitState[];
};

/**
 * Of all accounts. Monitors ask all the time: of the orders it reads those in flight or unknown.
 */
export function readAccountStats(ledger: Ledger): Promise<AccountStats[]> {
  return ledger.query<AccountStats>(ACCOUNT_STATS);
}

/** `in_flight` and `done` count orders by plan, and `by_state` adds them up by account. */
const ACCOUNT_STATS = `
with in_flight as materialized (
  select p.account_id, p.id as plan_id, count(*)::int as orders,
    count(*) filter (where t.deadline_tick > a.ticks)::int as in_time
  from ledger.orders o
    join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
    join ledger.plans p on p.id = o.plan_id
    join ledger.accounts a on a.id = p.account_id
  where o.state = 'sending'
  group by p.account_id, p.id),
done as materialized (
  select t.plan_id, t.state, sum(t.orders)::int as orders
  from ledger.plans p join ledger.tallies t on t.plan_id = p.id
  where p.ended_at is null
  group by t.plan_id, t.state
  union all
  select t.plan_id, t.state, sum(t.orders)::int
  from ledger.tallies t join ledger.plans p on p.id = t.plan_id
  where t.state = 'unknown' and p.ended_at is not null
  group by t.plan_id, t.state),
by_state as (
  select p.account_id, done.state, done.orders
  from done join ledger.plans p on p.id = done.plan_id
  union all
  select account_id, 'sending', orders from in_flight
  union all
  select p.account_id, case when ${IS_PLACED} then 'waiting' else 'held' end,
    p.orders + p.successors
      - coalesce((select sum(orders) from done where done.plan_id = p.id), 0)
      - coalesce((select orders from in_flight where in_flight.plan_id = p.id), 0)
  from ledger.plans p where p.ended_at is null)
select a.name as account, a.rate, a.paused_reason is not null as "isPaused",
  ${IS_RESTING} as "isResting",
  (select count(*)::int from ledger.workers w
   where w.account_id = a.id and ${IS_HEARD}) as workers,
  (select coalesce(json_object_agg(state, orders), '{}')
   from (select state, greatest(0, sum(orders))::int as orders
         from by_state where account_id = a.id group by state) s) as orders,
  (select coalesce(sum(in_time), 0)::int from in_flight where account_id = a.id) as "inTime",
  (select coalesce(greatest(0, extract(epoch from ledger.now() - min(t.claimed_at))), 0)::float8
   from ledger.orders o
     join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
     join ledger.plans p on p.id = o.plan_id
   where o.state = 'unknown'
     and p.account_id = a.id) as "oldestUnknown",
  (select coalesce(json_object_agg(state, plans), '{}')
   from (select state, count(*)::int as plans
         from ledger.plans where account_id = a.id group by state) s) as plans,
  (select count(*)::int from ledger.plans p
   where p.account_id = a.id and p.state = 'finished'
     and p.ended_at > ledger.now() - interval '1 hour'
     and exists (select from ledger.tallies t
                 where t.plan_id = p.id and t.state in ('short', 'refused', 'undelivered')
                 group by t.state
                 having sum(t.requested - t.bought) > 0)) as "finishedMissing",
  ${LIMIT_STATES} as limits
from ledger.accounts a order by a.id`;
