import { HAS_RESTED, REST_MS } from './clock.ts';
import type { Ledger } from './ledger.ts';

/** What an attempt came to, as it goes into the ledger. */
export type AnswerRecord = {
  orderId: number;
  attempt: number;
  /** The claim's. */
  nonce: number;
  /** Its plan by content; see the claim. */
  planKey: string;
  outcome: 'filled' | 'short' | 'refused' | 'credentials' | 'throttled' | 'not_sent' | 'unknown';
  /** The order's next state. The ledger makes it `unknown` when a number cannot be the order's. */
  state: 'filled' | 'short' | 'refused' | 'waiting' | 'undelivered' | 'unknown';
  numbers: string[];
  status: number | null;
  what: string;
  body: string | null;
  /** For `waiting`: not to be claimed again before so many ms have passed. */
  waitMs: number | null;
  /** For `throttled`: how long the vendor asked for; null when it did not say. */
  retryAfterMs: number | null;
};

export type Recorded = {
  orderId: number;
  state: string;
  bought: number;
  /** Numbers that the vendor named for the order and that could not be the order's. */
  disputed: number;
  /** Why the account paused itself over these answers; told with one of them, null with the others. */
  pausedReason: string | null;
};

/** Breaker: so many unknown answers in a row, or more than so many among the last fifty. */
export const UNKNOWN_IN_A_ROW = 5;
export const UNKNOWN_OF_FIFTY = 10;

/**
 * Records answers: the attempt's outcome, the order's state, its numbers, and what follows for the
 * account (throttled, wrong keys, breaker), all in one statement. A compare-and-set as well: an
 * answer is taken for an order that is being sent, or that became unknown by a deadline (evidence
 * beats guesses), and only for its last attempt; a success also when that was settled as nothing
 * and has not been made again yet. Recording the same answer again changes nothing.
 *
 * An order that is missing from what comes back did not take the answer: it had been recorded, or
 * settled by a person before the answer came. Numbers that such an answer names are disputed.
 */
export async function recordAnswers(
  ledger: Ledger,
  accountId: number,
  records: AnswerRecord[],
): Promise<Recorded[]> {
  const goods = records.flatMap((r) => r.numbers.map((number) => ({ number, orderId: r.orderId })));
  return ledger.query<Recorded>('record_answers', RECORD_SQL, [
    arrayOf(records.map((r) => r.orderId)),
    arrayOf(records.map((r) => r.attempt)),
    arrayOf(records.map((r) => r.outcome)),
    arrayOf(records.map((r) => r.state)),
    arrayOf(records.map((r) => r.status)),
    records.map((r) => r.what),
    records.map((r) => r.body),
    arrayOf(records.map((r) => r.waitMs)),
    arrayOf(records.map((r) => r.retryAfterMs)),
    arrayOf(goods.map((g) => g.number)),
    arrayOf(goods.map((g) => g.orderId)),
    accountId,
    arrayOf(records.map((r) => r.numbers.length)),
    arrayOf(records.map((r) => r.nonce)),
    arrayOf(records.map((r) => r.planKey)),
  ]);
}

/** Words and numbers without quotes: the drivers would look at each of them, thousands a second. */
function arrayOf(plain: (string | number | null)[]): string {
  return `{${plain.map((value) => value ?? 'null').join(',')}}`;
}

/**
 * w the answers, g the numbers they name; e the orders that take their answer (locked in the order
 * of ids, so that two batches cannot wait for each other); n the numbers that became theirs; f those
 * that could not; o, t the order and attempt; l notes an answer that came late; p the plan, in case
 * it had ended with the order unknown, and now it waits again; b, c, u what follows for the account,
 * which is locked and touched only when something is amiss or just was; v says so when the account
 * paused itself.
 */
const RECORD_SQL = `
with w as materialized (
  select * from unnest((select $1::bigint[]), (select $2::smallint[]), (select $3::text[]),
    (select $4::text[]), (select $5::smallint[]), (select $6::text[]), (select $7::text[]),
    (select $8::int[]), (select $9::int[]), (select $13::smallint[]), (select $14::int[]),
    (select $15::text[])) with ordinality
    w(id, no, outcome, state, status, what, body, wait_ms, retry_after_ms, named, nonce, plan_key, ord)),
g as materialized (select * from unnest((select $10::bigint[]), (select $11::bigint[])) g(number, order_id)),
e as materialized (
  select o.id, o.state as was, w.no, w.outcome, w.state, w.what, w.wait_ms, w.named
  from ledger.orders o join w on w.id = o.id join ledger.attempts t on t.order_id = o.id and t.no = w.no
  where (o.state in ('sending', 'unknown')
      or o.state in ('waiting', 'cancelled') and t.outcome = 'nothing' and w.named > 0)
    and o.attempts = w.no and t.answered_at is null
    -- An attempt that the ledger had lost may be another one than its number says: only a sale counts,
    -- and only of the same plan, whose number another one may have now.
    and (t.nonce = w.nonce or t.nonce is null and w.named > 0 and exists (
      select from ledger.plans p where p.id = o.plan_id and p.sha256 || ':' || p.copy = w.plan_key))
  order by o.id for update of o, t),
n as (
  insert into ledger.numbers (number, order_id)
  select g.number, g.order_id from g join e on e.id = g.order_id order by g.number
  on conflict on constraint numbers_one_order do nothing
  returning number, order_id),
f as (
  insert into ledger.disputes (order_id, number)
  select order_id, number from (
    select g.* from g left join n using (number, order_id) where n.number is null offset 0) g
  -- The same answer may have been recorded while this statement waited for its order.
  where ledger.owner_now(number) is distinct from order_id
    -- An attempt that the ledger does not know is doubted first, and then recorded.
    and exists (select from w join ledger.attempts t on t.order_id = w.id and t.no = w.no
      where w.id = g.order_id)
  on conflict on constraint disputes_pkey do nothing
  returning order_id),
r as materialized (
  select e.*, coalesce(c.got, 0) as got
  from e left join (select order_id, count(*) as got from n group by order_id) c on c.order_id = e.id),
o as (
  update ledger.orders t set
    state = case when r.got < r.named then 'unknown' else r.state end,
    bought = r.got,
    tries = case r.outcome when 'not_sent' then t.tries + 1 else 0 end,
    not_before = case when r.state = 'waiting' then ledger.now() + r.wait_ms * interval '1 ms' end,
    reason = case
      when r.got < r.named then (r.named - r.got) || ' of the numbers that the vendor named belong to other orders'
      when r.state in ('short', 'refused', 'undelivered', 'unknown') or r.outcome = 'not_sent' then r.what end
  from r where t.id = r.id and t.attempts = r.no
  returning t.id, t.plan_id, r.was, t.state, t.bought, r.named - r.got as disputed, r.what as said),
l as (
  insert into ledger.events (kind, who, why, plan_id, order_id, detail)
  select 'order_answered_late', 'vendor', o.said, o.plan_id, o.id,
    jsonb_build_object('was', o.was, 'state', o.state, 'bought', o.bought)
  from o where o.was <> 'sending'),
p as (
  update ledger.plans p set ended_at = null,
    queued_to = case when p.ended_at is null then p.queued_to else 0 end,
    state = case p.state when 'finished' then 'running' else p.state end
  where p.id in (select o.plan_id from o where o.was = 'unknown' and o.state = 'waiting')),
t as (
  update ledger.attempts t set
    answered_at = ledger.now(), status = w.status, what = w.what, body = w.body,
    answered_tick = (select ticks from ledger.accounts where id = $12),
    -- What the vendor says itself is no settlement any more, and cannot be taken back.
    settled_at = case when o.id is null then t.settled_at end,
    against_evidence = o.id is null and t.against_evidence,
    outcome = case when o.id is null then t.outcome when o.disputed > 0 then 'unknown' else w.outcome end
  from w left join o on o.id = w.id
  where t.order_id = w.id and t.no = w.no and t.answered_at is null
    and (t.nonce = w.nonce or o.id is not null)),
b as (
  select
    string_agg(case outcome when 'unknown' then 'u' else '.' end, '' order by ord)
      filter (where outcome <> 'not_sent') as flags,
    bool_or(outcome = 'credentials') as bad_keys,
    min(what) filter (where outcome = 'credentials') as bad_keys_what,
    bool_or(outcome = 'throttled') as throttled,
    max(retry_after_ms) filter (where outcome = 'throttled') as retry_after_ms,
    array_agg(id) as ids,
    array_agg(id) filter (where outcome = 'unknown') as unknown,
    array_agg(id) filter (where outcome in ('filled', 'short', 'refused')) as answered
  from w join o using (id)),
c as (
  select a.id, a.paused_reason is null as was_open, ask.ms as ask_ms, right(a.recent || coalesce(b.flags, ''), 50) as recent,
    case
      when b.bad_keys then 'The vendor does not accept the keys: ' || b.bad_keys_what
      when a.trial = 'sent' and a.trial_order = any(b.unknown)
        then 'The order that was tried alone after the pause ended as unknown too: settle it, and see whether the vendor is well, before you resume'
      when position(repeat('u', ${UNKNOWN_IN_A_ROW}) in right(a.recent, ${UNKNOWN_IN_A_ROW - 1}) || b.flags) > 0
        then 'The last ${UNKNOWN_IN_A_ROW} answers were unknown: settle them, and see whether the vendor is well, before you resume'
      when b.unknown is not null and length(replace(right(a.recent || b.flags, 50), '.', '')) > ${UNKNOWN_OF_FIFTY}
        then 'More than ${UNKNOWN_OF_FIFTY} of the last 50 answers were unknown: settle them, and see whether the vendor is well, before you resume' end as trouble
  from ledger.accounts a, b, lateral (
    select coalesce(b.retry_after_ms, least(60000, 1000 * 2 ^ least(6, greatest(0,
      -- Several that were in flight together are throttled together: that counts once.
      case when ${HAS_RESTED} then a.throttles else a.throttles - 1 end)))) as ms) ask
  where a.id = $12 and (a.trial = 'sent' or b.flags is not null
    and (b.bad_keys or b.throttled or a.throttles > 0 or a.recent <> '' or position('u' in b.flags) > 0))
  for update of a),
u as (
  update ledger.accounts a set
    recent = case when position('u' in c.recent) = 0 then '' else c.recent end,
    paused_reason = coalesce(a.paused_reason, c.trouble),
    resume_at = case when b.throttled then greatest(case when not ${HAS_RESTED} then a.resume_at end,
      ledger.now() + c.ask_ms * interval '1 ms') else a.resume_at end,
    rest_ms = case when b.throttled then ceil(greatest(c.ask_ms, ${REST_MS})) else a.rest_ms end,
    throttles = case when not b.throttled then 0
      when b.retry_after_ms is not null or not ${HAS_RESTED} then a.throttles
      else least(a.throttles + 1, 100) end,
    trial = case
      when a.trial = 'sent' and not a.trial_order = any(b.ids) then a.trial
      when c.trouble is not null then 'wanted'
      when a.trial = 'sent' and a.trial_order = any(b.answered) and c.was_open then null
      when a.trial = 'sent' then 'wanted'
      else a.trial end
  from b, c where a.id = c.id
  returning a.id, a.paused_reason, c.was_open),
v as (
  insert into ledger.events (kind, who, why, account_id)
  select 'account_paused', 'breaker', u.paused_reason, u.id from u where u.was_open and u.paused_reason is not null)
select o.id as "orderId", o.state, o.bought, o.disputed::int as disputed,
  case when o.id = (select min(id) from o) then (select u.paused_reason from u where u.was_open) end as "pausedReason"
from o`;
