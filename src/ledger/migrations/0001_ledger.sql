-- The ledger: what was asked for, what was sent, what was bought. It is the truth; queues, files and
-- pages are made from it. The database itself keeps the laws that it can, by named constraints.

-- A pair of vendor keys with its own queue and pace. The keys themselves are never stored.
create table ledger.accounts (
  id            smallint generated always as identity primary key,
  name          text not null constraint accounts_name_once unique,
  mode          text not null constraint accounts_mode_known check (mode in ('sandbox', 'live')),
  -- Orders started per second, all workers together.
  rate          double precision not null constraint accounts_rate_sane check (rate > 0 and rate <= 1000),
  -- Set: nobody claims an order of this account until a person resumes it.
  paused_reason text,
  -- Set and in the future: the vendor asked for a rest.
  resume_at     timestamptz,
  -- Pauses in a row that the vendor asked for without saying how long; the next one is longer.
  throttles     smallint not null default 0,
  -- The last answers, newest last: 'u' for an unknown, '.' for any other. Kept only while a 'u' is among them.
  recent        text not null default '',
  -- When a worker last swept: the right to sweep is a compare-and-set on it.
  swept_at      timestamptz not null default '-infinity',
  -- Where the sandbox that several processes share is listening at the moment.
  sandbox_url   text,
  constraint accounts_sandbox_only check (sandbox_url is null or mode = 'sandbox')
) with (fillfactor = 20);

create table ledger.plans (
  id            integer generated always as identity primary key,
  account_id    smallint not null references ledger.accounts,
  name          text not null,
  sha256        text not null,
  -- The same file again on purpose: 1, 2, …
  copy          smallint not null default 0,
  state         text not null default 'ready'
                constraint plans_state_known check (state in ('ready', 'running', 'paused', 'finished', 'cancelled')),
  reason        text,
  lines         integer not null constraint plans_lines_some check (lines > 0),
  -- The queue's priorities end at 2^21, and an order's id has room for 10^7.
  orders        integer not null constraint plans_orders_in_range check (orders between 1 and 2000000),
  requested     integer not null,
  extra_columns text[] not null,
  submitted_at  timestamptz not null default clock_timestamp(),
  submitted_by  text not null,
  started_at    timestamptz,
  -- Finished, or cancelled with nothing pending any more: nothing happens by itself from then on.
  ended_at      timestamptz,
  -- Orders up to this ordinal have been put into the queue; 0 puts them all in again.
  queued_to     integer not null default 0,
  -- The queue's head when the plan's first order joined it; what makes plans share fairly.
  priority_base integer,
  constraint plans_same_file unique (account_id, sha256, copy),
  constraint plans_ended_when check (
    (state <> 'finished' or ended_at is not null) and (ended_at is null or state in ('finished', 'cancelled'))),
  constraint plans_started_when check (started_at is not null or state in ('ready', 'cancelled'))
) with (fillfactor = 50);

create table ledger.lines (
  plan_id       integer not null references ledger.plans,
  line          integer not null,
  -- Ordinal, within the plan, of the line's first order; the others follow it.
  first_order   integer not null,
  area_code     text,
  type          text not null
                constraint lines_type_known check (type in ('local', 'tollfree', 'true800', 'canadian_local')),
  quantity      integer not null constraint lines_quantity_in_range check (quantity between 1 and 100000),
  fill_quantity boolean not null,
  -- Null: the parameter is not sent.
  cleansed_only boolean,
  distance      integer constraint lines_distance_sane check (distance >= 0),
  sms_supported boolean,
  order_slot    boolean,
  allow_overlay boolean,
  -- The cells of the plan's own columns, as a JSON array in the order of plans.extra_columns.
  extra         text,
  constraint lines_pkey primary key (plan_id, line),
  constraint lines_area_code_fits check (
    case when type in ('local', 'canadian_local') then area_code is not null and area_code ~ '^([2-9][0-9]{2}){1,2}$'
         else area_code is null end),
  constraint lines_overlay_fits check (
    not coalesce(allow_overlay, false) or (coalesce(length(area_code), 0) = 6 and not coalesce(cleansed_only, false)))
);

-- One call to the vendor. Its id says its plan and its place in it: plan 12, order 340 is 120000340.
create table ledger.orders (
  id         bigint constraint orders_pkey primary key,
  plan_id    integer not null,
  line       integer not null,
  quantity   smallint not null constraint orders_quantity_in_range check (quantity between 1 and 25),
  state      text not null default 'waiting'
             constraint orders_state_known check (state in
               ('waiting', 'sending', 'filled', 'short', 'refused', 'undelivered', 'unknown', 'cancelled')),
  -- Attempts made or being made; the last one's number.
  attempts   smallint not null default 0,
  -- Attempts in a row that did not reach the vendor.
  tries      smallint not null default 0,
  bought     smallint not null default 0,
  -- Not to be claimed before this moment.
  not_before timestamptz,
  reason     text,
  constraint orders_id_fits_plan check (id / 10000000 = plan_id),
  constraint orders_line_fkey foreign key (plan_id, line) references ledger.lines,
  constraint orders_bought_fits_state check (
    case state when 'filled' then bought = quantity
               when 'short' then bought >= 0 and bought < quantity
               when 'unknown' then bought >= 0 and bought < quantity
               else bought = 0 end)
) with (fillfactor = 70);

create index orders_unknown on ledger.orders (id) where state = 'unknown';

-- The diagram of an order's life. A move that is not in it is refused, whoever asks.
create function ledger.refuse_move() returns trigger language plpgsql as $$
begin
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

-- One request sent, or about to be sent, for an order.
create table ledger.attempts (
  order_id    bigint not null constraint attempts_order_fkey references ledger.orders,
  no          smallint not null constraint attempts_no_positive check (no > 0),
  worker      text not null,
  claimed_at  timestamptz not null default clock_timestamp(),
  -- After this moment, without an answer, the outcome is unknown.
  deadline    timestamptz not null,
  answered_at timestamptz,
  -- Null: in flight. 'nothing': it was unknown and was settled; nothing was bought.
  outcome     text constraint attempts_outcome_known check (outcome in
                ('filled', 'short', 'refused', 'credentials', 'throttled', 'not_sent', 'unknown', 'nothing')),
  status      smallint,
  what        text,
  body        text,
  constraint attempts_pkey primary key (order_id, no)
) with (fillfactor = 70);

-- Law 1, kept by the database: of all the attempts of an order at most one is not proven innocent.
-- While one is in flight, has bought, or is unknown, a further attempt cannot even be written down,
-- and what is not written down is not sent (law 2).
create unique index attempts_never_twice on ledger.attempts (order_id)
  where outcome is null or outcome in ('filled', 'short', 'unknown');

create index attempts_in_flight on ledger.attempts (deadline) where outcome is null;

-- Law 4: a number belongs to one order only.
create table ledger.numbers (
  number    bigint constraint numbers_one_order primary key
            constraint numbers_ten_digits check (number between 2000000000 and 9999999999),
  order_id  bigint not null constraint numbers_order_fkey references ledger.orders,
  bought_at timestamptz not null default clock_timestamp()
);

create index numbers_order on ledger.numbers (order_id);

-- Which order has the number at this very moment. Volatile, so that a statement which had to wait
-- for another one sees what that one did, and not what there was when it began itself.
create function ledger.owner_now(bigint) returns bigint volatile language sql as $$
  select order_id from ledger.numbers where number = $1
$$;

-- A number that the vendor named for an order and that cannot be the order's: another order has it,
-- or the order had been settled before the answer came. Flagged, never dropped.
create table ledger.disputes (
  order_id bigint not null references ledger.orders,
  number   bigint not null,
  seen_at  timestamptz not null default clock_timestamp(),
  constraint disputes_pkey primary key (order_id, number)
);

-- What happened besides orders: every change made by hand (who, when, what, why), and what the
-- program did by itself that a person should know of.
create table ledger.events (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default clock_timestamp(),
  kind       text not null,
  who        text not null,
  why        text,
  account_id smallint references ledger.accounts,
  plan_id    integer references ledger.plans,
  order_id   bigint references ledger.orders,
  detail     jsonb not null default '{}'
);

create index events_plan on ledger.events (plan_id, id);

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
  having sum(orders) <> 0 or sum(bought) <> 0
  order by plan_id, state
  on conflict on constraint tallies_pkey do update
    set orders = t.orders + excluded.orders, requested = t.requested + excluded.requested,
        bought = t.bought + excluded.bought;
  return null;
end $$;

create trigger orders_tally after update on ledger.orders
  referencing old table as before new table as after
  for each statement execute function ledger.tally();
