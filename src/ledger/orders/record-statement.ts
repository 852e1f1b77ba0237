import { reasonBefore } from '../accounts/accounts.ts';
import { HAS_RESTED, REST_MS } from '../database/clock.ts';
import { REOPENED_STATE } from '../lost-plans/hold-up.ts';
import { PLAN_KEY } from '../order-id.ts';

/** The breaker pauses after this many unknown answers in a row. */
export const UNKNOWN_IN_A_ROW = 5;
/** It also pauses when more than this many of the last 50 answers were unknown. */
export const UNKNOWN_OF_FIFTY = 10;

const SEE = 'and check that the vendor works before you resume';
const SETTLE_IT = `settle it, ${SEE}`;
const SETTLE_THEM = `settle them, ${SEE}`;

/** Sentences that the statement stores for people: parameters $16 to $20. */
export const SENTENCES = [
  'Numbers that the vendor named and other orders have: ',
  'Put the keys right before you resume: ',
  `The order that was tried alone after the pause ended as unknown too: ${SETTLE_IT}`,
  `The last ${UNKNOWN_IN_A_ROW} answers were unknown: ${SETTLE_THEM}`,
  `More than ${UNKNOWN_OF_FIFTY} of the last 50 answers were unknown: ${SETTLE_THEM}`,
];

/** Whether order `o` stays as it is when a later attempt comes to light; see `doubtOrders`. */
export const KEEPS_STATE =
  "(o.state = 'filled' or o.state = 'short' and (o.bought > 0 or o.moved > 0))";

/** The answers, one row each, in the order of arrival. */
const ANSWERS = `
answers as materialized (
  select * from unnest(
    (select $1::bigint[]), (select $2::integer[]), (select $3::text[]), (select $4::text[]),
    (select $5::smallint[]), (select $6::text[]), (select $7::text[]), (select $8::int[]),
    (select $9::int[]), (select $10::smallint[]), (select $11::int[]), (select $12::text[])
  ) with ordinality answer(order_id, no, outcome, state, status, what, body, wait_ms,
                           retry_after_ms, named, nonce, plan_key, place)),
named_numbers as materialized (
  select * from unnest((select $13::bigint[]), (select $14::bigint[])) named(number, order_id))`;

/**
 * The orders whose last attempt waits for its answer, locked by id so that two batches cannot
 * deadlock. An attempt that the ledger had lost may have another number than it says. Then only a
 * sale counts, and only of the same plan, because another plan may have that number now.
 */
const ACCEPTING = `
asked as materialized (
  select o.id, o.quantity, o.state as was, answer.no, answer.outcome, answer.state, answer.what,
    answer.wait_ms, case when answer.outcome = 'unknown' then 0 else answer.named end as named,
    answer.named > 0 and attempt.outcome = 'nothing' as is_late_sale,
    1 / (case when o.state = 'sending' or $21::boolean then 1 else 0 end) as one
  from ledger.orders o
    join answers answer on answer.order_id = o.id
    join ledger.attempts attempt on attempt.order_id = o.id and attempt.no = answer.no
  where o.id = any($1::bigint[]) and o.attempts = answer.no
    and attempt.answered_at is null
    and (attempt.nonce = answer.nonce
         or attempt.nonce is null and answer.named > 0
            and exists (select from ledger.plans p
                        where p.id = o.plan_id
                          and ${PLAN_KEY} = answer.plan_key))
  order by o.id for update of o, attempt),
accepting as materialized (
  select * from asked
  where was in ('sending', 'unknown') or was in ('waiting', 'cancelled') and is_late_sale)`;

/**
 * A number is disputed when another order has it, the order was settled without it, or asked for
 * fewer. What an accepted unclear answer names is not: its attempt keeps it.
 */
const NUMBERS = `
inserted_numbers as (
  insert into ledger.numbers (number, order_id)
  select named.number, named.order_id
  from named_numbers named join accepting on accepting.id = named.order_id
    and accepting.named <= accepting.quantity and accepting.outcome <> 'unknown'
  order by named.number
  on conflict on constraint numbers_one_order do nothing
  returning number, order_id),
disputed_numbers as (
  insert into ledger.disputes (order_id, number)
  select order_id, number
  from (select named.*, answer.no, answer.plan_key, answer.outcome = 'unknown' as is_unclear
        from named_numbers named join answers answer using (order_id)
          left join inserted_numbers inserted using (number, order_id)
        where inserted.number is null
          and order_id not in (select id from accepting where outcome = 'unknown')
        offset 0) rejected
    join ledger.orders o on o.id = order_id
    -- Another plan may have the id of a plan that the ledger has lost.
    join ledger.plans p on p.id = o.plan_id and ${PLAN_KEY} = rejected.plan_key
    left join ledger.attempts attempt using (order_id, no)
  -- The same answer may have been recorded before, or while this statement waited for its order.
  -- A clear one for the same attempt is no repetition of an unclear one.
  where not (is_unclear and number = any (coalesce(attempt.named, '{}')))
    and not ledger.keeps_now(order_id, case when is_unclear then no end, number)
    -- An attempt that the ledger does not know is doubted first, and then recorded. Those of
    -- orders that stay as they are have no row.
    and (attempt.no is not null or o.attempts < no and ${KEEPS_STATE})
  on conflict on constraint disputes_pkey do nothing
  returning order_id),
results as materialized (
  select accepting.*, coalesce(counted.bought, 0) as bought
  from accepting
    left join (select order_id, count(*) as bought from inserted_numbers group by order_id) counted
      on counted.order_id = accepting.id)`;

/** The order, the events of late answers, its plan when it waits again, and its attempt. */
const ORDERS = `
updated_orders as (
  update ledger.orders o set
    state = case when result.bought < result.named then 'unknown' else result.state end,
    bought = result.bought,
    -- A successor that nobody waited for any more has no job.
    queued = case when result.was = 'unknown' and result.state = 'waiting' and o.root is not null
                  then false else o.queued end,
    connect_failures = case result.outcome when 'not_sent' then o.connect_failures + 1 else 0 end,
    not_before = case when result.state = 'waiting'
                      then ledger.now() + result.wait_ms * interval '1 ms' end,
    reason = case
      when result.bought < result.named then $16::text || (result.named - result.bought)
      when result.state in ('short', 'refused', 'undelivered', 'unknown')
        or result.outcome = 'not_sent' then result.what end
  from results result
  where o.id = result.id and o.attempts = result.no
  returning o.id, o.plan_id, result.was, o.state, o.bought,
    result.named - result.bought as disputed, result.what as said),
late_answers as (
  insert into ledger.events (kind, who, why, plan_id, order_id, detail)
  select 'order_answered_late', 'vendor', said, plan_id, id,
    jsonb_build_object('was', was, 'state', state, 'bought', bought)
  from updated_orders where was <> 'sending'),
late_sales as (
  insert into ledger.events (kind, who, why, plan_id, order_id, detail)
  select 'order_answered_late', 'vendor', answer.what, o.plan_id, o.id,
    jsonb_build_object('was', o.state, 'state', o.state, 'bought', o.bought,
      'named', answer.named)
  from answers answer join ledger.orders o on o.id = answer.order_id
    join ledger.attempts attempt on attempt.order_id = o.id and attempt.no = answer.no
  where answer.named > 0 and attempt.answered_at is null and attempt.nonce = answer.nonce
    and o.id not in (select id from accepting)),
-- An answer that came late may contradict the verdict on its order.
dropped_verdicts as (
  delete from ledger.verdicts v using updated_orders o
  where v.order_id = o.id and o.was = 'unknown'),
reopened_plans as (
  update ledger.plans p set
    ended_at = null,
    queued_to = case when p.ended_at is null then p.queued_to else 0 end,
    state = ${REOPENED_STATE}
  where p.id in (select plan_id from updated_orders where was = 'unknown' and state = 'waiting')),
updated_attempts as (
  update ledger.attempts attempt set
    -- After a settlement, also when a clock was set back since.
    answered_at = greatest(ledger.now(), attempt.settled_at + interval '1 microsecond'),
    status = answer.status, what = answer.what, body = answer.body,
    named = case when o.id is null or answer.outcome = 'unknown'
      then (select array_agg(number order by number) from named_numbers
            where order_id = answer.order_id) end,
    answered_tick = (select ticks from ledger.accounts where id = $15),
    -- The vendor's own answer is no settlement any more and cannot be taken back.
    settled_at = case when o.id is null then attempt.settled_at end,
    is_doubtful = o.id is null and attempt.is_doubtful,
    outcome = case when o.id is null then attempt.outcome
                   when o.disputed > 0 then 'unknown'
                   else answer.outcome end
  from answers answer left join updated_orders o on o.id = answer.order_id
  where attempt.order_id = answer.order_id and attempt.no = answer.no
    and attempt.answered_at is null
    and (attempt.nonce = answer.nonce or o.id is not null))`;

/**
 * Consequences for the account: throttling, wrong keys, breaker. The account is locked and changed
 * only when something is wrong or just was. In "flags" an unknown answer is 'u', any other '.'.
 */
const ACCOUNT = `
batch as (
  select
    string_agg(case answer.outcome when 'unknown' then 'u' else '.' end, '' order by answer.place)
      filter (where answer.outcome <> 'not_sent') as flags,
    bool_or(answer.outcome = 'credentials') as bad_keys,
    min(answer.what) filter (where answer.outcome = 'credentials') as bad_keys_what,
    bool_or(answer.outcome = 'throttled') as throttled,
    max(answer.retry_after_ms) filter (where answer.outcome = 'throttled') as retry_after_ms,
    array_agg(o.id) as ids,
    array_agg(o.id) filter (where answer.outcome = 'unknown') as unknown,
    array_agg(o.id) filter (where answer.outcome in ('filled', 'short', 'refused')) as answered
  from answers answer join updated_orders o on o.id = answer.order_id),
breaker as (
  select a.id, a.paused_reason as paused_before, rest.ms as rest_ms,
    right(a.recent || coalesce(batch.flags, ''), 50) as recent,
    case
      when batch.bad_keys then $17::text || batch.bad_keys_what
      when a.probe = 'sent' and a.probe_order = any(batch.unknown) then $18::text
      when position(repeat('u', ${UNKNOWN_IN_A_ROW})
                    in right(a.recent, ${UNKNOWN_IN_A_ROW - 1}) || batch.flags) > 0 then $19::text
      when batch.unknown is not null
        and length(replace(right(a.recent || batch.flags, 50), '.', '')) > ${UNKNOWN_OF_FIFTY}
        then $20::text end as trouble
  from ledger.accounts a, batch, lateral (
    select coalesce(batch.retry_after_ms, least(60000, 1000 * 2 ^ least(6, greatest(0,
      -- Orders in flight together are throttled together, and that counts once.
      case when ${HAS_RESTED} then a.throttles else a.throttles - 1 end)))) as ms) rest
  where a.id = $15 and batch.ids is not null
    and (a.probe = 'sent'
         or batch.flags is not null
            and (batch.bad_keys or batch.throttled or a.throttles > 0 or a.recent <> ''
                 or position('u' in batch.flags) > 0))
  for update of a),
updated_account as (
  update ledger.accounts a set
    recent = case when position('u' in breaker.recent) = 0 then '' else breaker.recent end,
    paused_reason = case when breaker.trouble is null then a.paused_reason
                         else ${reasonBefore('breaker.trouble')} end,
    pauses = a.pauses + case when breaker.trouble is null then 0 else 1 end,
    resume_at = case when batch.throttled
      -- A rest for a limit ends when there is room: the next claim begins it again.
      then greatest(case when not ${HAS_RESTED} and a.rest_order is null then a.resume_at end,
                    ledger.now() + breaker.rest_ms * interval '1 ms')
      else a.resume_at end,
    rest_reason = case when not batch.throttled
      or not ${HAS_RESTED} and a.rest_order is null then a.rest_reason end,
    rest_order = case when not batch.throttled then a.rest_order end,
    rest_ms = case when batch.throttled then ceil(greatest(breaker.rest_ms, ${REST_MS}))
                   else a.rest_ms end,
    throttles = case
      when not batch.throttled then 0
      when batch.retry_after_ms is not null or not ${HAS_RESTED} then a.throttles
      else least(a.throttles + 1, 100) end,
    probe = case
      when a.probe = 'sent' and not a.probe_order = any(batch.ids) then a.probe
      when breaker.trouble is not null then 'wanted'
      when a.probe = 'sent' and a.probe_order = any(batch.answered)
        and breaker.paused_before is null then null
      when a.probe = 'sent' then 'wanted'
      else a.probe end
  from batch, breaker where a.id = breaker.id
  returning a.id, case when a.paused_reason is distinct from breaker.paused_before
                       then breaker.trouble end as trouble),
pause_event as (
  insert into ledger.events (kind, who, why, account_id)
  select 'account_paused', 'breaker', trouble, id
  from updated_account where trouble is not null)`;

/**
 * Everything that an answer changes, in one statement; see `recordAnswers`. Unless $21 is true, it
 * divides by zero when an order is not being sent any more: it is unknown, or somebody settled it.
 */
export const RECORD = `
with ${[ANSWERS, ACCEPTING, NUMBERS, ORDERS, ACCOUNT].join(',')}
select o.id as "orderId", o.state, o.bought, o.disputed::int as disputed,
  -- Only one of the orders carries it.
  case when o.id = (select min(id) from updated_orders)
       then (select trouble from updated_account) end as "pausedReason"
from updated_orders o`;
