/** Outcomes that end an order and change nothing about an account without troubles. */
export const PLAIN_OUTCOMES: ReadonlySet<string> = new Set(['filled', 'short', 'refused']);

/**
 * Records the usual answers at less than half of the cost of `RECORD`, with the same result, while
 * nothing is wrong with the account. It fails when a number belongs to another order.
 */
export const RECORD_PLAIN = `/* record_plain */
with answers as materialized (
  select * from unnest($1::bigint[], $2::integer[], $3::text[], $4::smallint[], $5::text[],
    $6::text[], $7::smallint[], $8::int[])
    answer(order_id, no, outcome, status, what, body, named, nonce)
  -- In one sequence, so that two batches cannot deadlock; the numbers, too.
  order by order_id),
updated_orders as (
  update ledger.orders o set
    state = answer.outcome, bought = answer.named, connect_failures = 0, not_before = null,
    reason = case when answer.outcome <> 'filled' then answer.what end
  from answers answer
  where o.id = any($1::bigint[]) and o.id = answer.order_id
    and o.state = 'sending' and o.attempts = answer.no
    and answer.nonce = (select attempt.nonce from ledger.attempts attempt
                        where attempt.order_id = o.id and attempt.no = o.attempts)
    and (select a.probe is distinct from 'sent' and a.throttles = 0 and a.recent = ''
         from ledger.accounts a where a.id = $11)
  returning o.id, o.state, o.bought, answer.no, answer.outcome, answer.status, answer.what,
    answer.body),
inserted_numbers as (
  insert into ledger.numbers (number, order_id)
  select named.number, named.order_id
  from unnest($9::bigint[], $10::bigint[]) named(number, order_id)
  where named.order_id in (select id from updated_orders)
  order by named.number),
updated_attempts as (
  update ledger.attempts attempt set
    answered_at = ledger.now(), outcome = o.outcome, status = o.status, what = o.what,
    body = o.body, answered_tick = (select ticks from ledger.accounts where id = $11)
  from updated_orders o
  where attempt.order_id = o.id and attempt.no = o.no)
select id as "orderId", state, bought, 0 as disputed, null as "pausedReason" from updated_orders`;
