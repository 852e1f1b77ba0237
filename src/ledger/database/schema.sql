-- All tables, functions and triggers of the ledger, as the migrations make them together:
-- the output of pg_dump without its settings. A test writes it; the reasons are in the migrations.

CREATE SCHEMA ledger;

CREATE FUNCTION ledger.asked_for(type text, area_code text, distance integer, allow_overlay boolean, sold bigint) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
  select case
    when type = 'true800' then sold / 10000000 = 800
    when type = 'tollfree' then sold / 10000000 in (800, 833, 844, 855, 866, 877, 888)
    when distance > 0 or allow_overlay
      then sold / 10000000 not in (800, 833, 844, 855, 866, 877, 888)
    else starts_with(sold::text, coalesce(area_code, ''))
  end
$$;

CREATE FUNCTION ledger.below(plans integer[]) RETURNS SETOF integer
    LANGUAGE sql STABLE
    AS $$
  with recursive below(id) as (
    select unnest(plans)
    union
    select l.plan from below join ledger.remainder_links l on l.barred = below.id)
  select id from below
$$;

CREATE FUNCTION ledger.count_spending() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
begin
  if not exists (select from ledger.limits) then return null; end if;
  insert into ledger.spending as s (account_id, day, who, numbers, money, unpriced)
  select l.account_id, (t.claimed_at at time zone 'utc')::date, l.who,
    sum(c.numbers), sum(c.numbers * coalesce(l.price, 0)),
    coalesce(sum(c.numbers) filter (where l.price is null), 0)
  from (
    select id, plan_id, line, attempts, ledger.counted(state, quantity, bought) as numbers
    from after
    union all
    select id, plan_id, line, attempts, -ledger.counted(state, quantity, bought) from before) c
    join ledger.limited_lines l on l.plan_id = c.plan_id and l.line = c.line
    join ledger.attempts t on t.order_id = c.id and t.no = c.attempts
  where c.numbers <> 0 and l.account_id in (select account_id from ledger.limits)
  group by 1, 2, 3
  having (sum(c.numbers), sum(c.numbers * coalesce(l.price, 0)),
    coalesce(sum(c.numbers) filter (where l.price is null), 0)) <> (0, 0, 0)
  order by 1, 2, 3
  on conflict on constraint spending_pkey do update
    set numbers = s.numbers + excluded.numbers, money = s.money + excluded.money,
      unpriced = s.unpriced + excluded.unpriced;
  return null;
end $$;

CREATE FUNCTION ledger.counted(state text, quantity integer, bought integer) RETURNS integer
    LANGUAGE sql IMMUTABLE
    AS $$
  select case when state in ('sending', 'unknown') then quantity
    when state in ('filled', 'short') then bought else 0 end
$$;

CREATE FUNCTION ledger.end_family() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
declare
  first bigint := (select coalesce(root, id) from ledger.orders where id = new.order_id);
begin
  -- A successor that is being made locks its family, too. The next statement sees it.
  perform from ledger.orders where id = first or root = first order by id for update;
  update ledger.orders m set is_final = true
  where (m.id = first or m.root = first) and m.is_final is not true;
  perform ledger.overtake_akin(plan_id) from ledger.orders
  where id = new.order_id and state in ('short', 'refused', 'undelivered', 'cancelled');
  update ledger.orders m set is_final = true
  from ledger.orders o
    join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
    join ledger.ladders ladder on ladder.plan_id = l.plan_id and ladder.type = l.type
      and ladder.area_code = coalesce(left(l.area_code, 3), '') and ladder.fallback = l.fallback
      and ladder.steps @? '$[*].cap ? (@ != null)'
  where o.id = first and m.state = 'waiting' and m.is_final is not true
    and m.root >= o.plan_id * 10000000::bigint + l.first_order
    and m.root < o.plan_id * 10000000::bigint + l.first_order + (l.quantity + 24) / 25;
  return null;
end $_$;

CREATE FUNCTION ledger.end_of(period text) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS $$
  select (ledger.first_day(period) + ('1 ' || period)::interval)::timestamp at time zone 'utc'
$$;

CREATE FUNCTION ledger.first_day(period text) RETURNS date
    LANGUAGE sql STABLE
    AS $$
  select date_trunc(period, ledger.now() at time zone 'utc')::date
$$;

CREATE FUNCTION ledger.first_month(list jsonb, type text, has_slot boolean) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    AS $$
  select (list #>> array['types', type, 'once'])::numeric
    + (list #>> array['types', type, 'monthly'])::numeric
    + case when has_slot
        then (list #>> '{slot,once}')::numeric + (list #>> '{slot,monthly}')::numeric else 0 end
$$;

CREATE FUNCTION ledger.incarnation() RETURNS text
    LANGUAGE plpgsql
    AS $$
begin
  return extract(epoch from pg_postmaster_start_time())::text || '/' ||
    (select oid from pg_database where datname = current_database()) || '/' ||
    pg_relation_filenode(to_regclass('ledger.attempts'));
end $$;

CREATE FUNCTION ledger.is_past(until timestamp with time zone, until_tick bigint, ticks bigint) RETURNS boolean
    LANGUAGE sql
    AS $$
  select until <= ledger.now() or coalesce(until_tick <= ticks, false)
$$;

CREATE FUNCTION ledger.is_tried(plan integer, asked_line integer) RETURNS boolean
    LANGUAGE sql
    AS $$
  select exists (
    select from ledger.standing s join ledger.plans p on p.id = s.plan_id
      join ledger.accounts a on a.id = p.account_id
    where s.plan_id = plan and s.line = asked_line
      and not ledger.is_past(s.until, s.until_tick, a.ticks))
$$;

CREATE FUNCTION ledger.keep_approval() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  answering text[] := '{answer,answered_by,answered_person,answered_at,refusal,expires_at}';
  taking text[] := '{used_by,used_person,used_at}';
begin
  if tg_op = 'INSERT' then
    if new.answer is null and new.used_at is null and not exists (
      select from ledger.plans p
      where p.id = new.plan_id and p.submitted_person <> all (new.barred)) then
      return new;
    end if;
    raise exception 'an approval begins as a question, and bars who submitted the plan'
      using errcode = 'check_violation', constraint = 'approvals_begin_asked';
  end if;
  if tg_op = 'UPDATE' then
    -- It is answered once, and a yes is used once; all else stays.
    if old.answer is null and new.answer is not null and new.used_at is null
      and to_jsonb(new) - answering = to_jsonb(old) - answering then
      return new;
    end if;
    if old.answer = 'yes' and old.used_at is null
      and to_jsonb(new) - taking = to_jsonb(old) - taking then
      return new;
    end if;
  end if;
  raise exception 'approval % stays as it is', old.id
    using errcode = 'check_violation', constraint = 'approvals_stay';
end $$;

CREATE FUNCTION ledger.keep_order() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if exists (select from ledger.numbers where order_id = old.id) then
    raise exception 'order % has numbers', old.id
      using errcode = 'foreign_key_violation', constraint = 'numbers_order_fkey';
  end if;
  if exists (select from ledger.attempts where order_id = old.id) then
    raise exception 'order % has attempts', old.id
      using errcode = 'foreign_key_violation', constraint = 'attempts_order_fkey';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;

CREATE FUNCTION ledger.keeps_now(holder bigint, attempt integer, sold bigint) RETURNS boolean
    LANGUAGE sql
    AS $$
  select exists (select from ledger.numbers where number = sold and order_id = holder)
    or exists (select from ledger.attempts
               where order_id = holder and no = attempt and outcome = 'unknown'
                 and sold = any(named))
$$;

CREATE FUNCTION ledger.limits_met(account smallint, wanted bigint[]) RETURNS TABLE(order_id bigint, whose text, period text, is_numbers boolean, has_price boolean, may_fit boolean, has_sum boolean)
    LANGUAGE sql STABLE
    AS $$
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
      select coalesce(sum(numbers), 0) as numbers,
        case when sum(unpriced) > 0 then 'infinity' else coalesce(sum(money), 0) end as money
      from ledger.spending
      where account_id = account and day >= ledger.first_day(h.period)
        and (h.whose = '' or who = h.who)) s),
  needed as (
    select a.id, r.whose, r.period, a.money is not null or r.money is null as has_price,
      coalesce(a.numbers <= r.most_numbers, true) and coalesce(a.money <= r.most_money, true)
        as may_fit,
      r.money is distinct from '-infinity' as has_sum,
      sum(a.numbers) over earlier > r.numbers as is_numbers,
      sum(coalesce(a.money, 'infinity')) over earlier > r.money as is_money
    from asked a join room r on r.who = a.who
    window earlier as (
      partition by r.whose, r.period, case when r.whose <> '' then r.who end order by a.id))
  select n.id, n.whose, n.period, coalesce(n.is_numbers, false), n.has_price, n.may_fit, n.has_sum
  from needed n where n.is_numbers or n.is_money
$$;

CREATE FUNCTION ledger.lineage() RETURNS text
    LANGUAGE sql
    AS $$
  select case when current_setting('fsync')::boolean then
    system_identifier || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) end
  from pg_control_system()
$$;

CREATE FUNCTION ledger.lock_limits(account smallint) RETURNS void
    LANGUAGE sql
    AS $$
  select pg_advisory_xact_lock('ledger.limits'::regclass::oid::integer, account)
$$;

CREATE FUNCTION ledger.lost_deadline(account smallint, ms bigint) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
  select ticks + case when ms > 0 then greatest(ms, (
    select max(deadline_ms) from ledger.workers where account_id = account)) else ms end
  from ledger.accounts where id = account
$$;

CREATE FUNCTION ledger.now() RETURNS timestamp with time zone
    LANGUAGE sql PARALLEL SAFE
    AS $$select clock_timestamp()$$;

CREATE TABLE ledger.plans (
    id integer NOT NULL,
    account_id smallint NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    rows_sha256 text,
    copy smallint DEFAULT 0 NOT NULL,
    state text DEFAULT 'ready'::text NOT NULL,
    reason text,
    lines integer NOT NULL,
    orders integer NOT NULL,
    successors integer DEFAULT 0 NOT NULL,
    requested integer NOT NULL,
    ladders_hash text,
    extra_columns text[] NOT NULL,
    checked jsonb NOT NULL,
    submission_key text,
    options_sha256 text,
    traceparent text,
    submitted_at timestamp with time zone DEFAULT ledger.now() NOT NULL,
    submitted_by text NOT NULL,
    submitted_person text NOT NULL,
    started_at timestamp with time zone,
    started_tick bigint,
    started_person text,
    prices text,
    held_order bigint,
    held_until timestamp with time zone,
    overtaken text,
    freed integer DEFAULT 0 NOT NULL,
    closed_at timestamp with time zone,
    ended_at timestamp with time zone,
    queued_to integer DEFAULT 0 NOT NULL,
    priority_base integer,
    CONSTRAINT plans_ended_when CHECK ((((state <> 'finished'::text) OR (ended_at IS NOT NULL)) AND ((ended_at IS NULL) OR (state = ANY (ARRAY['finished'::text, 'cancelled'::text]))))),
    CONSTRAINT plans_freed_count CHECK ((freed >= 0)),
    CONSTRAINT plans_held_until CHECK (((held_until IS NULL) OR (held_order IS NOT NULL))),
    CONSTRAINT plans_held_when CHECK (((held_order IS NULL) OR (state = 'paused'::text))),
    CONSTRAINT plans_lines_some CHECK ((lines > 0)),
    CONSTRAINT plans_orders_in_range CHECK (((orders >= 1) AND (orders <= 2000000))),
    CONSTRAINT plans_overtaken_wait CHECK (((overtaken IS NULL) OR (state <> ALL (ARRAY['running'::text, 'standing'::text])))),
    CONSTRAINT plans_started_when CHECK (((started_at IS NOT NULL) OR (state = ANY (ARRAY['ready'::text, 'cancelled'::text])))),
    CONSTRAINT plans_state_known CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'standing'::text, 'paused'::text, 'finished'::text, 'cancelled'::text]))),
    CONSTRAINT plans_successors_count CHECK ((successors >= 0)),
    CONSTRAINT plans_traceparent_form CHECK ((traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$'::text))
)
WITH (fillfactor='50');

CREATE FUNCTION ledger.may_buy(p ledger.plans) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select p.state <> 'cancelled' or p.ended_at is null or exists (
    select from ledger.orders o
    where o.id > p.id * 10000000::bigint and o.id < (p.id + 1) * 10000000::bigint
      and (o.bought > 0 or o.is_final or o.state in ('sending', 'unknown')))
$$;

CREATE FUNCTION ledger.move_lack() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  wanted integer := new.quantity;
  each record;
begin
  for each in
    select o.id, o.plan_id, o.state, o.follow, o.quantity - o.bought - o.moved as lacking
    from ledger.orders o
    where (o.id = new.root or o.root = new.root) and o.id <> new.id order by o.id for update
  loop
    if each.state not in ('filled', 'short', 'refused', 'undelivered', 'cancelled')
      or exists (select from ledger.disputes d where d.order_id = each.id
        and not exists (select from ledger.numbers n
          where n.number = d.number and n.order_id = each.id)) then
      raise exception 'order % may not succeed order %, which is % or may have bought more',
        new.id, each.id, each.state
        using errcode = 'check_violation', constraint = 'orders_successor_proven';
    end if;
    if each.id >= new.id or each.plan_id <> new.plan_id then
      raise exception 'order % may not succeed order %', new.id, each.id
        using errcode = 'check_violation', constraint = 'orders_successor_later';
    end if;
    if each.state = 'short' and each.follow is not null and each.lacking > 0 and wanted > 0 then
      update ledger.orders set moved = moved + least(wanted, each.lacking) where id = each.id;
      wanted := wanted - least(wanted, each.lacking);
    end if;
  end loop;
  if wanted > 0 then
    raise exception 'order % asks for % numbers more than are lacking', new.id, wanted
      using errcode = 'check_violation', constraint = 'orders_successor_lack';
  end if;
  update ledger.plans set successors = successors + 1 where id = new.plan_id;
  return null;
end $$;

CREATE FUNCTION ledger.note_lines() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  plan integer;
begin
  for plan in select distinct plan_id from added loop
    perform from ledger.plans where id = plan for key share;
    if not found then
      raise exception 'a line may not be of a plan that is not there'
        using errcode = 'foreign_key_violation', constraint = 'lines_plan_fkey';
    end if;
  end loop;
  insert into ledger.area_lines (plan_id, area_code, block, first, lines)
  select plan_id, area_code, line / 4096, min(line), array_agg(line) from added
  where area_code is not null and line > 0 group by plan_id, area_code, line / 4096;
  return null;
end $$;

CREATE FUNCTION ledger.note_unasked() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
begin
  insert into ledger.unasked (order_id, number)
  select o.id, sold.number
  from (select order_id, array_agg(number) as numbers from changed group by order_id) c
    join ledger.orders o on o.id = c.order_id
    join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line,
    unnest(c.numbers) sold(number)
  where not ledger.asked_for(l.type, l.area_code, l.distance, l.allow_overlay, sold.number)
  on conflict on constraint unasked_pkey do nothing;
  return null;
end $$;

CREATE FUNCTION ledger.overtake(asking integer[], buyer integer) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  why text := format('plan %s may have bought, or may still buy, what this plan asks for', buyer);
begin
  perform from ledger.plans where id = any(asking) order by id for no key update nowait;
  with overtaken as (
    update ledger.plans p set overtaken = concat_ws('; ', p.overtaken, why),
      state = case when p.state in ('running', 'standing') then 'paused' else p.state end,
      reason = case when p.held_order is null then p.reason end,
      held_order = null, held_until = null
    where p.id = any(asking) and p.id <> buyer
      and position(why in coalesce(p.overtaken, '')) = 0
    returning p.id, p.state)
  insert into ledger.events (kind, who, why, plan_id)
  select 'plan_paused', 'ledger', why, id from overtaken where state = 'paused' order by id;
end $$;

CREATE FUNCTION ledger.overtake_akin(buyer integer) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  -- Who stores a remainder of it holds this lock. The next statement sees what was stored.
  perform from ledger.plans where id = buyer for no key update nowait;
  perform ledger.overtake(array(
    with recursive asked(id) as (
      select buyer
      union
      select l.barred from asked join ledger.plans p on p.id = asked.id and p.state = 'cancelled'
        join ledger.remainder_links l on l.plan = asked.id)
    select ledger.below(array(select id from asked))), buyer);
end $$;

CREATE FUNCTION ledger.overtake_moved() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  if not exists (select from before where state not in ('waiting', 'sending', 'filled')) then
    return null;
  end if;
  perform ledger.overtake_akin(plan_id) from (
    select distinct plan_id from (
      select id, plan_id, state, is_final from before
      where state in ('short', 'refused', 'undelivered', 'cancelled')
      except select id, plan_id, state, is_final from after) moved) plans;
  perform ledger.overtake(array[plan_id], rest.id) from (
    select distinct o.plan_id
    from before join after o using (id)
      join ledger.attempts t on t.order_id = o.id and t.no = o.attempts and t.worker = 'lost'
    where before.state = 'unknown' and (o.state = 'waiting'
      or o.state = 'short' and o.follow is not null and o.quantity > o.bought + o.moved)) plans,
    lateral (
      select p.id from ledger.plans p
      where p.id in (select ledger.below(array[plan_id])) and p.id <> plan_id
        and ledger.may_buy(p)
      order by p.id limit 1) rest;
  return null;
end $$;

CREATE FUNCTION ledger.recount_spending(account smallint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  perform ledger.stop_orders(account);
  delete from ledger.spending where account_id = account;
  insert into ledger.spending (account_id, day, who, numbers, money, unpriced)
  select account, s.* from ledger.spending_of(account) s
  where account in (select l.account_id from ledger.limits l);
end $$;

CREATE FUNCTION ledger.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise exception 'this row of % stays as it is: %', tg_table_name, to_jsonb(old)
    using errcode = tg_argv[0], constraint = tg_argv[1];
end $$;

CREATE FUNCTION ledger.refuse_move() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  -- An order that was settled as nothing, and whose success came after all, did buy. Such a
  -- settlement can be taken back, too, and so can one that gave the order numbers.
  if (old.state in ('waiting', 'cancelled') and new.state in ('filled', 'short', 'unknown')
      or old.state in ('filled', 'short') and new.state = 'unknown')
    and exists (select from ledger.attempts
                where order_id = old.id and no = old.attempts
                  and (outcome = 'nothing' or settled_at is not null)) then
    return new;
  end if;
  -- An attempt came to light that the ledger had lost: nobody knows what it bought. An order that
  -- was short without a number may turn out to have been sent again.
  if (old.state in ('waiting', 'cancelled', 'refused', 'undelivered')
      or old.state = 'short' and old.bought = 0)
    and new.state = 'unknown' and new.attempts > old.attempts
    and exists (select from ledger.attempts
                where order_id = old.id and no = new.attempts and outcome = 'unknown') then
    return new;
  end if;
  raise exception 'order % may not go from % to %', old.id, old.state, new.state
    using errcode = 'check_violation', constraint = 'orders_legal_move';
end $$;

CREATE FUNCTION ledger.refuse_orderless() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
begin
  if exists (select from (select distinct order_id from changed) c
             where not exists (select from ledger.orders o where o.id = c.order_id)) then
    raise exception 'a row of % may not be of an order that is not there', tg_table_name
      using errcode = 'foreign_key_violation', constraint = tg_argv[0];
  end if;
  return null;
end $$;

CREATE FUNCTION ledger.refuse_stray_orders() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
declare
  each record;
begin
  for each in
    select plan_id, min(line) as low, max(line) as high, count(*) as orders,
      array_agg(distinct line order by line) as lines
    from changed group by plan_id
  loop
    -- All lines of a part of the plan, as when it is stored: one look finds them.
    continue when each.high - each.low < 2 * each.orders and each.lines = (
      select array_agg(line order by line) from ledger.lines
      where plan_id = each.plan_id and line between each.low and each.high);
    if exists (select from unnest(each.lines) asked(line)
               where not exists (select from ledger.lines l
                                 where l.plan_id = each.plan_id and l.line = asked.line)) then
      raise exception 'an order may not be of a line that is not there'
        using errcode = 'foreign_key_violation', constraint = 'orders_line_fkey';
    end if;
  end loop;
  return null;
end $$;

CREATE FUNCTION ledger.return_lack() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  back integer := old.quantity;
  each record;
begin
  if old.state not in ('waiting', 'cancelled') or old.attempts > 0 then
    raise exception 'order % was sent, and stays', old.id
      using errcode = 'check_violation', constraint = 'orders_successor_sent';
  end if;
  for each in
    select id, moved from ledger.orders
    where (id = old.root or root = old.root) and moved > 0
      and (follow is not null or bought + moved = quantity)
    order by id desc for update
  loop
    exit when back = 0;
    update ledger.orders set moved = moved - least(back, each.moved), follow = true
    where id = each.id;
    back := back - least(back, each.moved);
  end loop;
  if back > 0 then
    raise exception 'order % asks for % numbers that no order of its family takes back',
      old.id, back
      using errcode = 'check_violation', constraint = 'orders_lack_returned';
  end if;
  update ledger.plans set successors = successors - 1 where id = old.plan_id;
  -- A cancelled one was counted.
  if old.state = 'cancelled' then
    insert into ledger.tallies as t (plan_id, slot, state, orders, requested, bought)
    values (old.plan_id, ledger.tally_slot(old.step), old.state, -1, -old.quantity, 0)
    on conflict on constraint tallies_pkey do update
      set orders = t.orders + excluded.orders, requested = t.requested + excluded.requested;
  end if;
  return old;
end $$;

CREATE FUNCTION ledger.spending_of(account smallint) RETURNS TABLE(day date, who text, numbers bigint, money numeric, unpriced bigint)
    LANGUAGE sql STABLE
    AS $$
  select (t.claimed_at at time zone 'utc')::date, l.who, sum(c.numbers),
    sum(c.numbers * coalesce(l.price, 0)),
    coalesce(sum(c.numbers) filter (where l.price is null), 0)
  from ledger.attempts t join ledger.orders o on o.id = t.order_id and o.attempts = t.no
    join ledger.limited_lines l on l.plan_id = o.plan_id and l.line = o.line,
    lateral (select ledger.counted(o.state, o.quantity, o.bought) as numbers) c
  where (t.claimed_at >= ledger.first_day('month')::timestamp at time zone 'utc'
      or t.deadline_tick > (select ticks from ledger.accounts where id = account)
        - 32 * 86400000::bigint)
    and l.account_id = account and c.numbers > 0
  group by 1, 2
$$;

CREATE FUNCTION ledger.stop_orders(account smallint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  if exists (select from ledger.limits where account_id = account) then
    lock table ledger.orders in share row exclusive mode;
  end if;
end $$;

CREATE FUNCTION ledger.tally() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  -- A claim changes nothing that is counted.
  if not exists (select from after where state not in ('waiting', 'sending'))
    and not exists (select from before where state not in ('waiting', 'sending')) then
    return null;
  end if;
  insert into ledger.tallies as t (plan_id, slot, state, orders, requested, bought)
  select plan_id, slot, state, sum(orders), sum(requested), sum(bought)
  from (
    select plan_id, ledger.tally_slot(step) as slot, state,
      1 as orders, quantity - moved::int as requested, bought::int as bought from after
    where state not in ('waiting', 'sending')
    union all
    select plan_id, ledger.tally_slot(step), state,
      -1, moved - quantity::int, -bought from before
    where state not in ('waiting', 'sending')
  ) change
  group by plan_id, slot, state
  having sum(orders) <> 0 or sum(requested) <> 0 or sum(bought) <> 0
  order by plan_id, slot, state
  on conflict on constraint tallies_pkey do update
    set orders = t.orders + excluded.orders, requested = t.requested + excluded.requested,
        bought = t.bought + excluded.bought;
  return null;
end $$;

CREATE FUNCTION ledger.tally_slot(step smallint) RETURNS smallint
    LANGUAGE sql STABLE
    AS $$
  select (pg_backend_pid() % 16
    + case when step is null then 0 when step = 0 then 16 else 32 end)::smallint
$$;

CREATE FUNCTION ledger.within_limits(account smallint, wanted bigint[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
begin
  -- Nobody waits for an order that somebody else holds: the plan or the account could be stopped
  -- meanwhile. Before the limits: who records an answer has its order locked, too, and then counts.
  wanted := array(
    select id from ledger.orders where id = any(wanted) and state = 'waiting'
    order by id for no key update skip locked);
  if not exists (select from ledger.limits where account_id = account and period <> 'plan') then
    return wanted;
  end if;
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

CREATE TABLE ledger.accounts (
    id smallint NOT NULL,
    name text NOT NULL,
    mode text NOT NULL,
    rate double precision,
    prices text,
    approval jsonb,
    sandbox_url text,
    paused_reason text,
    pauses integer DEFAULT 0 NOT NULL,
    resume_at timestamp with time zone,
    rest_ms bigint,
    rest_reason text,
    rest_order bigint,
    throttles smallint DEFAULT 0 NOT NULL,
    recent text DEFAULT ''::text NOT NULL,
    probe text,
    probe_order bigint,
    witness_id uuid DEFAULT gen_random_uuid() NOT NULL,
    vouched_for text DEFAULT ledger.incarnation(),
    doubted text,
    doubted_tick bigint,
    taught text,
    journal_position bigint DEFAULT 0 NOT NULL,
    ticks bigint DEFAULT 0 NOT NULL,
    ticker text,
    ticked_at timestamp with time zone,
    requeue text,
    reconciled_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    listing_id integer,
    refused_vendor_accounts integer[] DEFAULT '{}'::integer[] NOT NULL,
    vendor_account integer,
    CONSTRAINT accounts_approval_sane CHECK (((approval IS NULL) OR (((((approval ->> 'hours'::text))::integer >= 1) AND (((approval ->> 'hours'::text))::integer <= 720)) AND (COALESCE((approval ->> 'aboveNumbers'::text), (approval ->> 'aboveMoney'::text)) IS NOT NULL)))),
    CONSTRAINT accounts_mode_known CHECK ((mode = ANY (ARRAY['sandbox'::text, 'live'::text]))),
    CONSTRAINT accounts_probe_known CHECK ((probe = ANY (ARRAY['wanted'::text, 'sent'::text]))),
    CONSTRAINT accounts_rate_sane CHECK (((rate > (0)::double precision) AND (rate <= (1000)::double precision))),
    CONSTRAINT accounts_requeue CHECK ((requeue = ANY (ARRAY['wanted'::text, 'begun'::text]))),
    CONSTRAINT accounts_sandbox_only CHECK (((sandbox_url IS NULL) OR (mode = 'sandbox'::text)))
)
WITH (fillfactor='20');

ALTER TABLE ledger.accounts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.accounts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ledger.approvals (
    id integer NOT NULL,
    kind text NOT NULL,
    account_id smallint NOT NULL,
    plan_id integer NOT NULL,
    binding text NOT NULL,
    orders jsonb NOT NULL,
    facts jsonb NOT NULL,
    numbers integer NOT NULL,
    money text,
    currency text,
    asked_by text NOT NULL,
    asked_person text NOT NULL,
    by text,
    why text,
    asked_at timestamp with time zone DEFAULT ledger.now() NOT NULL,
    hours integer NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    barred text[] NOT NULL,
    answer text,
    answered_by text,
    answered_person text,
    answered_at timestamp with time zone,
    refusal text,
    used_by text,
    used_person text,
    used_at timestamp with time zone,
    CONSTRAINT approvals_answer_known CHECK ((answer = ANY (ARRAY['yes'::text, 'no'::text]))),
    CONSTRAINT approvals_answered_whole CHECK ((num_nulls(answer, answered_by, answered_person, answered_at) = ANY (ARRAY[0, 4]))),
    CONSTRAINT approvals_asker_barred CHECK ((asked_person = ANY (barred))),
    CONSTRAINT approvals_binding_sha256 CHECK ((binding ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT approvals_by_person CHECK ((answered_by !~~ 'token:%'::text)),
    CONSTRAINT approvals_kind_known CHECK ((kind = ANY (ARRAY['start'::text, 'retry'::text, 'settle'::text]))),
    CONSTRAINT approvals_not_own CHECK ((answered_person <> ALL (barred))),
    CONSTRAINT approvals_numbers_sane CHECK ((numbers > 0)),
    CONSTRAINT approvals_orders_named CHECK (((kind = 'start'::text) = (orders = '{}'::jsonb))),
    CONSTRAINT approvals_refusal_why CHECK (((COALESCE(answer, ''::text) = 'no'::text) = (COALESCE(TRIM(BOTH FROM refusal), ''::text) <> ''::text))),
    CONSTRAINT approvals_used_after_yes CHECK (((num_nulls(used_by, used_person, used_at) = ANY (ARRAY[0, 3])) AND ((used_at IS NULL) OR (COALESCE(answer, ''::text) = 'yes'::text)))),
    CONSTRAINT approvals_used_by_other CHECK ((used_person <> answered_person)),
    CONSTRAINT approvals_used_in_time CHECK (((used_at IS NULL) OR (used_at <= expires_at)))
);

ALTER TABLE ledger.approvals ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.approvals_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ledger.area_lines (
    plan_id integer NOT NULL,
    area_code text NOT NULL,
    block integer NOT NULL,
    first integer NOT NULL,
    lines integer[] NOT NULL
);

CREATE TABLE ledger.attempts (
    order_id bigint NOT NULL,
    no integer NOT NULL,
    worker text NOT NULL,
    batch integer,
    nonce integer,
    claimed_at timestamp with time zone DEFAULT ledger.now() NOT NULL,
    deadline_tick bigint DEFAULT 0 NOT NULL,
    baseline integer,
    vendor_account integer,
    answered_at timestamp with time zone,
    answered_tick bigint,
    outcome text,
    status smallint,
    what text,
    body text,
    named bigint[],
    settled_at timestamp with time zone,
    taken_back_at timestamp with time zone,
    is_doubtful boolean DEFAULT false NOT NULL,
    may_have_bought boolean GENERATED ALWAYS AS (((outcome IS NULL) OR (outcome = ANY (ARRAY['filled'::text, 'short'::text, 'unknown'::text])))) STORED NOT NULL,
    CONSTRAINT attempts_have_nonce CHECK (((outcome IS NOT NULL) OR (nonce IS NOT NULL))),
    CONSTRAINT attempts_no_positive CHECK ((no > 0)),
    CONSTRAINT attempts_outcome_known CHECK ((outcome = ANY (ARRAY['filled'::text, 'short'::text, 'refused'::text, 'credentials'::text, 'throttled'::text, 'not_sent'::text, 'unknown'::text, 'nothing'::text])))
)
WITH (fillfactor='60');

CREATE TABLE ledger.disputes (
    order_id bigint NOT NULL,
    number bigint NOT NULL,
    seen_at timestamp with time zone DEFAULT ledger.now() NOT NULL
);

CREATE TABLE ledger.events (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT ledger.now() NOT NULL,
    kind text NOT NULL,
    who text NOT NULL,
    by text,
    why text,
    account_id smallint,
    plan_id integer,
    order_id bigint,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL
);

ALTER TABLE ledger.events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ledger.ladders (
    plan_id integer NOT NULL,
    type text NOT NULL,
    area_code text NOT NULL,
    fallback text NOT NULL,
    steps jsonb NOT NULL
);

CREATE TABLE ledger.lines (
    plan_id integer NOT NULL,
    line integer NOT NULL,
    first_order integer NOT NULL,
    area_code text,
    type text NOT NULL,
    quantity integer NOT NULL,
    fill_quantity boolean NOT NULL,
    cleansed_only boolean,
    distance integer,
    sms_supported boolean,
    order_slot boolean,
    allow_overlay boolean,
    extra text,
    fallback text,
    keep_trying text,
    asked_line integer,
    step smallint,
    miles real,
    CONSTRAINT lines_area_code_fits CHECK (
CASE
    WHEN (type <> ALL (ARRAY['local'::text, 'canadian_local'::text])) THEN (area_code IS NULL)
    WHEN (area_code IS NULL) THEN false
    WHEN (translate(area_code, '0123456789'::text, ''::text) <> ''::text) THEN false
    WHEN (length(area_code) = 3) THEN ((area_code)::integer >= 200)
    WHEN (length(area_code) = 6) THEN (((area_code)::integer >= 200000) AND (((area_code)::integer % 1000) >= 200))
    ELSE false
END),
    CONSTRAINT lines_distance_sane CHECK ((distance >= 0)),
    CONSTRAINT lines_keep_trying_form CHECK ((keep_trying ~ '^([1-9][0-9]{0,3}[dh]|until [0-9]{4}-[0-9]{2}-[0-9]{2})$'::text)),
    CONSTRAINT lines_overlay_fits CHECK (((NOT COALESCE(allow_overlay, false)) OR ((COALESCE(length(area_code), 0) = 6) AND (NOT COALESCE(cleansed_only, false))))),
    CONSTRAINT lines_quantity_in_range CHECK (((quantity >= 1) AND (quantity <= 100000))),
    CONSTRAINT lines_stand_for CHECK ((((line > 0) = (asked_line IS NULL)) AND ((line > 0) = (step IS NULL)) AND ((line > 0) OR (line = (- first_order))))),
    CONSTRAINT lines_step_sane CHECK ((step >= 0)),
    CONSTRAINT lines_type_known CHECK ((type = ANY (ARRAY['local'::text, 'tollfree'::text, 'true800'::text, 'canadian_local'::text])))
);

CREATE TABLE ledger.price_lists (
    hash text NOT NULL,
    list jsonb NOT NULL,
    CONSTRAINT price_lists_hash_fits CHECK (((list ->> 'hash'::text) = hash))
);

CREATE VIEW ledger.limited_lines AS
 SELECT l.plan_id,
    l.line,
    p.account_id,
    COALESCE(p.started_person, ''::text) AS who,
        CASE
            WHEN ((p.prices IS NULL) OR ((paid.list ->> 'currency'::text) = (now.list ->> 'currency'::text))) THEN COALESCE(ledger.first_month(paid.list, l.type, l.order_slot), ledger.first_month(now.list, l.type, l.order_slot))
            ELSE NULL::numeric
        END AS price
   FROM ((((ledger.lines l
     JOIN ledger.plans p ON ((p.id = l.plan_id)))
     JOIN ledger.accounts a ON ((a.id = p.account_id)))
     LEFT JOIN ledger.price_lists now ON ((now.hash = a.prices)))
     LEFT JOIN ledger.price_lists paid ON ((paid.hash = p.prices)));

CREATE TABLE ledger.limits (
    account_id smallint NOT NULL,
    whose text NOT NULL,
    period text NOT NULL,
    numbers integer,
    money numeric,
    CONSTRAINT limits_fit_an_order CHECK (((period = 'plan'::text) OR (numbers >= 25))),
    CONSTRAINT limits_money_sane CHECK ((money >= (0)::numeric)),
    CONSTRAINT limits_numbers_positive CHECK ((numbers > 0)),
    CONSTRAINT limits_of_something CHECK ((num_nonnulls(numbers, money) > 0)),
    CONSTRAINT limits_period_known CHECK ((period = ANY (ARRAY['plan'::text, 'day'::text, 'month'::text])))
);

CREATE TABLE ledger.line_samples (
    plan_id integer NOT NULL,
    hashes integer[] NOT NULL
);

CREATE TABLE ledger.listings (
    id integer NOT NULL,
    account_id smallint NOT NULL,
    ended_at timestamp with time zone DEFAULT ledger.now() NOT NULL,
    began_tick bigint DEFAULT 0 NOT NULL,
    ended_tick bigint DEFAULT 0 NOT NULL,
    size integer NOT NULL,
    vendor_account integer,
    incarnation text DEFAULT ledger.incarnation()
);

ALTER TABLE ledger.listings ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.listings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ledger.lost_plans (
    account_id smallint NOT NULL,
    plan_key text NOT NULL,
    attempt integer NOT NULL,
    bits bytea NOT NULL,
    deadline_tick bigint NOT NULL,
    baseline integer NOT NULL,
    dismissed boolean NOT NULL
);

CREATE TABLE ledger.lost_successors (
    order_id bigint NOT NULL,
    root bigint NOT NULL,
    attempt integer NOT NULL,
    deadline_tick bigint NOT NULL
);

CREATE TABLE ledger.migrations (
    version integer NOT NULL,
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE ledger.moments (
    account_id smallint NOT NULL,
    last timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    free timestamp with time zone[] DEFAULT '{}'::timestamp with time zone[] NOT NULL
)
WITH (fillfactor='10');

CREATE TABLE ledger.numbers (
    number bigint NOT NULL,
    order_id bigint NOT NULL,
    bought_at timestamp with time zone DEFAULT ledger.now() NOT NULL,
    CONSTRAINT numbers_ten_digits CHECK (((number >= 2000000000) AND (number <= '9999999999'::bigint)))
);

CREATE TABLE ledger.orders (
    id bigint NOT NULL,
    plan_id integer NOT NULL,
    line integer NOT NULL,
    quantity smallint NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    connect_failures smallint DEFAULT 0 NOT NULL,
    bought smallint DEFAULT 0 NOT NULL,
    not_before timestamp with time zone,
    reason text,
    root bigint,
    step smallint,
    moved smallint DEFAULT 0 NOT NULL,
    follow boolean,
    queued boolean,
    is_final boolean,
    is_try boolean,
    CONSTRAINT orders_bought_fits_state CHECK (
CASE state
    WHEN 'filled'::text THEN (bought = quantity)
    WHEN 'short'::text THEN ((bought >= 0) AND (bought < quantity))
    WHEN 'unknown'::text THEN ((bought >= 0) AND (bought < quantity))
    ELSE (bought = 0)
END),
    CONSTRAINT orders_id_fits_plan CHECK (((id / 10000000) = plan_id)),
    CONSTRAINT orders_moved_fits CHECK (((moved = 0) OR ((moved > 0) AND ((bought + moved) <= quantity) AND (state = 'short'::text)))),
    CONSTRAINT orders_quantity_in_range CHECK (((quantity >= 1) AND (quantity <= 25))),
    CONSTRAINT orders_state_known CHECK ((state = ANY (ARRAY['waiting'::text, 'sending'::text, 'filled'::text, 'short'::text, 'refused'::text, 'undelivered'::text, 'unknown'::text, 'cancelled'::text]))),
    CONSTRAINT orders_successor_whole CHECK ((((root IS NULL) = (step IS NULL)) AND ((root IS NULL) = (queued IS NULL)) AND (id > root)))
)
WITH (fillfactor='70');

CREATE TABLE ledger.outbox (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT ledger.now() NOT NULL,
    event text NOT NULL,
    account_id smallint NOT NULL,
    plan_id integer,
    facts jsonb NOT NULL,
    deliveries smallint DEFAULT 0 NOT NULL,
    next_at timestamp with time zone DEFAULT ledger.now() NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT outbox_event_known CHECK ((event = ANY (ARRAY['plan_finished'::text, 'plan_standing'::text, 'account_paused'::text, 'unknown_appeared'::text, 'approval_wanted'::text])))
);

CREATE TABLE ledger.outbox_causes (
    cause text NOT NULL,
    at timestamp with time zone DEFAULT ledger.now() NOT NULL
);

ALTER TABLE ledger.outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ledger.owned (
    account_id smallint NOT NULL,
    number bigint NOT NULL,
    listing_id integer NOT NULL,
    gone_listing integer,
    back_listing integer,
    lost_after integer,
    foreign_listing integer,
    denied_listing integer,
    denied_orders bigint[]
);

ALTER TABLE ledger.plans ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger.plans_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ledger.progress (
    plan_id integer NOT NULL,
    at timestamp with time zone NOT NULL,
    orders integer NOT NULL,
    bought integer NOT NULL,
    missing integer NOT NULL,
    unknown integer NOT NULL,
    cancelled integer NOT NULL,
    revision integer,
    CONSTRAINT progress_revision_from_one CHECK ((revision >= 1))
);

CREATE VIEW ledger.remainder_links AS
 SELECT e.plan_id AS plan,
    (barred.value)::integer AS barred
   FROM ledger.events e,
    LATERAL jsonb_array_elements_text((e.detail -> 'remainderOf'::text)) barred(value)
  WHERE ((e.kind = 'plan_submitted'::text) AND (e.detail ? 'remainderOf'::text));

CREATE TABLE ledger.remainders (
    plan_id integer NOT NULL,
    sha256 text NOT NULL,
    rows_sha256 text NOT NULL,
    hashes integer[] NOT NULL
);

CREATE TABLE ledger.spending (
    account_id smallint NOT NULL,
    day date NOT NULL,
    who text NOT NULL,
    numbers bigint NOT NULL,
    money numeric NOT NULL,
    unpriced bigint NOT NULL
)
WITH (fillfactor='20');

CREATE TABLE ledger.standing (
    plan_id integer NOT NULL,
    line integer NOT NULL,
    until timestamp with time zone NOT NULL,
    until_tick bigint,
    next_at timestamp with time zone NOT NULL,
    waits boolean DEFAULT true NOT NULL
);

CREATE TABLE ledger.tallies (
    plan_id integer NOT NULL,
    slot smallint NOT NULL,
    state text NOT NULL,
    orders integer NOT NULL,
    requested integer NOT NULL,
    bought integer NOT NULL
)
WITH (fillfactor='10');

CREATE TABLE ledger.tokens (
    name text NOT NULL,
    hash text NOT NULL,
    role text NOT NULL,
    made_by text NOT NULL,
    made_at timestamp with time zone DEFAULT ledger.now() NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    makers text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT tokens_end_later CHECK ((ends_at > made_at)),
    CONSTRAINT tokens_hash_sha256 CHECK ((hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT tokens_role_known CHECK ((role = ANY (ARRAY['view'::text, 'submit'::text, 'approve'::text, 'admin'::text])))
);

CREATE TABLE ledger.unasked (
    order_id bigint NOT NULL,
    number bigint NOT NULL
);

CREATE TABLE ledger.verdicts (
    order_id bigint NOT NULL,
    attempt integer NOT NULL,
    finding text NOT NULL,
    is_clear boolean NOT NULL,
    numbers text[] NOT NULL,
    why text NOT NULL,
    made_at timestamp with time zone DEFAULT ledger.now() NOT NULL,
    CONSTRAINT verdicts_finding_known CHECK ((finding = ANY (ARRAY['bought'::text, 'nothing'::text, 'open'::text, 'later'::text])))
);

CREATE TABLE ledger.workers (
    name text NOT NULL,
    account_id smallint NOT NULL,
    seen_at timestamp with time zone DEFAULT ledger.now() NOT NULL,
    seen_tick bigint DEFAULT 0 NOT NULL,
    questions bigint DEFAULT 0 NOT NULL,
    found text NOT NULL,
    deadline_ms bigint DEFAULT 0 NOT NULL,
    list_lag_ms bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='50');

ALTER TABLE ONLY ledger.accounts
    ADD CONSTRAINT accounts_name_once UNIQUE (name);

ALTER TABLE ONLY ledger.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ledger.accounts
    ADD CONSTRAINT accounts_vendor_account_once UNIQUE (vendor_account);

ALTER TABLE ONLY ledger.approvals
    ADD CONSTRAINT approvals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ledger.area_lines
    ADD CONSTRAINT area_lines_pkey PRIMARY KEY (plan_id, area_code, block, first);

ALTER TABLE ONLY ledger.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (order_id, no);

ALTER TABLE ONLY ledger.disputes
    ADD CONSTRAINT disputes_pkey PRIMARY KEY (order_id, number);

ALTER TABLE ONLY ledger.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ledger.ladders
    ADD CONSTRAINT ladders_pkey PRIMARY KEY (plan_id, type, area_code, fallback);

ALTER TABLE ONLY ledger.limits
    ADD CONSTRAINT limits_pkey PRIMARY KEY (account_id, whose, period);

ALTER TABLE ONLY ledger.line_samples
    ADD CONSTRAINT line_samples_pkey PRIMARY KEY (plan_id);

ALTER TABLE ONLY ledger.lines
    ADD CONSTRAINT lines_pkey PRIMARY KEY (plan_id, line);

ALTER TABLE ONLY ledger.listings
    ADD CONSTRAINT listings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ledger.lost_plans
    ADD CONSTRAINT lost_plans_pkey PRIMARY KEY (account_id, plan_key, attempt);

ALTER TABLE ONLY ledger.lost_successors
    ADD CONSTRAINT lost_successors_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY ledger.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (version);

ALTER TABLE ONLY ledger.moments
    ADD CONSTRAINT moments_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY ledger.numbers
    ADD CONSTRAINT numbers_one_order PRIMARY KEY (number);

ALTER TABLE ONLY ledger.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ledger.outbox_causes
    ADD CONSTRAINT outbox_causes_pkey PRIMARY KEY (cause);

ALTER TABLE ONLY ledger.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ledger.owned
    ADD CONSTRAINT owned_pkey PRIMARY KEY (account_id, number);

ALTER TABLE ONLY ledger.plans
    ADD CONSTRAINT plans_duplicate_file UNIQUE (account_id, sha256, copy);

ALTER TABLE ONLY ledger.plans
    ADD CONSTRAINT plans_key_once UNIQUE (submission_key);

ALTER TABLE ONLY ledger.plans
    ADD CONSTRAINT plans_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ledger.price_lists
    ADD CONSTRAINT price_lists_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY ledger.progress
    ADD CONSTRAINT progress_pkey PRIMARY KEY (plan_id, at);

ALTER TABLE ONLY ledger.remainders
    ADD CONSTRAINT remainders_pkey PRIMARY KEY (sha256, plan_id);

ALTER TABLE ONLY ledger.spending
    ADD CONSTRAINT spending_pkey PRIMARY KEY (account_id, day, who);

ALTER TABLE ONLY ledger.standing
    ADD CONSTRAINT standing_pkey PRIMARY KEY (plan_id, line);

ALTER TABLE ONLY ledger.tallies
    ADD CONSTRAINT tallies_pkey PRIMARY KEY (plan_id, slot, state);

ALTER TABLE ONLY ledger.tokens
    ADD CONSTRAINT tokens_hash_key UNIQUE (hash);

ALTER TABLE ONLY ledger.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (name);

ALTER TABLE ONLY ledger.unasked
    ADD CONSTRAINT unasked_pkey PRIMARY KEY (number, order_id);

ALTER TABLE ONLY ledger.verdicts
    ADD CONSTRAINT verdicts_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY ledger.workers
    ADD CONSTRAINT workers_pkey PRIMARY KEY (name);

CREATE INDEX approvals_open ON ledger.approvals USING btree (expires_at) WHERE (answer IS NULL);

CREATE INDEX approvals_plan ON ledger.approvals USING btree (plan_id, id);

CREATE INDEX attempts_claimed ON ledger.attempts USING brin (claimed_at, deadline_tick);

CREATE UNIQUE INDEX attempts_never_twice ON ledger.attempts USING btree (order_id) WHERE may_have_bought;

CREATE INDEX attempts_settled ON ledger.attempts USING btree (order_id) WHERE ((settled_at IS NOT NULL) OR is_doubtful);

CREATE INDEX disputes_number ON ledger.disputes USING btree (number);

CREATE INDEX events_account ON ledger.events USING btree (account_id, id) WHERE (plan_id IS NULL);

CREATE INDEX events_plan ON ledger.events USING btree (plan_id, id);

CREATE INDEX events_remainders ON ledger.events USING btree (plan_id) WHERE (detail ? 'remainderOf'::text);

CREATE INDEX events_settled ON ledger.events USING btree (order_id, id) WHERE (kind = ANY (ARRAY['order_settled'::text, 'order_unsettled'::text]));

CREATE INDEX line_samples_hashes ON ledger.line_samples USING gin (hashes);

CREATE INDEX lines_successors ON ledger.lines USING btree (plan_id, asked_line) WHERE (asked_line IS NOT NULL);

CREATE INDEX listings_account ON ledger.listings USING btree (account_id, ended_at);

CREATE INDEX lost_successors_family ON ledger.lost_successors USING btree (root, order_id);

CREATE INDEX numbers_order ON ledger.numbers USING btree (order_id);

CREATE INDEX orders_again ON ledger.orders USING btree (id) WHERE ((state = 'waiting'::text) AND (attempts > 0));

CREATE INDEX orders_family ON ledger.orders USING btree (root) WHERE (root IS NOT NULL);

CREATE INDEX orders_final ON ledger.orders USING btree (id) WHERE is_final;

CREATE INDEX orders_follow ON ledger.orders USING btree (id) WHERE ((state = 'short'::text) AND (follow IS NOT NULL));

CREATE INDEX orders_missing ON ledger.orders USING btree (id) WHERE (state = ANY (ARRAY['short'::text, 'refused'::text, 'undelivered'::text, 'cancelled'::text]));

CREATE INDEX orders_sending ON ledger.orders USING btree (id) WHERE (state = 'sending'::text);

CREATE INDEX orders_unknown ON ledger.orders USING btree (id) WHERE (state = 'unknown'::text);

CREATE INDEX orders_unqueued ON ledger.orders USING btree (id) WHERE ((root IS NOT NULL) AND (state = 'waiting'::text));

CREATE INDEX orders_waiting ON ledger.orders USING btree (id) WHERE (state = 'waiting'::text);

CREATE INDEX outbox_open ON ledger.outbox USING btree (id) WHERE (closed_at IS NULL);

CREATE INDEX owned_lost ON ledger.owned USING btree (account_id) WHERE (lost_after IS NOT NULL);

CREATE UNIQUE INDEX progress_revision_once ON ledger.progress USING btree (plan_id, revision) WHERE (revision IS NOT NULL);

CREATE INDEX remainders_hashes ON ledger.remainders USING gin (hashes) WITH (fastupdate=off);

CREATE INDEX remainders_rows ON ledger.remainders USING btree (rows_sha256);

CREATE INDEX standing_next ON ledger.standing USING btree (next_at);

CREATE INDEX tallies_unknown ON ledger.tallies USING btree (plan_id) WHERE (state = 'unknown'::text);

CREATE TRIGGER approvals_stay BEFORE INSERT OR DELETE OR UPDATE ON ledger.approvals FOR EACH ROW EXECUTE FUNCTION ledger.keep_approval();

CREATE TRIGGER attempts_order_inserted AFTER INSERT ON ledger.attempts REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_orderless('attempts_order_fkey');

CREATE TRIGGER attempts_stay AFTER UPDATE OF order_id, no ON ledger.attempts FOR EACH ROW WHEN (((old.order_id IS DISTINCT FROM new.order_id) OR (old.no IS DISTINCT FROM new.no))) EXECUTE FUNCTION ledger.refuse_change('foreign_key_violation', 'attempts_order_fkey');

CREATE TRIGGER disputes_end_family AFTER INSERT ON ledger.disputes FOR EACH ROW EXECUTE FUNCTION ledger.end_family();

CREATE TRIGGER lines_noted AFTER INSERT ON ledger.lines REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger.note_lines();

CREATE TRIGGER lines_of_plan_stay BEFORE UPDATE OF plan_id ON ledger.lines FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change('foreign_key_violation', 'lines_plan_fkey');

CREATE TRIGGER lines_stay BEFORE DELETE OR UPDATE OF line, first_order ON ledger.lines FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change('foreign_key_violation', 'orders_line_fkey');

CREATE TRIGGER numbers_order_inserted AFTER INSERT ON ledger.numbers REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_orderless('numbers_order_fkey');

CREATE TRIGGER numbers_order_updated AFTER UPDATE ON ledger.numbers REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_orderless('numbers_order_fkey');

CREATE TRIGGER numbers_unasked_inserted AFTER INSERT ON ledger.numbers REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION ledger.note_unasked();

CREATE TRIGGER orders_family_stays BEFORE UPDATE OF root, step, quantity ON ledger.orders FOR EACH ROW WHEN ((((old.root IS DISTINCT FROM new.root) OR (old.step IS DISTINCT FROM new.step)) OR (old.quantity IS DISTINCT FROM new.quantity))) EXECUTE FUNCTION ledger.refuse_change('check_violation', 'orders_family_stays');

CREATE TRIGGER orders_keep BEFORE DELETE OR UPDATE OF id ON ledger.orders FOR EACH ROW EXECUTE FUNCTION ledger.keep_order();

CREATE TRIGGER orders_legal_move BEFORE UPDATE OF state ON ledger.orders FOR EACH ROW WHEN (((old.state IS DISTINCT FROM new.state) AND ((((((((((((((((old.state <> 'waiting'::text) OR (new.state <> 'sending'::text)) AND ((old.state <> 'waiting'::text) OR (new.state <> 'cancelled'::text))) AND ((old.state <> 'sending'::text) OR (new.state <> 'filled'::text))) AND ((old.state <> 'sending'::text) OR (new.state <> 'short'::text))) AND ((old.state <> 'sending'::text) OR (new.state <> 'refused'::text))) AND ((old.state <> 'sending'::text) OR (new.state <> 'waiting'::text))) AND ((old.state <> 'sending'::text) OR (new.state <> 'undelivered'::text))) AND ((old.state <> 'sending'::text) OR (new.state <> 'unknown'::text))) AND ((old.state <> 'unknown'::text) OR (new.state <> 'filled'::text))) AND ((old.state <> 'unknown'::text) OR (new.state <> 'short'::text))) AND ((old.state <> 'unknown'::text) OR (new.state <> 'refused'::text))) AND ((old.state <> 'unknown'::text) OR (new.state <> 'waiting'::text))) AND ((old.state <> 'unknown'::text) OR (new.state <> 'undelivered'::text))) AND ((old.state <> 'refused'::text) OR (new.state <> 'waiting'::text))) AND ((old.state <> 'undelivered'::text) OR (new.state <> 'waiting'::text))))) EXECUTE FUNCTION ledger.refuse_move();

CREATE TRIGGER orders_line_inserted AFTER INSERT ON ledger.orders REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_stray_orders();

CREATE TRIGGER orders_move_lack AFTER INSERT ON ledger.orders FOR EACH ROW WHEN ((new.root IS NOT NULL)) EXECUTE FUNCTION ledger.move_lack();

CREATE TRIGGER orders_overtake AFTER UPDATE ON ledger.orders REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION ledger.overtake_moved();

CREATE TRIGGER orders_return_lack BEFORE DELETE ON ledger.orders FOR EACH ROW WHEN ((old.root IS NOT NULL)) EXECUTE FUNCTION ledger.return_lack();

CREATE TRIGGER orders_spend AFTER UPDATE ON ledger.orders REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION ledger.count_spending();

CREATE TRIGGER orders_stay AFTER UPDATE OF plan_id, line ON ledger.orders FOR EACH ROW WHEN (((old.plan_id <> new.plan_id) OR (old.line <> new.line))) EXECUTE FUNCTION ledger.refuse_change('foreign_key_violation', 'orders_line_fkey');

CREATE TRIGGER orders_tally AFTER UPDATE ON ledger.orders REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION ledger.tally();

CREATE TRIGGER plans_stay BEFORE DELETE OR UPDATE OF id ON ledger.plans FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change('foreign_key_violation', 'lines_plan_fkey');

CREATE TRIGGER price_lists_stay BEFORE DELETE OR UPDATE ON ledger.price_lists FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change('check_violation', 'price_lists_stay');

ALTER TABLE ONLY ledger.accounts
    ADD CONSTRAINT accounts_prices_fkey FOREIGN KEY (prices) REFERENCES ledger.price_lists(hash);

ALTER TABLE ONLY ledger.approvals
    ADD CONSTRAINT approvals_account_fkey FOREIGN KEY (account_id) REFERENCES ledger.accounts(id);

ALTER TABLE ONLY ledger.approvals
    ADD CONSTRAINT approvals_plan_fkey FOREIGN KEY (plan_id) REFERENCES ledger.plans(id);

ALTER TABLE ONLY ledger.disputes
    ADD CONSTRAINT disputes_order_id_fkey FOREIGN KEY (order_id) REFERENCES ledger.orders(id);

ALTER TABLE ONLY ledger.events
    ADD CONSTRAINT events_account_id_fkey FOREIGN KEY (account_id) REFERENCES ledger.accounts(id);

ALTER TABLE ONLY ledger.events
    ADD CONSTRAINT events_order_id_fkey FOREIGN KEY (order_id) REFERENCES ledger.orders(id);

ALTER TABLE ONLY ledger.events
    ADD CONSTRAINT events_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES ledger.plans(id);

ALTER TABLE ONLY ledger.ladders
    ADD CONSTRAINT ladders_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES ledger.plans(id);

ALTER TABLE ONLY ledger.limits
    ADD CONSTRAINT limits_account_id_fkey FOREIGN KEY (account_id) REFERENCES ledger.accounts(id);

ALTER TABLE ONLY ledger.line_samples
    ADD CONSTRAINT line_samples_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES ledger.plans(id);

ALTER TABLE ONLY ledger.listings
    ADD CONSTRAINT listings_account_id_fkey FOREIGN KEY (account_id) REFERENCES ledger.accounts(id);

ALTER TABLE ONLY ledger.lost_plans
    ADD CONSTRAINT lost_plans_account_id_fkey FOREIGN KEY (account_id) REFERENCES ledger.accounts(id);

ALTER TABLE ONLY ledger.moments
    ADD CONSTRAINT moments_account_id_fkey FOREIGN KEY (account_id) REFERENCES ledger.accounts(id);

ALTER TABLE ONLY ledger.outbox
    ADD CONSTRAINT outbox_account_id_fkey FOREIGN KEY (account_id) REFERENCES ledger.accounts(id);

ALTER TABLE ONLY ledger.outbox
    ADD CONSTRAINT outbox_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES ledger.plans(id);

ALTER TABLE ONLY ledger.owned
    ADD CONSTRAINT owned_account_id_fkey FOREIGN KEY (account_id) REFERENCES ledger.accounts(id);

ALTER TABLE ONLY ledger.owned
    ADD CONSTRAINT owned_listing_id_fkey FOREIGN KEY (listing_id) REFERENCES ledger.listings(id);

ALTER TABLE ONLY ledger.plans
    ADD CONSTRAINT plans_account_id_fkey FOREIGN KEY (account_id) REFERENCES ledger.accounts(id);

ALTER TABLE ONLY ledger.plans
    ADD CONSTRAINT plans_prices_fkey FOREIGN KEY (prices) REFERENCES ledger.price_lists(hash);

ALTER TABLE ONLY ledger.progress
    ADD CONSTRAINT progress_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES ledger.plans(id);

ALTER TABLE ONLY ledger.remainders
    ADD CONSTRAINT remainders_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES ledger.plans(id);

ALTER TABLE ONLY ledger.spending
    ADD CONSTRAINT spending_account_id_fkey FOREIGN KEY (account_id) REFERENCES ledger.accounts(id);

ALTER TABLE ONLY ledger.standing
    ADD CONSTRAINT standing_line_fkey FOREIGN KEY (plan_id, line) REFERENCES ledger.lines(plan_id, line);

ALTER TABLE ONLY ledger.standing
    ADD CONSTRAINT standing_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES ledger.plans(id);

ALTER TABLE ONLY ledger.verdicts
    ADD CONSTRAINT verdicts_order_id_fkey FOREIGN KEY (order_id) REFERENCES ledger.orders(id);

ALTER TABLE ONLY ledger.workers
    ADD CONSTRAINT workers_account_id_fkey FOREIGN KEY (account_id) REFERENCES ledger.accounts(id);
