-- Limits on what may be bought: numbers and money, by plan, day and month (UTC), of an account and
-- of each person. A claim asks them, so all workers together never exceed one.

create table ledger.limits (
  account_id smallint not null references ledger.accounts,
  -- '': all together. '*': each person who is not named here. Else a person, as ledger.person
  -- names them.
  whose      text not null,
  period     text not null
             constraint limits_period_known check (period in ('plan', 'day', 'month')),
  numbers    integer constraint limits_numbers_positive check (numbers > 0),
  -- In the currency of the account's prices: what is paid once, and for the first month.
  money      numeric constraint limits_money_sane check (money >= 0),
  constraint limits_pkey primary key (account_id, whose, period),
  constraint limits_of_something check (num_nonnulls(numbers, money) > 0),
  -- The largest order would wait for ever.
  constraint limits_fit_an_order check (period = 'plan' or numbers >= 25)
);

-- What the orders that were sent on a day have bought or may still buy: of an order in flight or
-- unknown, all that it asks for. Kept only for accounts that have limits.
create table ledger.spending (
  account_id smallint not null references ledger.accounts,
  day        date not null,
  who        text not null,
  numbers    bigint not null,
  -- What has no price is not in it.
  money      numeric not null,
  constraint spending_pkey primary key (account_id, day, who)
) with (fillfactor = 20);

alter table ledger.plans
  -- Whose limits count.
  add column started_by text,
  -- Set: a limit that leaves no room for this order pauses the plan.
  add column held_order bigint
    constraint plans_held_when check (held_order is null or state = 'paused'),
  -- When that limit starts over; null: it may not help.
  add column held_until timestamptz
    constraint plans_held_until check (held_until is null or held_order is not null);

alter table ledger.accounts
  -- Set: the account rests, because a limit leaves no room for this order.
  add column rest_order bigint;

-- Who it is, however they came: the user `ada` of the machine is Ada who signs in.
create function ledger.person(who text) returns text language sql immutable as $$
  select lower(regexp_replace(who, '^system:', ''))
$$;

-- The first day of today's period.
create function ledger.first_day(period text) returns date stable language sql as $$
  select date_trunc(period, ledger.now() at time zone 'utc')::date
$$;

-- When today's period ends, and its limits start over.
create function ledger.end_of(period text) returns timestamptz stable language sql as $$
  select (ledger.first_day(period) + ('1 ' || period)::interval)::timestamp at time zone 'utc'
$$;

-- What a list says of one number and its slot: once, and for the first month. Null: no price.
create function ledger.first_month(list jsonb, type text, has_slot boolean) returns numeric
immutable language sql as $$
  select (list #>> array['types', type, 'once'])::numeric
    + (list #>> array['types', type, 'monthly'])::numeric
    + case when has_slot
        then (list #>> '{slot,once}')::numeric + (list #>> '{slot,monthly}')::numeric else 0 end
$$;

-- Whose limits count for a line, and what one number of it costs: by the prices of the plan's
-- start, else by those of now. Null: it has no price in the currency that the account pays in now.
create view ledger.limited_lines as
  select l.plan_id, l.line, p.account_id, ledger.person(coalesce(p.started_by, '')) as who,
    coalesce(
      case when paid.list ->> 'currency' = now.list ->> 'currency'
        then ledger.first_month(paid.list, l.type, l.order_slot) end,
      ledger.first_month(now.list, l.type, l.order_slot)) as price
  from ledger.lines l join ledger.plans p on p.id = l.plan_id
    join ledger.accounts a on a.id = p.account_id
    left join ledger.price_lists now on now.hash = a.prices
    left join ledger.price_lists paid on paid.hash = p.prices;

-- How many numbers of an order count.
create function ledger.counted(state text, quantity integer, bought integer) returns integer
immutable language sql as $$
  select case when state in ('sending', 'unknown') then quantity
    when state in ('filled', 'short') then bought else 0 end
$$;

create function ledger.count_spending() returns trigger language plpgsql
  -- Each row is looked for by its key, whatever the planner has counted.
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  if not exists (select from ledger.limits) then return null; end if;
  insert into ledger.spending as s (account_id, day, who, numbers, money)
  select l.account_id, (t.claimed_at at time zone 'utc')::date, l.who,
    sum(c.numbers), sum(c.numbers * coalesce(l.price, 0))
  from (
    select id, plan_id, line, attempts, ledger.counted(state, quantity, bought) as numbers
    from after
    union all
    select id, plan_id, line, attempts, -ledger.counted(state, quantity, bought) from before) c
    join ledger.limited_lines l on l.plan_id = c.plan_id and l.line = c.line
    join ledger.attempts t on t.order_id = c.id and t.no = c.attempts
  where c.numbers <> 0 and l.account_id in (select account_id from ledger.limits)
  group by 1, 2, 3
  having sum(c.numbers) <> 0
  order by 1, 2, 3
  on conflict on constraint spending_pkey do update
    set numbers = s.numbers + excluded.numbers, money = s.money + excluded.money;
  return null;
end $$;

create trigger orders_spend after update on ledger.orders
  referencing old table as before new table as after
  for each statement execute function ledger.count_spending();

-- What this month's orders of an account have spent, read from the orders themselves.
create function ledger.spending_of(account smallint)
returns table (day date, who text, numbers bigint, money numeric) stable language sql as $$
  select (t.claimed_at at time zone 'utc')::date, l.who, sum(c.numbers),
    sum(c.numbers * coalesce(l.price, 0))
  from ledger.attempts t join ledger.orders o on o.id = t.order_id and o.attempts = t.no
    join ledger.limited_lines l on l.plan_id = o.plan_id and l.line = o.line,
    lateral (select ledger.counted(o.state, o.quantity, o.bought) as numbers) c
  where t.claimed_at >= ledger.first_day('month')::timestamp at time zone 'utc'
    and l.account_id = account and c.numbers > 0
  group by 1, 2
$$;

-- Makes the orders of every account wait until the end of the transaction, if this account has
-- limits: it locks the whole table. A transaction that also changes the account's row calls this
-- first.
create function ledger.stop_orders(account smallint) returns void language plpgsql as $$
begin
  if exists (select from ledger.limits where account_id = account) then
    lock table ledger.orders in share row exclusive mode;
  end if;
end $$;

-- Counts what the account has spent this month, and replaces all its sums. It stops orders first:
-- the count would miss an order that changes meanwhile. Without limits there are no sums.
create function ledger.recount_spending(account smallint) returns void language plpgsql as $$
begin
  perform ledger.stop_orders(account);
  delete from ledger.spending where account_id = account;
  insert into ledger.spending (account_id, day, who, numbers, money)
  select account, s.* from ledger.spending_of(account) s
  where account in (select l.account_id from ledger.limits l);
end $$;

-- For each of these waiting orders, the limits that leave no room for it once those before it are
-- sent. `is_numbers`: its numbers exceed the limit. `has_price`: it has a price, or the limit needs
-- none. `may_fit`: the order fits when nothing else is spent.
create function ledger.limits_met(account smallint, wanted bigint[])
returns table (order_id bigint, whose text, period text, is_numbers boolean, has_price boolean,
  may_fit boolean)
stable language sql as $$
  with asked as (
    select o.id, l.who, o.quantity as numbers, o.quantity * l.price as money
    from ledger.orders o
      join ledger.limited_lines l on l.plan_id = o.plan_id and l.line = o.line
    where o.id = any(wanted) and o.state = 'waiting' and l.account_id = account),
  -- Each limit, once for each person whom it counts.
  applying as (
    select l.*, w.who
    from (select distinct asked.who from asked) w join ledger.limits l
      on l.whose in ('', w.who)
      or l.whose = '*' and w.who <> '' and not exists (
        select from ledger.limits n where n.account_id = account and n.whose = w.who)
    where l.account_id = account and l.period <> 'plan'),
  room as (
    select h.whose, h.period, h.who, h.numbers - s.numbers as numbers, h.money - s.money as money,
      h.numbers as most_numbers, h.money as most_money
    from applying h, lateral (
      select coalesce(sum(numbers), 0) as numbers, coalesce(sum(money), 0) as money
      from ledger.spending
      where account_id = account and day >= ledger.first_day(h.period)
        and (h.whose = '' or who = h.who)) s),
  needed as (
    select a.id, r.whose, r.period, a.money is not null or r.money is null as has_price,
      coalesce(a.numbers <= r.most_numbers, true) and coalesce(a.money <= r.most_money, true)
        as may_fit,
      sum(a.numbers) over earlier > r.numbers as is_numbers,
      sum(coalesce(a.money, 'infinity')) over earlier > r.money as is_money
    from asked a join room r on r.who = a.who
    window earlier as (
      partition by r.whose, r.period, case when r.whose <> '' then r.who end order by a.id))
  select n.id, n.whose, n.period, coalesce(n.is_numbers, false), n.has_price, n.may_fit
  from needed n where n.is_numbers or n.is_money
$$;

-- Claims within an account's limits run one after the other: each sees what the earlier ones
-- claimed.
create function ledger.lock_limits(account smallint) returns void language sql as $$
  select pg_advisory_xact_lock('ledger.limits'::regclass::oid::integer, account)
$$;

-- Those of the orders that no limit forbids to send. Volatile: it sees what was claimed until now.
create function ledger.within_limits(account smallint, wanted bigint[]) returns bigint[]
volatile language plpgsql as $$
begin
  if not exists (select from ledger.limits where account_id = account and period <> 'plan') then
    return wanted;
  end if;
  -- Before the limits: who records an answer has its order locked, too, and then counts.
  wanted := array(
    select id from ledger.orders where id = any(wanted) and state = 'waiting'
    order by id for update skip locked);
  perform ledger.lock_limits(account);
  -- Look again: the plan or the account may have been paused while this waited.
  wanted := array(
    select o.id from ledger.orders o join ledger.plans p on p.id = o.plan_id
      join ledger.accounts a on a.id = p.account_id
    where o.id = any(wanted) and p.state in ('running', 'standing') and a.paused_reason is null);
  return array(
    select id from unnest(wanted) w(id)
    where id not in (select order_id from ledger.limits_met(account, wanted)));
end $$;
