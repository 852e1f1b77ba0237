/** Orders that may have been sent although the ledger does not know it become `unknown`. */
import { columns } from '../columns.ts';
import { noteEvent } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { selectListingBefore } from '../listings/listings.ts';
import { PLAN_KEY, planOf, rootOf } from '../order-id.ts';
import { lockAkin } from '../plans/lock.ts';
import { IS_UNSENT } from '../successors/withdraw.ts';
import { KEEPS_STATE } from './record-statement.ts';

/** The reason of an order whose answer went with the ledger's newest part. */
export const SENT_BEFORE =
  'The ledger has gone back: this order had been sent, and its answer is lost';

/** An attempt that something outside the ledger knows about. */
export type LostAttempt = { orderId: number; attempt: number };

export type SomeAttempt = {
  orderId: number;
  /** Null: the number is not known, so it is the next one after those that the ledger knows. */
  attempt: number | null;
};

export type Doubt = {
  accountId: number;
  lost: SomeAttempt[];
  /** Until the attempts' deadline, ms; negative: their requests ended that long ago. */
  deadlineMs: number;
  /** The order's reason. */
  what: string;
  /** A list that is certainly older than the attempts. */
  after?: number | undefined;
  /** The ledger has lost none of them: the lists before the attempts that it knows are those. */
  isKnown?: boolean | undefined;
};

/**
 * SQL: `follow` of an order `o` that becomes unknown. What it lacks may have waited for the next
 * try of its line, and there may be none any more once that is known.
 */
export const LOOKED_AT_ANEW = 'nullif(o.follow is not null, false)';

/**
 * Stores these attempts as unknown, with their orders; those that the ledger knows stay. Missing
 * earlier attempts bought nothing. Verdicts on unknown orders are dropped: they may have rivals
 * now. Returns the orders, with short ones in whose family nothing may follow any more.
 */
export async function doubtOrders(
  tx: Queries,
  { accountId, lost, deadlineMs, what, after, isKnown = false }: Doubt,
): Promise<number[]> {
  if (lost.length === 0) return [];
  await lockAkin(tx, ...new Set(lost.map(({ orderId }) => planOf(orderId))));
  const stopped = await stopSuccessors(tx, lost, isKnown ? what : LATER_SENT);
  const doubted = await lockLost(tx, accountId, lost);
  if (doubted.length === 0) return stopped;
  const ids = doubted.map(({ id }) => id);
  await tx.query(
    `update ledger.attempts set outcome = 'not_sent', answered_at = ledger.now(),
       what = 'A later attempt was made, or may have been, as only after one that bought nothing'
     where order_id = any($1::bigint[])
       and (outcome is null or outcome in ('unknown', 'short'))`,
    [ids],
  );
  await tx.query(DOUBT_ATTEMPTS_SQL, [
    ...columns(doubted, 'id', 'attempts', 'attempt', 'baseline'),
    ...[accountId, deadlineMs, what, after ?? null, isKnown],
  ]);
  await tx.query(
    `update ledger.orders o set state = 'unknown', attempts = d.attempt, reason = $3,
       connect_failures = 0, not_before = null, follow = ${LOOKED_AT_ANEW}
     from unnest($1::bigint[], $2::integer[]) d(id, attempt) where o.id = d.id`,
    [...columns(doubted, 'id', 'attempt'), what],
  );
  await tx.query(
    `delete from ledger.verdicts v using ledger.orders o, ledger.plans p
     where o.id = v.order_id and p.id = o.plan_id and p.account_id = $1`,
    [accountId],
  );
  await noteDoubted(tx, ids, what);
  return [...stopped, ...ids];
}

/** The orders that the ledger does not know to have been sent so often, locked. */
function lockLost(tx: Queries, accountId: number, lost: SomeAttempt[]): Promise<Doubted[]> {
  return tx.query<Doubted>(
    `select o.id, o.attempts, coalesce(lost.attempt, o.attempts + 1) as attempt,
       (select case when bool_or(baseline is null) then 0 else min(baseline) end
        from ledger.attempts where order_id in (o.id, o.root)) as baseline
     from ledger.orders o
       join (select distinct on (id) id, attempt
         from unnest($1::bigint[], $2::integer[]) lost(id, attempt)
         order by id, attempt desc) lost using (id)
       join ledger.plans p on p.id = o.plan_id and p.account_id = $3
     where o.attempts < coalesce(lost.attempt, o.attempts + 1)
       and not ${KEEPS_STATE}
       -- A suspicion names no attempt. The order was claimed since: that claim's answer counts.
       and (lost.attempt is not null or o.state <> 'sending')
       -- A second suspicion adds no second attempt.
       and (lost.attempt is not null or not exists (select from ledger.attempts t
         where t.order_id = o.id and t.no = o.attempts and t.outcome = 'unknown'
           and t.nonce is null))
     order by o.id for update of o`,
    [...columns(lost, 'orderId', 'attempt'), accountId],
  );
}

/**
 * When a later attempt of a short order comes to light, the order is not proven to lack anything.
 * Its unsent successors are withdrawn. When the order must stay short, because it had bought
 * something or one of its successors was sent, nothing may follow in its family any more, and
 * neither it nor what waits there is sent again. Returns the orders that stay short.
 */
async function stopSuccessors(tx: Queries, lost: SomeAttempt[], why: string): Promise<number[]> {
  const short = await tx.query<{ id: number }>(
    `select o.id
     from unnest($1::bigint[], $2::integer[]) lost(id, attempt) join ledger.orders o using (id)
     where o.state = 'short' and o.attempts < lost.attempt order by o.id for update of o`,
    columns(lost, 'orderId', 'attempt'),
  );
  if (short.length === 0) return [];
  const ids = [short.map(({ id }) => id)];
  await tx.query(
    `delete from ledger.orders s using ledger.orders o
     where o.id = any($1::bigint[]) and s.root = ${rootOf('o')} and s.id > o.id
       and ${IS_UNSENT}`,
    ids,
  );
  const stopped = await tx.query<{ id: number }>(
    `with staying as materialized (
       select o.id, o.attempts, ${rootOf('o')} as root from ledger.orders o
       where o.id = any($1::bigint[]) and ${KEEPS_STATE}),
     doubtful as (update ledger.attempts t set is_doubtful = true from staying
       where t.order_id = staying.id and t.no = staying.attempts),
     later as (update ledger.orders s set is_final = true from staying
       where s.root = staying.root and s.id > staying.id
         and s.state in ('waiting', 'refused', 'undelivered'))
     update ledger.orders o set is_final = true from staying
     where o.id = staying.id and o.is_final is not true
     returning o.id`,
    ids,
  );
  const stay = stopped.map(({ id }) => id);
  await noteDoubted(tx, stay, why + STAYS_SHORT);
  return stay;
}

const LATER_SENT =
  'A later attempt of this order was sent: it may have bought more than is recorded';

const STAYS_SHORT = '. The order stays short, and nothing more is asked for in its place';

type Doubted = {
  id: number;
  attempts: number;
  attempt: number;
  /** The oldest list before its attempts and those of its root; 0: for one there was none. */
  baseline: number | null;
};

/**
 * Any list since the database came up, or since an earlier doubt, may have what such an attempt
 * bought. So its baseline is an older one; that of a successor is its root's.
 */
const DOUBT_ATTEMPTS_SQL = `
  insert into ledger.attempts
    (order_id, no, worker, outcome, what, deadline_tick, baseline, answered_at)
  select d.id, no, 'lost',
    case when no = d.attempt then 'unknown' else 'not_sent' end,
    case when no = d.attempt then $7
      else 'The ledger lost it; a later attempt shows that it bought nothing' end,
    ledger.lost_deadline(a.id, $6),
    nullif(least(case when not $9 then list.id end, d.baseline, $8::int), 0),
    case when no < d.attempt then ledger.now() end
  from ledger.accounts a,
    unnest($1::bigint[], $2::integer[], $3::integer[], $4::int[])
      d(id, attempts, attempt, baseline),
    generate_series(d.attempts + 1, d.attempt) no,
    (${selectListingBefore('$5')}) list
  where a.id = $5`;

async function noteDoubted(tx: Queries, ids: number[], why: string): Promise<void> {
  for (const [planId, orders] of Map.groupBy(ids, planOf)) {
    await noteEvent(tx, {
      kind: 'order_unknown',
      who: 'witness',
      why,
      planId,
      ...(orders.length === 1 ? { orderId: orders[0] } : {}),
      detail: { orders: orders.length },
    });
  }
}

/** Claims of attempts that had been sent before: unknown. Their real sender may still answer. */
export async function doubtClaims(
  ledger: Ledger,
  claimed: LostAttempt[],
  what: string,
): Promise<void> {
  await ledger.transaction(async (tx) => {
    // The orders first, as all do that also lock attempts.
    await tx.query(
      'select id from ledger.orders where id = any($1::bigint[]) order by id for update',
      columns(claimed, 'orderId'),
    );
    const taken = await tx.query<{ id: number }>(
      // The ledger may have been older for any length of time, so no list is certainly from before.
      `update ledger.attempts t set outcome = 'unknown', what = $3, nonce = null, baseline = null
       from unnest($1::bigint[], $2::integer[]) d(id, attempt)
       where t.order_id = d.id and t.no = d.attempt and t.outcome is null
       returning t.order_id as id`,
      [...columns(claimed, 'orderId', 'attempt'), what],
    );
    const ids = taken.map(({ id }) => id);
    await tx.query(
      `update ledger.orders set state = 'unknown', reason = $2
       where id = any($1::bigint[]) and state = 'sending'`,
      [ids, what],
    );
    await noteDoubted(tx, ids, what);
  });
}

/**
 * Answers to attempts that the ledger has lost: puts their orders in doubt and returns the answers,
 * to be recorded. When the order is lost as well, an event keeps what was bought.
 */
export async function doubtAnswered<Answer extends Answered>(
  ledger: Ledger,
  { accountId, deadlineMs }: { accountId: number; deadlineMs: number },
  answers: Answer[],
): Promise<Answer[]> {
  if (answers.length === 0) return [];
  const unheard = await ledger.query<{ id: number; hasPlan: boolean }>(
    `select a.id, p.id is not null as "hasPlan"
     from unnest($1::bigint[], $2::integer[], $3::text[]) a(id, attempt, plan_key)
       left join ledger.orders o on o.id = a.id
       left join ledger.plans p on p.id = o.plan_id and ${PLAN_KEY} = a.plan_key
     where p.id is null or o.attempts < a.attempt`,
    columns(answers, 'orderId', 'attempt', 'planKey'),
  );
  const isOf = new Map(unheard.map(({ id, hasPlan }) => [id, hasPlan]));
  for (const { orderId, planKey, attempt, numbers } of answers) {
    if (isOf.get(orderId) !== false || numbers.length === 0) continue;
    const why = 'The ledger has gone back: it has lost an order that was answered';
    const detail = { planKey, order: orderId, attempt, numbers };
    await noteEvent(ledger, {
      kind: 'answer_without_order',
      who: 'witness',
      why,
      accountId,
      detail,
    });
  }
  const lost = answers.filter(({ orderId }) => isOf.get(orderId));
  const what = 'The ledger has gone back: this order had been sent';
  if (lost.length > 0)
    await ledger.transaction((tx) => doubtOrders(tx, { accountId, lost, deadlineMs, what }));
  return lost;
}

export type Answered = LostAttempt & { planKey: string; numbers: string[] };
