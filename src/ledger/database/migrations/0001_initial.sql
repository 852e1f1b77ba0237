-- The ledger: what was asked for, what was sent, what was bought. It is the truth; queues, files
-- and pages are made from it. The database keeps the laws that it can, by named constraints.
-- schema.sql beside this folder shows what all migrations make together.

-- Time ------------------------------------------------------------------------------------------

-- The only source of time in every statement. A simulation replaces this one function.
create function ledger.now() returns timestamptz volatile parallel safe language sql
  as 'select clock_timestamp()';

-- Which run of the database this is. A server that restarted, a replica that was promoted, a backup
-- that was restored and a database that was copied from a template each have a new one.
create function ledger.incarnation() returns text volatile language sql as $$
  select extract(epoch from pg_postmaster_start_time())::text || '/' ||
    (select oid from pg_database where datname = current_database()) || '/' ||
    pg_relation_filenode(to_regclass('ledger.attempts'))
$$;

-- Which history the database belongs to: the server's identity and timeline. A restart keeps it.
-- Null: a server that does not sync may have lost its last commits in a restart.
create function ledger.lineage() returns text volatile language sql as $$
  select case when current_setting('fsync')::boolean then
    system_identifier || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) end
  from pg_control_system()
$$;

-- Accounts --------------------------------------------------------------------------------------

-- A pair of vendor keys with its own queue and pace. The keys themselves are never stored.
create table ledger.accounts (
  id            smallint generated always as identity primary key,
  name          text not null constraint accounts_name_once unique,
  mode          text not null constraint accounts_mode_known check (mode in ('sandbox', 'live')),
  -- Orders started per second, by all workers together. Null: no pace.
  rate          double precision
                constraint accounts_rate_sane check (rate > 0 and rate <= 1000),
  -- Where the sandbox that several processes share is listening at the moment.
  sandbox_url   text,

  -- Set: no order of this account is claimed until a person resumes it.
  paused_reason text,
  -- Set and in the future: the account rests.
  resume_at     timestamptz,
  -- The length of that rest, ms: `resume_at` is never further away than that.
  rest_ms       bigint,
  -- Why it rests, unless the vendor asked for it.
  rest_reason   text,
  -- Rests in a row that the vendor asked for without saying how long; the next one is longer.
  throttles     smallint not null default 0,
  -- The last answers, newest last: 'u' for an unknown, '.' for any other. Kept only while it has a
  -- 'u'.
  recent        text not null default '',
  -- After the breaker's pause one order is tried alone: 'wanted' until it is claimed, 'sent' until
  -- its answer is there. Only that order's own answer opens the account.
  probe         text constraint accounts_probe_known check (probe in ('wanted', 'sent')),
  probe_order   bigint,

  -- The account's part of the witness has this name; see src/witness.
  witness_id    uuid not null default gen_random_uuid(),
  -- The incarnation in which the ledger was found to be whole. In any other one no order is claimed
  -- until that has been found out again.
  vouched_for   text default ledger.incarnation(),
  -- The incarnation that is in doubt, and since when by `ticks`. No tick beside this incarnation:
  -- only a person can vouch for it.
  doubted       text,
  doubted_tick  bigint,
  -- The position in the embedded journal up to which the ledger has this account's attempts and
  -- answers.
  journal_position bigint not null default 0,

  -- Watched time, ms: it advances only while a worker sees it pass by a clock that cannot be set.
  -- Deadlines and settling times are measured by it.
  ticks         bigint not null default 0,
  -- The worker that counts the ticks, and so has the right to sweep.
  ticker        text,
  -- The ticker's own clock at its last tick. A new ticker that is far behind it knows that a clock
  -- was set back meanwhile.
  ticked_at     timestamptz,
  -- A clock was set. The queue depends on clocks, so it is rebuilt from the ledger.
  requeue       text constraint accounts_requeue check (requeue in ('wanted', 'begun')),

  -- The right to reconcile is a compare-and-set on this.
  reconciled_at timestamptz not null default '-infinity',
  -- The newest list of owned numbers that was kept.
  listing_id    integer,
  constraint accounts_sandbox_only check (sandbox_url is null or mode = 'sandbox')
) with (fillfactor = 20);

-- The pace: each order of an account has a moment of its own at which it may be sent, whichever
-- worker asked for it. Not in the account's own row: who holds that one must not hold up the
-- sending.
create table ledger.moments (
  account_id smallint constraint moments_pkey primary key references ledger.accounts,
  -- The last one that was given away.
  last       timestamptz not null default '-infinity',
  -- Of N orders a second each has its place. When each place is free again; null: it always was.
  free       timestamptz[] not null default '{}'
) with (fillfactor = 10);

-- Workers say that they are alive. What a silent one was sending becomes unknown before its
-- deadline.
create table ledger.workers (
  name       text constraint workers_pkey primary key,
  account_id smallint not null references ledger.accounts,
  seen_at    timestamptz not null default ledger.now(),
  seen_tick  bigint not null default 0,
  -- How often it has asked whether the ledger can be believed. A worker that finds no more than
  -- after its last question knows that the ledger went back.
  questions  bigint not null default 0
) with (fillfactor = 50);

-- Plans -----------------------------------------------------------------------------------------

create table ledger.plans (
  id            integer generated always as identity primary key,
  account_id    smallint not null references ledger.accounts,
  name          text not null,
  sha256        text not null,
  -- The same file again on purpose: 1, 2, …
  copy          smallint not null default 0,
  state         text not null default 'ready' constraint plans_state_known
                check (state in ('ready', 'running', 'paused', 'finished', 'cancelled')),
  reason        text,
  lines         integer not null constraint plans_lines_some check (lines > 0),
  -- The queue's priorities end at 2^21, and an order's id has room for 10^7.
  orders        integer not null
                constraint plans_orders_in_range check (orders between 1 and 2000000),
  requested     integer not null,
  extra_columns text[] not null,
  -- What the check of the file said besides its lines, orders and numbers: for the person who
  -- presses Start, perhaps much later and not the one who submitted it.
  checked       jsonb,
  -- The key under which it was submitted: asking again under it finds the plan instead of making
  -- another one. Null: it came without a key.
  submission_key text constraint plans_key_once unique,
  -- Where its submission stands in a trace, in the W3C's form; its orders go on with that trace.
  -- Null: it was not traced.
  traceparent   text constraint plans_traceparent_form
                check (traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$'),
  submitted_at  timestamptz not null default ledger.now(),
  submitted_by  text not null,
  started_at    timestamptz,
  -- Finished, or cancelled with nothing pending any more: nothing happens by itself from then on.
  ended_at      timestamptz,
  -- Orders up to this ordinal have been put into the queue; 0 puts them all in again.
  queued_to     integer not null default 0,
  -- The queue's head when the plan's first order joined it; this makes plans share fairly.
  priority_base integer,
  constraint plans_duplicate_file unique (account_id, sha256, copy),
  constraint plans_ended_when check (
    (state <> 'finished' or ended_at is not null)
    and (ended_at is null or state in ('finished', 'cancelled'))),
  constraint plans_started_when check (started_at is not null or state in ('ready', 'cancelled'))
) with (fillfactor = 50);

create table ledger.lines (
  plan_id       integer not null,
  line          integer not null,
  -- Ordinal, within the plan, of the line's first order; the others follow it.
  first_order   integer not null,
  area_code     text,
  type          text not null constraint lines_type_known
                check (type in ('local', 'tollfree', 'true800', 'canadian_local')),
  quantity      integer not null
                constraint lines_quantity_in_range check (quantity between 1 and 100000),
  fill_quantity boolean not null,
  -- Null in these: the parameter is not sent.
  cleansed_only boolean,
  distance      integer constraint lines_distance_sane check (distance >= 0),
  sms_supported boolean,
  order_slot    boolean,
  allow_overlay boolean,
  -- The cells of the plan's own columns, as a JSON array in the order of plans.extra_columns.
  extra         text,
  constraint lines_pkey primary key (plan_id, line),
  -- Three or six digits; reading them as a number costs a tenth of a regular expression.
  constraint lines_area_code_fits check (
    case when type not in ('local', 'canadian_local') then area_code is null
         when area_code is null then false
         when translate(area_code, '0123456789', '') <> '' then false
         when length(area_code) = 3 then area_code::integer >= 200
         when length(area_code) = 6
           then area_code::integer >= 200000 and area_code::integer % 1000 >= 200
         else false end),
  constraint lines_overlay_fits check (
    not coalesce(allow_overlay, false)
    or (coalesce(length(area_code), 0) = 6 and not coalesce(cleansed_only, false)))
);

-- Where a plan's lines of an area code are, to search them: block n has lines from n * 4096 on, and
-- each statement that added some has a row. An index of all lines took three times as long to fill.
create table ledger.area_lines (
  plan_id   integer not null,
  area_code text not null,
  block     integer not null,
  first     integer not null,
  lines     integer[] not null,
  constraint area_lines_pkey primary key (plan_id, area_code, block, first)
);

-- How far a plan had come, at moments that lie further apart the longer it runs.
create table ledger.progress (
  plan_id   integer not null references ledger.plans,
  at        timestamptz not null,
  -- Orders that were no longer pending; the others are numbers.
  orders    integer not null,
  bought    integer not null,
  missing   integer not null,
  unknown   integer not null,
  cancelled integer not null,
  constraint progress_pkey primary key (plan_id, at)
);

-- Orders ----------------------------------------------------------------------------------------

-- One call to the vendor. Its id says its plan and its place in it: plan 12, order 340 is
-- 120000340.
create table ledger.orders (
  id         bigint constraint orders_pkey primary key,
  plan_id    integer not null,
  line       integer not null,
  quantity   smallint not null
             constraint orders_quantity_in_range check (quantity between 1 and 25),
  state      text not null default 'waiting' constraint orders_state_known check (state in
               ('waiting', 'sending', 'filled', 'short', 'refused', 'undelivered', 'unknown',
                'cancelled')),
  -- Attempts made or being made; the last one's number.
  attempts   smallint not null default 0,
  -- Attempts in a row that did not reach the vendor.
  connect_failures smallint not null default 0,
  bought     smallint not null default 0,
  -- Not to be claimed before this moment.
  not_before timestamptz,
  reason     text,
  constraint orders_id_fits_plan check (id / 10000000 = plan_id),
  constraint orders_bought_fits_state check (
    case state when 'filled' then bought = quantity
               when 'short' then bought >= 0 and bought < quantity
               when 'unknown' then bought >= 0 and bought < quantity
               else bought = 0 end)
) with (fillfactor = 70);

-- By id, like all that asks for a plan's orders in their order. An order that is filled, as most
-- are, enters none of these when it is claimed or answered.
create index orders_waiting on ledger.orders (id) where state = 'waiting';
-- What is in flight: few at any moment.
create index orders_sending on ledger.orders (id) where state = 'sending';
create index orders_unknown on ledger.orders (id) where state = 'unknown';
create index orders_missing on ledger.orders (id)
  where state in ('short', 'refused', 'undelivered', 'cancelled');

-- One request sent, or about to be sent, for an order.
create table ledger.attempts (
  order_id    bigint not null,
  no          smallint not null constraint attempts_no_positive check (no > 0),
  worker      text not null,
  -- Which of its worker's claims made it: when the answer to a claim is lost with its connection,
  -- the worker finds what it had claimed, and says that it sent none of it. Null: the ledger had
  -- lost the attempt.
  batch       integer,
  -- A random number that only this attempt's sender knows: its answer must name it. Null: the
  -- ledger lost the attempt, and its sender may still answer.
  nonce       integer,
  claimed_at  timestamptz not null default ledger.now(),
  -- From then on, by the account's ticks, the outcome is unknown if no answer has come.
  deadline_tick bigint not null default 0,
  -- The newest list of owned numbers that was kept before the claim. Null: there was none.
  baseline    integer,
  answered_at timestamptz,
  -- By `ticks`, when the answer was recorded.
  answered_tick bigint,
  -- Null: in flight. 'nothing': it was unknown, and was settled as having bought nothing.
  outcome     text constraint attempts_outcome_known check (outcome in
                ('filled', 'short', 'refused', 'credentials', 'throttled', 'not_sent', 'unknown',
                 'nothing')),
  status      smallint,
  what        text,
  body        text,
  -- Set: the outcome is a settlement's. It can be corrected until the order is sent again.
  settled_at  timestamptz,
  -- It may have bought more than it says: a person settled it although something spoke against
  -- that, and the event says what; or a later attempt of a short order has come to light.
  is_doubtful boolean not null default false,
  -- Not proven to have bought nothing. An answer that says that it bought changes nothing here: so
  -- recording it touches no index of the attempts.
  may_have_bought boolean not null generated always as
    (outcome is null or outcome in ('filled', 'short', 'unknown')) stored,
  constraint attempts_pkey primary key (order_id, no),
  -- A program that does not compare its claims with the witness makes none.
  constraint attempts_have_nonce check (outcome is not null or nonce is not null)
) with (fillfactor = 60);

-- Never twice, kept by the database: of all the attempts of an order at most one is not proven to
-- have bought nothing. While one is in flight, has bought, or is unknown, another attempt cannot be
-- written down, and what is not written down is not sent.
create unique index attempts_never_twice on ledger.attempts (order_id) where may_have_bought;

create index attempts_settled on ledger.attempts (order_id)
  where settled_at is not null or is_doubtful;
-- The attempts of a day lie together.
create index attempts_claimed on ledger.attempts using brin (claimed_at);

-- A number belongs to one order only.
create table ledger.numbers (
  number    bigint constraint numbers_one_order primary key
            constraint numbers_ten_digits check (number between 2000000000 and 9999999999),
  order_id  bigint not null,
  bought_at timestamptz not null default ledger.now()
);

create index numbers_order on ledger.numbers (order_id);

-- Which order has the number at this very moment. Volatile: a statement that had to wait for
-- another one sees what that one did, and not what there was when it began itself.
create function ledger.owner_now(bigint) returns bigint volatile language sql as $$
  select order_id from ledger.numbers where number = $1
$$;

-- A number that the vendor named for an order and that cannot be the order's: another order has it,
-- or the order had been settled before the answer came. Flagged, never dropped.
create table ledger.disputes (
  order_id bigint not null references ledger.orders,
  number   bigint not null,
  seen_at  timestamptz not null default ledger.now(),
  constraint disputes_pkey primary key (order_id, number)
);

-- The diagram of an order's life. A move that is not in it is refused, unless a condition allows
-- it.
create function ledger.refuse_move() returns trigger language plpgsql as $$
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
  -- An attempt came to light that the ledger had lost: nobody knows what it bought.
  if old.state in ('waiting', 'cancelled', 'refused', 'undelivered') and new.state = 'unknown'
    and new.attempts > old.attempts
    and exists (select from ledger.attempts
                where order_id = old.id and no = new.attempts and outcome = 'unknown') then
    return new;
  end if;
  raise exception 'order % may not go from % to %', old.id, old.state, new.state
    using errcode = 'check_violation', constraint = 'orders_legal_move';
end $$;

create trigger orders_legal_move before update of state on ledger.orders for each row
  when (old.state is distinct from new.state and (old.state, new.state) not in (
    ('waiting', 'sending'), ('waiting', 'cancelled'),
    ('sending', 'filled'), ('sending', 'short'), ('sending', 'refused'), ('sending', 'waiting'),
    ('sending', 'undelivered'), ('sending', 'unknown'),
    -- by evidence: a late answer, the vendor's list, or a named person
    ('unknown', 'filled'), ('unknown', 'short'), ('unknown', 'refused'), ('unknown', 'waiting'),
    ('unknown', 'undelivered'),
    -- by a person's wish, for what provably bought nothing
    ('refused', 'waiting'), ('undelivered', 'waiting')))
  execute function ledger.refuse_move();

-- Foreign keys that are asked once a statement --------------------------------------------------

-- A foreign key is checked for each row. That took a quarter of the time of recording an order of
-- 25 numbers, and most of the time of storing a plan.

-- A line's plan must be there, and stays.
create function ledger.note_lines() returns trigger language plpgsql as $$
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

create trigger lines_noted after insert on ledger.lines
  referencing new table as added
  for each statement execute function ledger.note_lines();

create function ledger.keep_plan() returns trigger language plpgsql as $$
begin
  if exists (select from ledger.lines where plan_id = old.id) then
    raise exception 'plan % has lines', old.id
      using errcode = 'foreign_key_violation', constraint = 'lines_plan_fkey';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;

create trigger plans_keep before delete or update of id on ledger.plans
  for each row execute function ledger.keep_plan();

-- An order's line must be there.
create function ledger.refuse_stray_orders() returns trigger language plpgsql
  -- Lines are looked for by their key, whatever the planner has counted.
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
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

create trigger orders_line_inserted after insert on ledger.orders
  referencing new table as changed
  for each statement execute function ledger.refuse_stray_orders();

-- The other side: an order stays with its line, and a line with its orders.
create function ledger.keep_with_line() returns trigger language plpgsql as $$
begin
  raise exception 'order % stays with its line', old.id
    using errcode = 'foreign_key_violation', constraint = 'orders_line_fkey';
end $$;

create trigger orders_stay after update of plan_id, line on ledger.orders for each row
  when (old.plan_id <> new.plan_id or old.line <> new.line)
  execute function ledger.keep_with_line();

-- The plan and place of a line stay, too.
create function ledger.keep_line() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.plan_id <> old.plan_id then
    raise exception 'line % stays with plan %', old.line, old.plan_id
      using errcode = 'foreign_key_violation', constraint = 'lines_plan_fkey';
  end if;
  if exists (select from ledger.orders
             where id = old.plan_id::bigint * 10000000 + old.first_order) then
    raise exception 'line % of plan % has orders', old.line, old.plan_id
      using errcode = 'foreign_key_violation', constraint = 'orders_line_fkey';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;

create trigger lines_stay before delete or update of plan_id, line, first_order on ledger.lines
  for each row execute function ledger.keep_line();

-- The order of an attempt or a number must be there. The argument names the constraint.
create function ledger.refuse_orderless() returns trigger language plpgsql
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  if exists (select from (select distinct order_id from changed) c
             where not exists (select from ledger.orders o where o.id = c.order_id)) then
    raise exception 'a row of % may not be of an order that is not there', tg_table_name
      using errcode = 'foreign_key_violation', constraint = tg_argv[0];
  end if;
  return null;
end $$;

create trigger attempts_order_inserted after insert on ledger.attempts
  referencing new table as changed
  for each statement execute function ledger.refuse_orderless('attempts_order_fkey');
create trigger numbers_order_inserted after insert on ledger.numbers
  referencing new table as changed
  for each statement execute function ledger.refuse_orderless('numbers_order_fkey');
create trigger numbers_order_updated after update on ledger.numbers
  referencing new table as changed
  for each statement execute function ledger.refuse_orderless('numbers_order_fkey');

-- An attempt stays with its order, and keeps its number.
create function ledger.keep_attempt() returns trigger language plpgsql as $$
begin
  raise exception 'attempt % of order % stays', old.no, old.order_id
    using errcode = 'foreign_key_violation', constraint = 'attempts_order_fkey';
end $$;

create trigger attempts_stay after update of order_id, no on ledger.attempts for each row
  when ((old.order_id, old.no) is distinct from (new.order_id, new.no))
  execute function ledger.keep_attempt();

-- The other side: an order that has attempts or numbers stays.
create function ledger.keep_order() returns trigger language plpgsql as $$
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

create trigger orders_keep before delete or update of id on ledger.orders
  for each row execute function ledger.keep_order();

-- Counts ----------------------------------------------------------------------------------------

-- Orders that are no longer pending, counted as they change: progress of a million orders is read
-- from a few rows. Sixteen slots, so that writers seldom wait for one another; their sum counts.
create table ledger.tallies (
  plan_id   integer not null,
  slot      smallint not null,
  state     text not null,
  orders    integer not null,
  requested integer not null,
  bought    integer not null,
  constraint tallies_pkey primary key (plan_id, slot, state)
) with (fillfactor = 10);

create index tallies_unknown on ledger.tallies (plan_id) where state = 'unknown';

-- In one statement an order may leave a state and another of another size enter it: as many orders
-- as before, and other numbers.
create function ledger.tally() returns trigger language plpgsql as $$
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

create trigger orders_tally after update on ledger.orders
  referencing old table as before new table as after
  for each statement execute function ledger.tally();

-- Events ----------------------------------------------------------------------------------------

-- What happened besides orders: every change made by hand (who, when, what, why), and what the
-- program did by itself that a person should know of.
create table ledger.events (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default ledger.now(),
  kind       text not null,
  who        text not null,
  why        text,
  account_id smallint references ledger.accounts,
  plan_id    integer references ledger.plans,
  order_id   bigint references ledger.orders,
  detail     jsonb not null default '{}'
);

create index events_plan on ledger.events (plan_id, id);
create index events_account on ledger.events (account_id, id) where plan_id is null;
create index events_settled on ledger.events (order_id, id) where kind = 'order_settled';

-- Evidence on unknown orders --------------------------------------------------------------------

-- One reading of the vendor's list of owned numbers. What was bought while it was being read may or
-- may not be on it. Lists are ordered by their ids, and the time between them is counted in ticks.
create table ledger.listings (
  id          integer generated always as identity primary key,
  account_id  smallint not null references ledger.accounts,
  began_at    timestamptz not null,
  ended_at    timestamptz not null default ledger.now(),
  began_tick  bigint not null default 0,
  ended_tick  bigint not null default 0,
  size        integer not null,
  -- A list that was kept since the database came up is no baseline for what the ledger had lost.
  -- Null: it was kept while the ledger was in doubt.
  incarnation text default ledger.incarnation()
);

create index listings_account on ledger.listings (account_id, ended_at);

-- Every number ever seen on an account's lists.
create table ledger.owned (
  account_id   smallint not null references ledger.accounts,
  number       bigint not null,
  -- The first list that had it.
  listing_id   integer not null references ledger.listings,
  -- The first of the lists that lack it since it was last on one. Null: the newest list has it.
  gone_listing integer,
  -- The last list that had it again after one that had not.
  back_listing integer,
  -- An order that the ledger lost may have bought it after this list. Null: no such doubt.
  lost_after   integer,
  constraint owned_pkey primary key (account_id, number)
);

create index owned_lost on ledger.owned (account_id) where lost_after is not null;

-- What the newest list says of an unknown order's last attempt. A person accepts it, or the program
-- where it is clear. 'open': the list does not decide; 'later': it cannot decide yet.
create table ledger.verdicts (
  order_id bigint constraint verdicts_pkey primary key references ledger.orders,
  attempt  smallint not null,
  finding  text not null constraint verdicts_finding_known
           check (finding in ('bought', 'nothing', 'open', 'later')),
  is_clear boolean not null,
  numbers  text[] not null,
  why      text not null,
  made_at  timestamptz not null default ledger.now()
);

-- Webhooks --------------------------------------------------------------------------------------

-- Messages to the webhook. One that is closed is kept for 7 days.
create table ledger.outbox (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default ledger.now(),
  event      text not null constraint outbox_event_known
             check (event in ('plan_finished', 'account_paused', 'unknown_appeared')),
  account_id smallint not null references ledger.accounts,
  plan_id    integer references ledger.plans,
  -- Counts and reasons; never a key, never a phone number.
  facts      jsonb not null,
  deliveries smallint not null default 0,
  -- Not to be sent before this moment, also while a worker sends it.
  next_at    timestamptz not null default ledger.now(),
  -- Delivered, or given up.
  closed_at  timestamptz
);

create index outbox_open on ledger.outbox (id) where closed_at is null;

-- Causes that are in the outbox, or were: each gets in once, whichever worker looks.
create table ledger.outbox_causes (
  cause text constraint outbox_causes_pkey primary key,
  at    timestamptz not null default ledger.now()
);
