-- The ground may move: the database may lose its last commits or be put back from an older copy, and
-- a clock may jump. docs/backup-and-restore.md says what follows.

-- The only source of time in every statement. A simulation replaces this one function.
create function ledger.now() returns timestamptz volatile parallel safe language sql
  as 'select clock_timestamp()';

alter table ledger.plans alter column submitted_at set default ledger.now();
alter table ledger.attempts alter column claimed_at set default ledger.now();
alter table ledger.numbers alter column bought_at set default ledger.now();
alter table ledger.disputes alter column seen_at set default ledger.now();
alter table ledger.events alter column at set default ledger.now();
alter table ledger.listings alter column ended_at set default ledger.now();
alter table ledger.proposals alter column made_at set default ledger.now();
alter table ledger.workers alter column seen_at set default ledger.now();
alter table ledger.notices alter column at set default ledger.now(),
  alter column next_at set default ledger.now();
alter table ledger.noticed alter column at set default ledger.now();

-- Which run of the database this is. A server that restarted, a replica that was promoted, a backup
-- that was restored and a database that was copied from a template all have another one.
create function ledger.incarnation() returns text volatile language sql as $$
  select extract(epoch from pg_postmaster_start_time())::text || '/' ||
    (select oid from pg_database where datname = current_database()) || '/' ||
    pg_relation_filenode('ledger.attempts')
$$;

-- Which history the database belongs to: the server's identity and timeline. A restart keeps it.
-- Null: one that does not sync may have lost its last commits in a restart.
create function ledger.lineage() returns text volatile language sql as $$
  select case when current_setting('fsync')::boolean then
    system_identifier || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) end
  from pg_control_system()
$$;

alter table ledger.accounts
  -- The account's part of the witness has this name; see src/witness.
  add column witness_id uuid not null default gen_random_uuid(),
  -- The incarnation of the database in which the ledger was found to be whole. In any other one no
  -- order is claimed until that has been found out again.
  add column vouched_for text default ledger.incarnation(),
  -- The incarnation that is being doubted, and since when by `ticks`.
  add column doubted text,
  add column doubted_tick bigint,
  -- Watched time, ms: it advances only while a worker sees it pass by a clock that cannot be set.
  -- Deadlines and settling times are measured by it.
  add column ticks bigint not null default 0,
  -- The worker that counts the ticks, and so has the right to sweep.
  add column ticker text,
  -- How long the vendor asked to be left alone, ms: `resume_at` is never further away than that.
  add column rest_ms bigint,
  -- The newest list that was kept: what a claim can be compared with later.
  add column listing_id integer;

alter table ledger.attempts
  -- A random number that only this attempt's sender knows: its answer must name it. Null: the ledger
  -- lost the attempt, and whoever sent it may answer.
  add column nonce integer,
  -- By `ticks` of the account.
  add column claimed_tick bigint not null default 0,
  add column deadline_tick bigint not null default 0,
  -- The newest list that was kept before the claim. Null: there was none.
  add column baseline integer,
  -- Set when the outcome is a settlement's: it can be corrected until the order is sent again.
  add column settled_at timestamptz;

-- A worker of an earlier version claims without one. It does not compare its claims with the witness,
-- so from now on it gets none; what it has in flight it may finish.
alter table ledger.attempts add constraint attempts_have_nonce
  check (outcome is not null or nonce is not null) not valid;

alter table ledger.listings
  add column began_tick bigint not null default 0,
  add column ended_tick bigint not null default 0;

alter table ledger.owned
  -- The last list that had it again after one that had not.
  add column back_listing integer;

alter table ledger.workers
  add column seen_tick bigint not null default 0,
  -- Counts the signs of life. A worker that finds fewer than it gave knows that the ledger went back.
  add column beats bigint not null default 0;

-- Moves that are in no diagram, each on its condition.
create or replace function ledger.refuse_move() returns trigger language plpgsql as $$
begin
  -- An order that was settled as nothing, and whose success came after all, did buy. And such a
  -- settlement can be taken back, as one can that gave it numbers.
  if (old.state in ('waiting', 'cancelled') and new.state in ('filled', 'short', 'unknown')
      or old.state in ('filled', 'short') and new.state = 'unknown')
    and exists (select from ledger.attempts
      where order_id = old.id and no = old.attempts and (outcome = 'nothing' or settled_at is not null)) then
    return new;
  end if;
  -- An attempt came to light that the ledger had lost: nobody knows what it bought.
  if old.state in ('waiting', 'cancelled', 'refused', 'undelivered') and new.state = 'unknown'
    and new.attempts > old.attempts and exists (select from ledger.attempts
      where order_id = old.id and no = new.attempts and outcome = 'unknown') then
    return new;
  end if;
  raise exception 'order % may not go from % to %', old.id, old.state, new.state
    using errcode = 'check_violation', constraint = 'orders_legal_move';
end $$;

-- A list that was kept since the database came up is no baseline for what the ledger had lost. Nor is
-- one that was kept while the ledger was in doubt: then this is null.
alter table ledger.listings add column incarnation text default ledger.incarnation();

-- Evidence: lists are ordered by their ids, and how long something took is told by watched time.
alter table ledger.attempts
  -- By `ticks`, when the answer was recorded.
  add column answered_tick bigint;

alter table ledger.owned
  -- The first of the lists that lack it since it was last on one. Null: the newest list has it.
  add column gone_listing integer;

-- What was kept before. Its ids rise with time already; watched time begins now.
update ledger.accounts a set listing_id =
  (select max(l.id) from ledger.listings l where l.account_id = a.id);
update ledger.owned w set gone_listing = case when w.is_gone then a.listing_id end,
  back_listing = (select max(l.id) from ledger.listings l
    where l.account_id = w.account_id and l.ended_at <= w.back_at)
from ledger.accounts a where a.id = w.account_id and (w.is_gone or w.back_at is not null);
alter table ledger.owned drop column is_gone, drop column back_at;
update ledger.attempts t set baseline = (select max(l.id) from ledger.listings l
  where l.account_id = p.account_id and l.ended_at < t.claimed_at)
from ledger.orders o join ledger.plans p on p.id = o.plan_id where o.id = t.order_id;
-- What may be under way still counts as sent now.
update ledger.attempts set deadline_tick = 1000 * extract(epoch from deadline - claimed_at)
where outcome is null or outcome = 'unknown';

-- Watched time takes the place of what was measured by the database's clock.
alter table ledger.accounts
  drop column swept_at,
  -- The ticker's own clock at its last tick. One that takes over and is far behind it knows that a
  -- clock was set back while nobody watched.
  add column ticked_at timestamptz,
  -- A clock was set: the queue, which lives by clocks, must be built anew from the ledger.
  add column requeue text constraint accounts_requeue check (requeue in ('wanted', 'begun'));
alter table ledger.workers drop column steady_since;
-- Nobody knows any more how long a rest was to be that was asked for before: a day at most.
update ledger.accounts set rest_ms = 86400000 where resume_at is not null;

-- The embedded journal up to which this account's attempts and answers are in the ledger.
alter table ledger.accounts add column journal_position bigint not null default 0;

-- Settling: it can go against the evidence, and be taken back until the order is sent again.
alter table ledger.attempts
  -- A person settled it although something spoke against that; the event has what did.
  add column against_evidence boolean not null default false;

create index attempts_settled on ledger.attempts (order_id) where settled_at is not null;
create index events_settled on ledger.events (order_id, id) where kind = 'order_settled';

alter table ledger.owned
  -- An order that the ledger lost may have bought it after this list. Null: no such doubt.
  add column lost_after integer;
create index owned_lost on ledger.owned (account_id) where lost_after is not null;

-- In one statement an order may leave a state and another of another size enter it: as many orders as
-- before, and other numbers.
create or replace function ledger.tally() returns trigger language plpgsql as $$
begin
  insert into ledger.tallies as t (plan_id, slot, state, orders, requested, bought)
  select plan_id, pg_backend_pid() % 16, state, sum(orders), sum(requested), sum(bought)
  from (
    select plan_id, state, 1 as orders, quantity::int as requested, bought::int as bought from after
    where state not in ('waiting', 'sending')
    union all
    select plan_id, state, -1, -quantity, -bought from before
    where state not in ('waiting', 'sending')
  ) change
  group by plan_id, state
  having sum(orders) <> 0 or sum(requested) <> 0 or sum(bought) <> 0
  order by plan_id, state
  on conflict on constraint tallies_pkey do update
    set orders = t.orders + excluded.orders, requested = t.requested + excluded.requested,
        bought = t.bought + excluded.bought;
  return null;
end $$;

-- An order's line must be there: asked once for all the orders of a statement, and no longer for each
-- of them by a foreign key. That took most of the time of storing a plan. And once PostgreSQL had
-- counted some small plans it looked for a line by reading all lines of the plan, for each order.
alter table ledger.orders drop constraint orders_line_fkey;

create function ledger.refuse_stray_orders() returns trigger language plpgsql
  -- Each line is looked for by its key, whatever has been counted.
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  if exists (select from (select distinct plan_id, line from changed) c
             where not exists (select from ledger.lines l
                               where l.plan_id = c.plan_id and l.line = c.line)) then
    raise exception 'an order may not be of a line that is not there'
      using errcode = 'foreign_key_violation', constraint = 'orders_line_fkey';
  end if;
  return null;
end $$;

create trigger orders_line_inserted after insert on ledger.orders
  referencing new table as changed for each statement execute function ledger.refuse_stray_orders();

-- The other side of it: an order stays with its line, and a line with its orders.
create function ledger.keep_line() returns trigger language plpgsql as $$
begin
  if exists (select from ledger.orders
             where id = old.plan_id::bigint * 10000000 + old.first_order) then
    raise exception 'line % of plan % has orders', old.line, old.plan_id
      using errcode = 'foreign_key_violation', constraint = 'orders_line_fkey';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;

create function ledger.keep_with_line() returns trigger language plpgsql as $$
begin
  raise exception 'order % stays with its line', old.id
    using errcode = 'foreign_key_violation', constraint = 'orders_line_fkey';
end $$;

create trigger orders_stay before update of plan_id, line on ledger.orders for each row
  when (old.plan_id <> new.plan_id or old.line <> new.line)
  execute function ledger.keep_with_line();
create trigger lines_stay before delete or update of plan_id, line, first_order on ledger.lines
  for each row execute function ledger.keep_line();

-- Partial, so that nobody looks for a line by this one.
drop index ledger.lines_area;
create index lines_area on ledger.lines (plan_id, left(area_code, 3), line) include (area_code)
  where area_code is not null;
