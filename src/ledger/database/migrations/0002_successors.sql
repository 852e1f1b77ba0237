-- Successor orders: what an order is proven to lack may be asked for again, in another area code
-- or on another day, as the plan has consented. One mechanism serves both.

-- Plans and lines -------------------------------------------------------------------------------

alter table ledger.plans
  -- Orders that were made besides the first ones, for what those lacked.
  add column successors integer not null default 0
    constraint plans_successors_count check (successors >= 0),
  -- A person has ended its standing lines.
  add column closed_at timestamptz,
  drop constraint plans_state_known,
  -- Standing: its first orders have ended, and some lines are or will be tried again.
  add constraint plans_state_known check
    (state in ('ready', 'running', 'standing', 'paused', 'finished', 'cancelled'));

alter table ledger.lines
  -- Where else its numbers may come from, and for how long it is tried; as src/fallback reads it.
  add column fallback text,
  add column keep_trying text
    constraint lines_keep_trying_form
    check (keep_trying ~ '^([1-9][0-9]{0,3}[dh]|until [0-9]{4}-[0-9]{2}-[0-9]{2})$'),
  -- A line of the file has a positive number. A negative one stands for a line of the file and asks
  -- for the same numbers once more: its number is that of its first order, negated.
  add column asked_line integer,
  -- 0: the same area code again. Else the step of the ladder, from 1.
  add column step smallint constraint lines_step_sane check (step >= 0),
  -- From the area code that was asked for; null: not known.
  add column miles real,
  add constraint lines_stand_for check
    ((line > 0) = (asked_line is null) and (line > 0) = (step is null)
     and (line > 0 or line = -first_order));

create index lines_successors on ledger.lines (plan_id, asked_line) where asked_line is not null;

-- What a fallback meant when the plan was submitted: its steps in order, one area code each.
create table ledger.ladders (
  plan_id   integer not null references ledger.plans,
  type      text not null,
  area_code text not null,
  fallback  text not null,
  steps     jsonb not null,
  -- The date of the area codes that it was read from.
  numbering date,
  constraint ladders_pkey primary key (plan_id, type, area_code, fallback)
);

-- Lines that are tried again and again, from the first time that their ladder came to its end.
create table ledger.standing (
  plan_id integer not null references ledger.plans,
  line    integer not null,
  -- Not tried after this moment.
  until   timestamptz not null,
  -- When the sweep looks at it next, never after `until`; infinity: not again.
  next_at timestamptz not null,
  -- Some of its orders wait for the next try.
  waits   boolean not null default true,
  constraint standing_pkey primary key (plan_id, line),
  constraint standing_line_fkey foreign key (plan_id, line) references ledger.lines
);

create index standing_next on ledger.standing (next_at);

-- Orders ----------------------------------------------------------------------------------------

alter table ledger.orders
  -- Of a successor, the first order of its family: the one that the plan was split into.
  add column root   bigint,
  -- Of a successor, as in its line.
  add column step   smallint,
  -- Numbers that it lacks and that a successor asks for instead.
  add column moved  smallint not null default 0,
  -- Whether what it lacks may be asked for again, while it is short. True: the next sweep looks at
  -- it. False: it waits for the next try of its line. Null: nobody consented, or nothing more is
  -- asked for by itself, and remainder.csv offers it.
  add column follow boolean,
  -- Of a successor: its job is in the queue.
  add column queued boolean,
  -- A successor of it was sent, or may have been, and the ledger has lost that: the order is never
  -- sent again.
  add column has_sent_successor boolean,
  add constraint orders_moved_fits check
    (moved = 0 or moved > 0 and bought + moved <= quantity and state = 'short'),
  add constraint orders_successor_whole check
    ((root is null) = (step is null) and (root is null) = (queued is null) and id > root);

create index orders_family on ledger.orders (root) where root is not null;
create index orders_follow on ledger.orders (id) where state = 'short' and follow is not null;
create index orders_sent_successor on ledger.orders (id) where has_sent_successor;
create index orders_unqueued on ledger.orders (id)
  where root is not null and state = 'waiting';

-- Successors that were sent, and that a ledger which went back has lost: each is in doubt as soon
-- as it is made again.
create table ledger.lost_successors (
  order_id bigint constraint lost_successors_pkey primary key,
  -- The first order of its family.
  root     bigint not null,
  -- The last one that was sent.
  attempt  smallint not null
);

create index lost_successors_family on ledger.lost_successors (root, order_id);

-- As before, and: an order that was short without a number may turn out to have been sent again.
create or replace function ledger.refuse_move() returns trigger language plpgsql as $$
begin
  if (old.state in ('waiting', 'cancelled') and new.state in ('filled', 'short', 'unknown')
      or old.state in ('filled', 'short') and new.state = 'unknown')
    and exists (select from ledger.attempts
                where order_id = old.id and no = old.attempts
                  and (outcome = 'nothing' or settled_at is not null)) then
    return new;
  end if;
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

-- A successor asks for what its family lacks and for no more, and the lack moves to it: so it is
-- counted once. It is made only when every order of the family has ended by proof. It never asks
-- for what a refused or undelivered order lacks: a person may send that order again.
create function ledger.move_lack() returns trigger language plpgsql as $$
declare
  wanted integer := new.quantity;
  each record;
begin
  for each in
    select o.id, o.plan_id, o.state, o.follow, o.quantity - o.bought - o.moved as lacking
    from ledger.orders o
    where (o.id = new.root or o.root = new.root) and o.id <> new.id order by o.id for update
  loop
    if each.state not in ('filled', 'short', 'refused', 'undelivered') then
      raise exception 'order % may not succeed order %, which is %', new.id, each.id, each.state
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

-- After the row: a trigger before it would double the time of loading first orders.
create trigger orders_move_lack after insert on ledger.orders for each row
  when (new.root is not null) execute function ledger.move_lack();

-- Where an order of this step is counted. Slots from 0 on are of the orders that the plan was split
-- into, from 16 on of successors that ask for the same again, from 32 on of substitutes.
create function ledger.tally_slot(step smallint) returns smallint stable language sql as $$
  select (pg_backend_pid() % 16
    + case when step is null then 0 when step = 0 then 16 else 32 end)::smallint
$$;

-- A successor that was never sent may be withdrawn, and the lack moves back. Only the newest
-- order of a family can be one that was never sent. It took the lack of the oldest first, so the
-- newest gets it back first.
create function ledger.return_lack() returns trigger language plpgsql as $$
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
    where (id = old.root or root = old.root) and moved > 0 order by id desc for update
  loop
    update ledger.orders set moved = moved - least(back, each.moved), follow = true
    where id = each.id;
    back := back - least(back, each.moved);
  end loop;
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

create trigger orders_return_lack before delete on ledger.orders for each row
  when (old.root is not null) execute function ledger.return_lack();

-- What an order asks for, and with which right, does not change once it is stored.
create function ledger.keep_family() returns trigger language plpgsql as $$
begin
  raise exception 'order % stays what it is', old.id
    using errcode = 'check_violation', constraint = 'orders_family_stays';
end $$;

create trigger orders_family_stays before update of root, step, quantity on ledger.orders
  for each row when ((old.root, old.step, old.quantity) is distinct from
                     (new.root, new.step, new.quantity))
  execute function ledger.keep_family();

-- Counts ----------------------------------------------------------------------------------------

-- As before, and: what an order lacks counts where it was moved to.
create or replace function ledger.tally() returns trigger language plpgsql as $$
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

-- Results ---------------------------------------------------------------------------------------

-- A plan's sums each time that it came to stand, or to its end, with others than before.
create table ledger.revisions (
  plan_id   integer not null references ledger.plans,
  revision  integer not null,
  at        timestamptz not null default ledger.now(),
  bought    integer not null,
  missing   integer not null,
  unknown   integer not null,
  cancelled integer not null,
  constraint revisions_pkey primary key (plan_id, revision),
  constraint revisions_from_one check (revision >= 1)
);

-- Webhooks --------------------------------------------------------------------------------------

alter table ledger.outbox
  drop constraint outbox_event_known,
  add constraint outbox_event_known check
    (event in ('plan_finished', 'plan_standing', 'account_paused', 'unknown_appeared'));
