import { REST_MS } from '../database/clock.ts';
import type { Ledger } from '../ledger.ts';
import { isOfPlan } from '../order-id.ts';
import { IS_PLACED } from '../plans/plan-state.ts';
import { IS_RESTING, REST_REASON } from './accounts.ts';
import { IS_HEARD } from './workers.ts';

/** What the ledger knows about obstacles to an account's buying. */
export type ObstacleFacts = {
  account: string;
  /** A person must resume it. */
  pausedReason: string | null;
  /** Time until its rest ends, ms. It can be 0 while a worker must compare the ledger. */
  restMs: number;
  /** Why it rests; null when the vendor asked for it. */
  restReason: string | null;
  /** It rests, or waits for a worker that compares the ledger with what was sent. */
  isResting: boolean;
  /** It rests because a limit leaves no room for the next order. */
  restsForLimit: boolean;
  /** A clock was set, and the queue is being rebuilt. */
  isRequeued: boolean;
  /** Workers that were heard of lately. */
  workers: number;
  /** Why the last attempts did not reach the vendor; null when they did. */
  notReached: string | null;
};

/** How many orders of a plan are looked at: the first ones have waited longest. */
const FRONT = 50;
/** How many orders from there on are compared by the time of their answers. */
const AROUND = 2_000;

/**
 * The facts of one account, or of all. The vendor counts as unreachable when an order that waits,
 * or is sent once more, has failed to connect twice in a row, and none near it was answered since.
 */
export function readObstacleFacts(ledger: Ledger, account?: string): Promise<ObstacleFacts[]> {
  return ledger.query<ObstacleFacts>(FACTS, [account ?? null]);
}

const frontOf = (state: 'waiting' | 'sending') => `
  (select w.id, w.connect_failures from ledger.orders w
   where ${isOfPlan('w.id', 'p.id')}
     and w.state = '${state}' order by w.id limit ${FRONT})`;

const FACTS = `
select a.name as account, a.paused_reason as "pausedReason", ${REST_MS} as "restMs",
  ${REST_REASON} as "restReason",
  ${IS_RESTING} as "isResting",
  a.rest_order is not null as "restsForLimit",
  a.requeue is not null as "isRequeued",
  (select count(*)::int from ledger.workers w
   where w.account_id = a.id and ${IS_HEARD}) as workers,
  (select tried.what
   from ledger.plans p, lateral (
     select min(o.id) as first, max(o.connect_failures) as failures from (
       ${frontOf('waiting')} union all ${frontOf('sending')}) o) front, lateral (
     select (array_agg(t.what order by t.answered_at desc)
       filter (where t.outcome = 'not_sent'))[1] as what,
       max(t.answered_at) filter (where t.outcome = 'not_sent') as failed_at,
       max(t.answered_at) filter (where t.outcome <> 'not_sent') as reached_at
     from ledger.attempts t
     where t.order_id >= front.first and t.order_id < front.first + ${AROUND}) tried
   where p.account_id = a.id and ${IS_PLACED} and front.failures >= 2
     and tried.failed_at > coalesce(tried.reached_at, '-infinity')
   order by tried.failed_at desc limit 1) as "notReached"
from ledger.accounts a where $1::text is null or a.name = $1 order by a.id`;
