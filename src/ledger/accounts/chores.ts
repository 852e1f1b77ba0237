import { MAY_ASK_AGAIN } from '../asked.ts';
import { type Ledger, only } from '../ledger.ts';
import { HAS_PENDING, IS_PLACED } from '../plans/plan-state.ts';

/**
 * What an account may need of the sweep. A chore that is needed is never left out here; one that is
 * named may find nothing, for it looks again.
 */
export type Chores = {
  /** Orders per second that the account may send; null: any. */
  rate: number | null;
  /** As `beginRequeue` and `endRequeue` note it: a clock was set. */
  requeue: 'wanted' | 'begun' | null;
  /** An order is being sent: `expireAttempts`. */
  isSending: boolean;
  /** `renewProbe`. */
  isProbing: boolean;
  /** A limit holds the account or a plan: `continueWithinLimits`. */
  isHeld: boolean;
  /** A number is disputed, or an order is final: `doubtFinal`. */
  isDoubtful: boolean;
  /** An order lacks numbers and may have a successor, or a line is tried again. */
  lacksNumbers: boolean;
  /** A plan that nobody has stopped, or that is paused: `noteProgress`. */
  progresses: boolean;
  /** A plan has no pending order, or is cancelled: `endPlans`. */
  mayEnd: boolean;
  /** A plan has pending orders: they belong in the queue. */
  hasPending: boolean;
  /** A stopped plan may have jobs in the queue. */
  hasStopped: boolean;
};

/**
 * SQL: whether there is such an order `o`. By its sequence, the database finds it in the index of
 * these few, also when it knows nothing yet of a plan that was stored just now.
 */
const anyOrder = (such: string) =>
  `(select o.id from ledger.orders o where ${such} order by o.id limit 1) is not null`;

/**
 * Looks for all chores with one short statement. A sweep mostly finds nothing to do, and the
 * database takes long to plan the chores' own statements.
 */
export async function findChores(ledger: Ledger, accountId: number): Promise<Chores> {
  const rows = await ledger.query<Chores>(
    `with open_plans as materialized (
       select p.state, p.held_order, ${IS_PLACED} as placed, ${HAS_PENDING} as pending
       from ledger.plans p
       where p.account_id = $1 and p.ended_at is null
         and p.state in ('running', 'standing', 'paused', 'cancelled'))
     select a.rate, a.requeue,
       ${anyOrder("state = 'sending'")} as "isSending",
       a.probe is not distinct from 'sent' as "isProbing",
       a.rest_order is not null
         or exists (select from open_plans where held_order is not null) as "isHeld",
       exists (select from ledger.disputes)
         or ${anyOrder('is_final')} as "isDoubtful",
       ${anyOrder(MAY_ASK_AGAIN)}
         or exists (select from ledger.standing where next_at < 'infinity') as "lacksNumbers",
       exists (select from open_plans where placed or state = 'paused') as progresses,
       exists (select from open_plans where state = 'cancelled' or placed and not pending)
         as "mayEnd",
       exists (select from open_plans where placed and pending) as "hasPending",
       exists (select from ledger.plans p
         where p.account_id = a.id and p.state in ('paused', 'cancelled')
           and (p.queued_to > 0 or p.successors > 0)) as "hasStopped"
     from ledger.accounts a where a.id = $1`,
    [accountId],
  );
  return only(rows, 'an account');
}
