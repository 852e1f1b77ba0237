import { ORDER_MAX } from '../order-size.ts';
import type { Ledger } from './ledger.ts';
import { isOfPlan, isPlanWithin, orderBounds } from './order-id.ts';
import { isSurplus } from './orders/surplus.ts';
import { ladderOf } from './successors/ladders.ts';

export type Breach = { order: number | null; plan: number | null; detail: string };
export type AuditResult = { law: string; promise: string; breaches: Breach[] };

/** Listed breaches of one law at most; any one is too many. */
const LISTED = 20;

/** Checks every law by the tables themselves, of one plan or of all: an audit trusts nobody. */
export async function auditLedger(ledger: Ledger, planId?: number): Promise<AuditResult[]> {
  const bounds = orderBounds(planId);
  const results: AuditResult[] = [];
  for (const { law, promise, sql } of LAWS) {
    const breaches = await ledger.query<Breach>(`${sql} order by 1 limit ${LISTED}`, bounds);
    results.push({ law, promise, breaches });
  }
  return results;
}

/**
 * Each statement finds what breaks the law: `order`, `plan`, `detail`; orders in [$1, $2). Tables
 * that are joined are bounded as well, or the audit of one plan could read all of them.
 */
const LAWS = [
  {
    law: 'never_twice',
    promise: 'of all attempts of an order at most one may have bought anything',
    sql: `select order_id as "order", null::int as plan,
        count(*) || ' attempts are not proven innocent' as detail
      from ledger.attempts where order_id >= $1 and order_id < $2
        and (outcome is null or outcome in ('filled', 'short', 'unknown'))
      group by order_id having count(*) > 1`,
  },
  {
    law: 'intent_first',
    promise: 'every order that was or is being sent has its attempts written down',
    sql: `select o.id as "order", o.plan_id as plan,
        o.attempts || ' attempts counted, ' || count(t.no) || ' written down' as detail
      from ledger.orders o left join ledger.attempts t on t.order_id = o.id
        and t.order_id >= $1 and t.order_id < $2
      where o.id >= $1 and o.id < $2
      group by o.id having count(t.no) <> o.attempts`,
  },
  {
    law: 'state_fits_attempt',
    promise: "an order's state is what its last attempt came to",
    sql: `select o.id as "order", o.plan_id as plan, o.state || ' after '
        || case when t.no is null then 'no attempt'
           else coalesce(t.outcome, 'an attempt in flight') end as detail
      from ledger.orders o left join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
        and t.order_id >= $1 and t.order_id < $2
      where o.id >= $1 and o.id < $2 and (case
        when o.state in ('waiting', 'cancelled') then
          t.no is null
          or t.outcome in ('not_sent', 'throttled', 'credentials', 'refused', 'nothing')
        when o.state = 'sending' then t.no is not null and t.outcome is null
        when o.state = 'undelivered' then t.outcome = 'not_sent'
        else t.outcome = o.state end) is not true`,
  },
  {
    law: 'numbers_counted',
    promise: 'an order has bought exactly the numbers that are recorded for it',
    sql: `select o.id as "order", o.plan_id as plan,
        o.bought || ' bought, ' || count(n.number) || ' recorded' as detail
      from ledger.orders o left join ledger.numbers n on n.order_id = o.id
        and n.order_id >= $1 and n.order_id < $2
      where o.id >= $1 and o.id < $2
      group by o.id having count(n.number) <> o.bought`,
  },
  {
    law: 'bought_fits_state',
    promise: 'what is filled has all its numbers, what is short or unknown fewer, all else none',
    sql: `select id as "order", plan_id as plan,
        state || ' with ' || bought || ' of ' || quantity as detail
      from ledger.orders where id >= $1 and id < $2 and not case
        when state = 'filled' then bought = quantity
        when state in ('short', 'unknown') then bought >= 0 and bought < quantity
        else bought = 0 end`,
  },
  {
    law: 'number_once',
    promise: 'a number belongs to one order only',
    sql: `select min(order_id) as "order", null::int as plan,
        'number ' || number || ' belongs to '
        || string_agg(order_id::text, ' and ' order by order_id) as detail
      from ledger.numbers
      where number in (select number from ledger.numbers where order_id >= $1 and order_id < $2)
      group by number having count(*) > 1`,
  },
  {
    law: 'line_adds_up',
    promise: "a line's orders are at most 25 numbers each and together what the line asks for",
    sql: `select null::bigint as "order", l.plan_id as plan,
        'line ' || l.line || ' asks for ' || l.quantity || ', its orders for '
        || coalesce(string_agg(o.quantity::text, ' + ' order by o.id), '0') as detail
      from ledger.lines l left join ledger.orders o on o.plan_id = l.plan_id and o.line = l.line
        and o.id >= $1 and o.id < $2
      where l.line > 0 and ${isPlanWithin('l.plan_id')}
      group by l.plan_id, l.line having coalesce(sum(o.quantity), 0) <> l.quantity
        or max(o.quantity) > ${ORDER_MAX} or min(o.quantity) < 1`,
  },
  {
    law: 'plan_adds_up',
    promise: 'a plan is the sum of its lines and orders',
    sql: `select null::bigint as "order", p.id as plan,
        'the plan says ' || p.lines || ' lines, ' || p.orders || ' orders, ' || p.successors
        || ' successors and ' || p.requested || ' numbers; there are ' || l.lines || ', '
        || o.orders || ', ' || o.successors || ' and ' || l.numbers as detail
      from ledger.plans p,
        lateral (select count(*) as lines, coalesce(sum(quantity), 0) as numbers
          from ledger.lines where plan_id = p.id and line > 0) l,
        lateral (select count(*) filter (where root is null) as orders, count(root) as successors
          from ledger.orders
          where ${isOfPlan('id', 'p.id')}) o
      where ${isPlanWithin('p.id')}
        and (l.lines, o.orders, o.successors, l.numbers)
          <> (p.lines, p.orders, p.successors, p.requested)`,
  },
  {
    law: 'successors_lack',
    promise: 'what successors ask for is what their family is proven to lack, and counts once',
    sql: `select r.id as "order", r.plan_id as plan,
        sum(m.moved) || ' numbers were moved, successors ask for '
        || coalesce(sum(m.quantity) filter (where m.root is not null), 0) as detail
      from ledger.orders r join ledger.orders m on m.id = r.id or m.root = r.id
      where r.id in (
        select coalesce(root, id) from ledger.orders
        where id >= $1 and id < $2 and (root is not null or moved > 0))
      group by r.id
      having sum(m.moved) <> coalesce(sum(m.quantity) filter (where m.root is not null), 0)
        or bool_or(m.moved > 0 and m.state <> 'short')
        or bool_or(m.bought + m.moved > m.quantity)
        or sum(m.bought) > min(r.quantity)`,
  },
  {
    law: 'successor_in_place',
    promise: 'a successor has the place in its plan, and asks for the code, that its step means',
    sql: `select o.id as "order", o.plan_id as plan, 'successor of ' || o.root as detail
      from ledger.orders o join ledger.plans p on p.id = o.plan_id
        left join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
        left join ledger.lines asked on asked.plan_id = o.plan_id and asked.line = l.asked_line
        left join ledger.ladders ladder on ${ladderOf('asked')}
      where o.id >= $1 and o.id < $2 and o.root is not null
        and ((o.id - o.root) % p.orders <> 0 or o.id <= o.root
          or l.asked_line is distinct from (select line from ledger.orders where id = o.root)
          or l.step is distinct from o.step
          or (o.id - o.root) / p.orders % (coalesce(jsonb_array_length(ladder.steps), 0) + 1)
            <> o.step
          or l.area_code is distinct from case when l.step = 0 then asked.area_code
            else ladder.steps -> (l.step - 1) ->> 'areaCode' end)`,
  },
  {
    law: 'tally_true',
    promise: 'the counts that progress is read from are those of the orders themselves',
    sql: `select null::bigint as "order", coalesce(a.plan_id, b.plan_id) as plan,
        coalesce(a.state, b.state) || ': ' || coalesce(a.n, 0) || ' orders, '
        || coalesce(a.asked, 0) || ' numbers, ' || coalesce(a.bought, 0) || ' bought; tallied '
        || coalesce(b.n, 0) || ', ' || coalesce(b.asked, 0) || ', '
        || coalesce(b.bought, 0) as detail
      from (select plan_id, state, count(*) as n, sum(quantity - moved) as asked,
              sum(bought) as bought
            from ledger.orders
            where id >= $1 and id < $2 and state not in ('waiting', 'sending') group by 1, 2) a
      full join (select plan_id, state, sum(orders) as n, sum(requested) as asked,
        sum(bought) as bought from ledger.tallies
            where ${isPlanWithin('plan_id')}
            group by 1, 2) b
        on a.plan_id = b.plan_id and a.state = b.state
      where (coalesce(a.n, 0), coalesce(a.asked, 0), coalesce(a.bought, 0)) <>
        (coalesce(b.n, 0), coalesce(b.asked, 0), coalesce(b.bought, 0))`,
  },
  {
    law: 'spending_true',
    promise: "what counts toward an account's limits is what this month's orders say",
    sql: `select null::bigint as "order", p.plan,
        coalesce(a.day, b.day) || ', ' || coalesce(a.who, b.who) || ': '
        || coalesce(a.numbers, 0) || ' numbers for ' || coalesce(a.money, 0) || '; counted '
        || coalesce(b.numbers, 0) || ' for ' || coalesce(b.money, 0) || '; '
        || coalesce(a.unpriced, 0) || ' without a price; counted ' || coalesce(b.unpriced, 0)
          as detail
      from (
        select l.account_id, s.* from (select distinct account_id from ledger.limits) l,
          lateral ledger.spending_of(l.account_id) s where s.day >= ledger.first_day('month')) a
      full join (select * from ledger.spending where day >= ledger.first_day('month')) b
        on a.account_id = b.account_id and a.day = b.day and a.who = b.who,
      lateral (
        select max(id) as plan from ledger.plans
        where account_id = coalesce(a.account_id, b.account_id)
          and ${isPlanWithin('id')}) p
      where p.plan is not null
        and (coalesce(a.numbers, 0), coalesce(a.money, 0), coalesce(a.unpriced, 0))
        <> (coalesce(b.numbers, 0), coalesce(b.money, 0), coalesce(b.unpriced, 0))`,
  },
  {
    law: 'nothing_lost',
    promise:
      'an order for which the vendor named a number of another ' +
      'order is unknown, or a person settled it',
    sql: `select d.order_id as "order", null::int as plan,
        'number ' || d.number || ' belongs to order ' || n.order_id as detail
      from ledger.disputes d join ledger.orders o on o.id = d.order_id
        join ledger.numbers n on n.number = d.number and n.order_id <> d.order_id
      where d.order_id >= $1 and d.order_id < $2 and o.state <> 'unknown'
        and not exists (select from ledger.attempts t
          where t.order_id = o.id and t.no = o.attempts and t.settled_at is not null)`,
  },
  {
    law: 'no_surplus',
    promise: 'no number that the vendor named is surplus',
    sql: `select d.order_id as "order", null::int as plan,
        'number ' || d.number || ' was bought, and this order does not have it' as detail
      from ledger.disputes d
      where d.order_id >= $1 and d.order_id < $2 and ${isSurplus('d')}`,
  },
  {
    law: 'bought_as_asked',
    promise: 'the vendor has named no more numbers for an order than it asked for',
    sql: `select o.id as "order", o.plan_id as plan,
        count(*) || ' numbers named, ' || o.quantity || ' asked for' as detail
      from ledger.orders o, lateral (
        select number from ledger.disputes where order_id = o.id
        union (select number from ledger.numbers where order_id = o.id
          except select jsonb_array_elements_text(e.detail->'numbers')::bigint
            from ledger.events e where e.order_id = o.id and e.kind = 'order_settled')) named
      where o.id in (select order_id from ledger.disputes where order_id >= $1 and order_id < $2)
      group by o.id having count(*) > o.quantity`,
  },
  {
    law: 'bought_anew',
    promise: 'no answer names a number that the account owned before its order was sent',
    sql: `select o.id as "order", p.id as plan,
        'number ' || n.number || ' was on a list before its order was sent' as detail
      from ledger.orders o
        join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
        join ledger.plans p on p.id = o.plan_id,
        lateral (select number from ledger.numbers where order_id = o.id offset 0) n,
        lateral (select * from ledger.owned
          where account_id = p.account_id and number = n.number offset 0) w
      where o.id >= $1 and o.id < $2 and t.order_id >= $1 and t.order_id < $2
        and t.settled_at is null
        and w.listing_id <= t.baseline and w.gone_listing is null and w.back_listing is null`,
  },
  {
    law: 'approved',
    promise:
      "an approval that an event names is another person's yes, used in time for that plan and " +
      'order; a plan started with more numbers than the threshold has one',
    sql: `select e.order_id as "order", e.plan_id as plan,
        e.kind || ' by ' || e.who || coalesce(', approval ' || (e.detail ->> 'approval'),
          ', without an approval') as detail
      from ledger.events e join ledger.plans p on p.id = e.plan_id
        left join ledger.approvals v on v.id = (e.detail ->> 'approval')::int
      where ${isPlanWithin('p.id')}
        and e.kind in ('plan_started', 'plan_retried', 'order_settled')
        and (e.detail ? 'approval'
          or e.kind = 'plan_started' and (e.detail ->> 'threshold')::int < p.requested)
        and (v.plan_id = p.id and (e.order_id is null or v.orders ? e.order_id::text)
          and v.answer = 'yes' and v.used_at <= v.expires_at
          and v.used_by = e.who and v.answered_person <> all (v.barred)
          and v.answered_person <> v.used_person) is not true`,
  },
] as const;
