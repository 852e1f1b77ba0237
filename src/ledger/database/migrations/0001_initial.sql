-- The ledger: what was asked for, what was sent, what was bought. It is the truth; queues, files
-- and pages are made from it. The database keeps the laws that it can, by named constraints.
-- schema.sql beside this folder shows what all migrations make together.

-- Time --------------------------------------------------------------------------------------------

-- The only source of time in every statement. A simulation replaces this one function.
create function ledger.now() returns timestamptz volatile parallel safe language sql
  as 'select clock_timestamp()';

-- Which run of the database this is. A server that restarted, a replica that was promoted, a backup
-- that was restored and a database that was copied from a template each have a new one.
-- In PL/pgSQL, which plans it once a session: each claim asks.
create function ledger.incarnation() returns text volatile language plpgsql as $$
begin
  return extract(epoch from pg_postmaster_start_time())::text || '/' ||
    (select oid from pg_database where datname = current_database()) || '/' ||
    pg_relation_filenode(to_regclass('ledger.attempts'));
end $$;

-- Which history the database belongs to: the server's identity and timeline. A restart keeps it.
-- Null: a server that does not sync may have lost its last commits in a restart.
create function ledger.lineage() returns text volatile language sql as $$
  select case when current_setting('fsync')::boolean then
    system_identifier || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) end
  from pg_control_system()
$$;

-- Rows --------------------------------------------------------------------------------------------

-- Refuses a change of what stays as it was stored. The arguments name the error and the constraint.
create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'this row of % stays as it is: %', tg_table_name, to_jsonb(old)
    using errcode = tg_argv[0], constraint = tg_argv[1];
end $$;

-- People ------------------------------------------------------------------------------------------

-- A person stands here as `personOf` in src/name-rule.ts folds the name. Statements compare persons
-- and fold nothing: what lower() does depends on the locale.

-- What a program signs in with. The token itself is nowhere: only its SHA-256 is kept.
create table ledger.tokens (
  name text primary key,
  hash text not null unique constraint tokens_hash_sha256 check (hash ~ '^[0-9a-f]{64}$'),
  role text not null
    constraint tokens_role_known check (role in ('view', 'submit', 'approve', 'admin')),
  made_by text not null,
  made_at timestamptz not null default ledger.now(),
  ends_at timestamptz not null,
  revoked_at timestamptz,
  -- The persons who made a token of this name, now or before. They ask for what it asks for.
  makers text[] not null default '{}',
  constraint tokens_end_later check (ends_at > made_at));

-- Prices ------------------------------------------------------------------------------------------

-- What an account pays for a number or a slot, as its file said it. Each list once. It never
-- changes: what a plan cost is reckoned with the list of its start.
create table ledger.price_lists (
  hash text constraint price_lists_pkey primary key,
  -- As src/prices has it: the currency, and decimal texts by type.
  list jsonb not null constraint price_lists_hash_fits check (list ->> 'hash' = hash)
);

create trigger price_lists_stay before update or delete on ledger.price_lists
  for each row execute function ledger.refuse_change('check_violation', 'price_lists_stay');

-- Accounts ----------------------------------------------------------------------------------------

-- A pair of vendor keys with its own queue and pace. The keys themselves are never stored.
create table ledger.accounts (
  id            smallint generated always as identity primary key,
  name          text not null constraint accounts_name_once unique,
  mode          text not null constraint accounts_mode_known check (mode in ('sandbox', 'live')),
  -- Orders started per second, by all workers together. Null: no pace.
  rate          double precision
                constraint accounts_rate_sane check (rate > 0 and rate <= 1000),
  -- What it pays now; null: not known.
  prices        text constraint accounts_prices_fkey references ledger.price_lists,
  -- The threshold above which another person must say yes, and how many hours that holds; null:
  -- nothing waits.
  approval      jsonb constraint accounts_approval_sane check (
    approval is null
    or (approval ->> 'hours')::int between 1 and 720
      and coalesce(approval ->> 'aboveNumbers', approval ->> 'aboveMoney') is not null),
  -- Where the sandbox that several processes share is listening at the moment.
  sandbox_url   text,

  -- Set: no order of this account is claimed until a person resumes it.
  paused_reason text,
  -- How often it has paused. Reasons repeat, and a person lifts only the pause that was shown.
  pauses        integer not null default 0,
  -- Set and in the future: the account rests.
  resume_at     timestamptz,
  -- The length of that rest, ms: `resume_at` is never further away than that.
  rest_ms       bigint,
  -- Why it rests, unless the vendor asked for it.
  rest_reason   text,
  -- Set: it rests because a limit leaves no room for this order.
  rest_order    bigint,
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
  -- The memory of the witness that was taught all marks, and in which each attempt is marked since;
  -- null: only the workers themselves remember.
  taught        text,
  -- The position in the embedded journal up to which the ledger has this account's attempts and
  -- answers.
  journal_position bigint not null default 0,

  -- Watched time, ms: it advances only while a worker sees it pass by a clock that cannot be set.
  -- Deadlines and the lag of lists are measured by it.
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
  -- Fingerprints that a list has shown to belong to another vendor account, until a later list
  -- shows otherwise.
  refused_vendor_accounts integer[] not null default '{}',
  -- The fingerprint of the vendor account from which its workers buy; null: none was noted, or it
  -- is another account's. No two accounts buy from one.
  vendor_account integer constraint accounts_vendor_account_once unique,
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
  questions  bigint not null default 0,
  -- The incarnation that has all that this worker had sent before; at first the one in which it
  -- began.
  found      text not null,
  -- From its claims to their deadlines, and how long a list may lag by its configuration, ms.
  deadline_ms bigint not null default 0,
  list_lag_ms bigint not null default 0
) with (fillfactor = 50);

-- When an attempt must be over that the ledger has lost, by the account's ticks: it may be any
-- worker's, and they may be configured differently. Negative: it was over that long ago, ms.
create function ledger.lost_deadline(account smallint, ms bigint) returns bigint
stable language sql as $$
  select ticks + case when ms > 0 then greatest(ms, (
    select max(deadline_ms) from ledger.workers where account_id = account)) else ms end
  from ledger.accounts where id = account
$$;

-- Plans -------------------------------------------------------------------------------------------

create table ledger.plans (
  id            integer generated always as identity primary key,
  account_id    smallint not null references ledger.accounts,
  name          text not null,
  sha256        text not null,
  -- Of its lines, in whatever format the file had them; null while they are stored.
  rows_sha256   text,
  -- The same file again on purpose: 1, 2, …
  copy          smallint not null default 0,
  -- Standing: its first orders have ended, and some lines are or will be tried again.
  state         text not null default 'ready' constraint plans_state_known
                check (state in
                  ('ready', 'running', 'standing', 'paused', 'finished', 'cancelled')),
  reason        text,
  lines         integer not null constraint plans_lines_some check (lines > 0),
  -- The queue's priorities end at 2^21, and an order's id has room for 10^7.
  orders        integer not null
                constraint plans_orders_in_range check (orders between 1 and 2000000),
  -- Orders that were made besides those, for what they lacked.
  successors    integer not null default 0
                constraint plans_successors_count check (successors >= 0),
  requested     integer not null,
  -- What its fallbacks mean; null: it has none.
  ladders_hash  text,
  extra_columns text[] not null,
  -- What the check of the file said besides its lines, orders and numbers: for the person who
  -- presses Start, perhaps much later and not the one who submitted it.
  checked       jsonb not null,
  -- The key under which it was submitted: asking again under it finds the plan instead of making
  -- another one. Null: it came without a key.
  submission_key text constraint plans_key_once unique,
  -- The hash of the options that its file was read with; null: none.
  options_sha256 text,
  -- Where its submission stands in a trace, in the W3C's form; its orders continue that trace.
  -- Null: it was not traced.
  traceparent   text constraint plans_traceparent_form
                check (traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$'),
  submitted_at  timestamptz not null default ledger.now(),
  submitted_by  text not null,
  -- Who that is, as a person.
  submitted_person text not null,
  started_at    timestamptz,
  -- The same by its account's ticks.
  started_tick  bigint,
  -- Whose limits count, as a person.
  started_person text,
  -- What its account paid when it was started; null: not known, or not started.
  prices        text constraint plans_prices_fkey references ledger.price_lists,
  -- Set: a limit that leaves no room for this order pauses the plan.
  held_order    bigint
                constraint plans_held_when check (held_order is null or state = 'paused'),
  -- When that limit starts over; null: it may not help.
  held_until    timestamptz
                constraint plans_held_until check (held_until is null or held_order is not null),
  -- Set: another plan may have bought what it asks for, or may still buy it. It waits until a
  -- person has read that.
  overtaken     text
                constraint plans_overtaken_wait
                check (overtaken is null or state not in ('running', 'standing')),
  -- Numbers that were allowed to be sent again without a yes, since the last yes.
  freed         integer not null default 0 constraint plans_freed_count check (freed >= 0),
  -- A person has ended its standing lines.
  closed_at     timestamptz,
  -- Finished, or cancelled with nothing pending any more: nothing happens by itself from then on.
  ended_at      timestamptz,
  -- Orders up to this ordinal have been put into the queue; 0 puts them all in again.
  queued_to     integer not null default 0,
  -- The queue's head when the plan's first order joined it; this makes plans share fairly. Null:
  -- none of its first orders may be claimed yet.
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
  -- Where else its numbers may come from, and for how long it is tried; as src/fallback reads it.
  fallback      text,
  keep_trying   text constraint lines_keep_trying_form
                check (keep_trying ~ '^([1-9][0-9]{0,3}[dh]|until [0-9]{4}-[0-9]{2}-[0-9]{2})$'),
  -- A line of the file has a positive number. A negative one stands for a line of the file and asks
  -- for the same numbers once more: its number is that of its first order, negated.
  asked_line    integer,
  -- 0: the same area code again. Else the step of the ladder, from 1.
  step          smallint constraint lines_step_sane check (step >= 0),
  -- From the area code that was asked for; null: not known.
  miles         real,
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
    or (coalesce(length(area_code), 0) = 6 and not coalesce(cleansed_only, false))),
  constraint lines_stand_for check (
    (line > 0) = (asked_line is null) and (line > 0) = (step is null)
    and (line > 0 or line = -first_order))
);

create index lines_successors on ledger.lines (plan_id, asked_line) where asked_line is not null;

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

-- The smallest hashes of a plan's lines, ascending; see src/ledger/plans/line-sample.ts.
create table ledger.line_samples (
  plan_id integer constraint line_samples_pkey primary key references ledger.plans,
  hashes  integer[] not null
);
create index line_samples_hashes on ledger.line_samples using gin (hashes);

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
  -- Set: the plan became standing or ended then, with other sums than the last time; from 1.
  revision  integer constraint progress_revision_from_one check (revision >= 1),
  constraint progress_pkey primary key (plan_id, at)
);

create unique index progress_revision_once on ledger.progress (plan_id, revision)
  where revision is not null;

-- What a fallback meant when the plan was submitted: its steps in order, one area code each.
create table ledger.ladders (
  plan_id   integer not null references ledger.plans,
  type      text not null,
  area_code text not null,
  fallback  text not null,
  steps     jsonb not null,
  constraint ladders_pkey primary key (plan_id, type, area_code, fallback)
);

-- Lines that are tried again and again, from the first time that their ladder came to its end.
create table ledger.standing (
  plan_id integer not null references ledger.plans,
  line    integer not null,
  -- Not tried after this moment. -infinity: a person has closed it, whatever a clock says.
  until   timestamptz not null,
  -- Nor after this tick of its account, because a clock may have been wrong at the start. Null: the
  -- line names a day.
  until_tick bigint,
  -- When the sweep looks at it next, never after `until`; infinity: not again.
  next_at timestamptz not null,
  -- Some of its orders wait for the next try.
  waits   boolean not null default true,
  constraint standing_pkey primary key (plan_id, line),
  constraint standing_line_fkey foreign key (plan_id, line) references ledger.lines
);

create index standing_next on ledger.standing (next_at);

-- Every remainder that was handed out, by the hash of its bytes.
create table ledger.remainders (
  plan_id     integer not null references ledger.plans,
  sha256      text not null,
  -- Of its lines, as in plans: a spreadsheet changes the bytes.
  rows_sha256 text not null,
  -- A sample of its lines, as in line_samples: a person who edits it leaves most of them.
  hashes      integer[] not null,
  constraint remainders_pkey primary key (sha256, plan_id)
);

create index remainders_rows on ledger.remainders (rows_sha256);
-- Each look-up by a sample would read all that is pending, many times.
create index remainders_hashes on ledger.remainders using gin (hashes) with (fastupdate = off);

-- Orders ------------------------------------------------------------------------------------------

-- What one call to the vendor asks for. Its id says its plan and its place in it: plan 12, order
-- 340 is 120000340.
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
  attempts   integer not null default 0,
  -- Attempts in a row that did not reach the vendor.
  connect_failures smallint not null default 0,
  bought     smallint not null default 0,
  -- Not to be claimed before this moment.
  not_before timestamptz,
  reason     text,
  -- Successor orders ask again for what an order is proven to lack, in another area code or on
  -- another day, as the plan has consented. Of a successor, the first order of its family: the one
  -- that the plan was split into.
  root       bigint,
  -- Of a successor, as in its line.
  step       smallint,
  -- Numbers that it lacks and that a successor asks for instead.
  moved      smallint not null default 0,
  -- Whether what it lacks may be asked for again, while it is short. True: the next sweep looks at
  -- it. False: it waits for the next try of its line. Null: nobody consented, or nothing more is
  -- asked for by itself, and remainder.csv offers it.
  follow     boolean,
  -- Of a successor: its job is in the queue, and it may be claimed.
  queued     boolean,
  -- Set: it is never sent again. The vendor has named numbers for an order of its family that does
  -- not have them, or a successor of it was sent, or may have been, and the ledger has lost that.
  is_final   boolean,
  -- Set: it belongs to a new try of its line, and is sent only while that line is tried.
  is_try     boolean,
  constraint orders_id_fits_plan check (id / 10000000 = plan_id),
  constraint orders_bought_fits_state check (
    case state when 'filled' then bought = quantity
               when 'short' then bought >= 0 and bought < quantity
               when 'unknown' then bought >= 0 and bought < quantity
               else bought = 0 end),
  constraint orders_moved_fits check
    (moved = 0 or moved > 0 and bought + moved <= quantity and state = 'short'),
  constraint orders_successor_whole check
    ((root is null) = (step is null) and (root is null) = (queued is null) and id > root)
) with (fillfactor = 70);

-- By id, like all that asks for a plan's orders in their order. An order that is filled, as most
-- are, enters none of these when it is claimed or answered.
create index orders_waiting on ledger.orders (id) where state = 'waiting';
-- What is in flight: few at any moment.
create index orders_sending on ledger.orders (id) where state = 'sending';
create index orders_unknown on ledger.orders (id) where state = 'unknown';
create index orders_missing on ledger.orders (id)
  where state in ('short', 'refused', 'undelivered', 'cancelled');
create index orders_family on ledger.orders (root) where root is not null;
create index orders_follow on ledger.orders (id) where state = 'short' and follow is not null;
create index orders_final on ledger.orders (id) where is_final;
create index orders_unqueued on ledger.orders (id)
  where root is not null and state = 'waiting';
-- What is to be sent again: few, and what the vendor's list may contradict.
create index orders_again on ledger.orders (id) where state = 'waiting' and attempts > 0;

-- One request sent, or about to be sent, for an order.
create table ledger.attempts (
  order_id    bigint not null,
  no          integer not null constraint attempts_no_positive check (no > 0),
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
  -- A fingerprint of the vendor's account that it was sent to. Null: a sandbox of this ledger, or
  -- the ledger lost the attempt.
  vendor_account integer,
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
  -- The numbers in an answer that gave its order none: it was unclear, or came after a settlement.
  named       bigint[],
  -- Set: the outcome is a settlement's. It can be corrected until the order is sent again.
  settled_at  timestamptz,
  -- When a settlement of it was taken back: what was looked at before does not settle it again.
  taken_back_at timestamptz,
  -- It may have bought more than it says: a person settled it although something spoke against
  -- that, and the event says what; or a later attempt of a short order has come to light.
  is_doubtful boolean not null default false,
  -- Not proven to have bought nothing. True from the claim on. An answer with a sale
  -- leaves it true, so recording that touches no index of the attempts.
  may_have_bought boolean not null generated always as
    (outcome is null or outcome in ('filled', 'short', 'unknown')) stored,
  constraint attempts_pkey primary key (order_id, no),
  -- While it is in flight, so that an answer can name its claim.
  constraint attempts_have_nonce check (outcome is not null or nonce is not null)
) with (fillfactor = 60);

-- Never twice, kept by the database: of all the attempts of an order at most one is not proven to
-- have bought nothing. While one is in flight, has bought, or is unknown, another attempt cannot be
-- written down, and what is not written down is not sent.
create unique index attempts_never_twice on ledger.attempts (order_id) where may_have_bought;

create index attempts_settled on ledger.attempts (order_id)
  where settled_at is not null or is_doubtful;
-- The attempts of a day lie together, by the clock and by the ticks.
create index attempts_claimed on ledger.attempts using brin (claimed_at, deadline_tick);

-- A number belongs to one order only.
create table ledger.numbers (
  number    bigint constraint numbers_one_order primary key
            constraint numbers_ten_digits check (number between 2000000000 and 9999999999),
  order_id  bigint not null,
  bought_at timestamptz not null default ledger.now()
);

create index numbers_order on ledger.numbers (order_id);

-- Whether the order has the number at this very moment, or its attempt's unclear answer names it.
-- Volatile: a statement that had to wait for another one sees what that one did, and not what there
-- was when it began itself.
create function ledger.keeps_now(holder bigint, attempt integer, sold bigint) returns boolean
volatile language sql as $$
  select exists (select from ledger.numbers where number = sold and order_id = holder)
    or exists (select from ledger.attempts
               where order_id = holder and no = attempt and outcome = 'unknown'
                 and sold = any(named))
$$;

-- Whether an order of such a line can have bought the number, as src/evidence/fits.ts says it.
create function ledger.asked_for(
  type text, area_code text, distance integer, allow_overlay boolean, sold bigint
) returns boolean immutable language sql as $$
  select case
    when type = 'true800' then sold / 10000000 = 800
    when type = 'tollfree' then sold / 10000000 in (800, 833, 844, 855, 866, 877, 888)
    when distance > 0 or allow_overlay
      then sold / 10000000 not in (800, 833, 844, 855, 866, 877, 888)
    else starts_with(sold::text, coalesce(area_code, ''))
  end
$$;

-- Numbers that were given to an order that did not ask for them. The vendor may have answered it
-- with another order's sale, so they do not show that no other order bought them.
create table ledger.unasked (
  order_id bigint not null,
  number   bigint not null,
  constraint unasked_pkey primary key (number, order_id)
);

create function ledger.note_unasked() returns trigger language plpgsql
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
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

create trigger numbers_unasked_inserted after insert on ledger.numbers
  referencing new table as changed
  for each statement execute function ledger.note_unasked();

-- A number that the vendor named for an order and that cannot be the order's: another order has it,
-- the order had been settled before the answer came, or it asked for fewer than the vendor named.
-- Flagged, never dropped.
create table ledger.disputes (
  order_id bigint not null references ledger.orders,
  number   bigint not null,
  seen_at  timestamptz not null default ledger.now(),
  constraint disputes_pkey primary key (order_id, number)
);

create index disputes_number on ledger.disputes (number);

-- A sale whose answer came late was paid for, even that of a number that another order has: it may
-- have been released and sold again. No order of that family is sent again, whatever a later
-- attempt has proven. Where a rung has a cap, no waiting successor of the same line is sent: the
-- sale may have used up what that rung may bring.
create function ledger.end_family() returns trigger language plpgsql as $$
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
end $$;

create trigger disputes_end_family after insert on ledger.disputes for each row
  execute function ledger.end_family();

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

-- Successors --------------------------------------------------------------------------------------

-- Whether the time of a line is over: by the clock, or by watched time. Either one ends it, and
-- neither prolongs it.
create function ledger.is_past(until timestamptz, until_tick bigint, ticks bigint) returns boolean
volatile language sql as $$
  select until <= ledger.now() or coalesce(until_tick <= ticks, false)
$$;

-- Whether a line of the file is still tried again: it stands, nobody has closed it, and its time is
-- not over. Volatile: a claim that had to wait sees that the line was closed meanwhile.
create function ledger.is_tried(plan integer, asked_line integer) returns boolean
volatile language sql as $$
  select exists (
    select from ledger.standing s join ledger.plans p on p.id = s.plan_id
      join ledger.accounts a on a.id = p.account_id
    where s.plan_id = plan and s.line = asked_line
      and not ledger.is_past(s.until, s.until_tick, a.ticks))
$$;

-- A successor asks for what its family lacks and for no more, and the lack moves to it: so it is
-- counted once. It is made only when every order of the family has ended by proof, and the vendor
-- has named no more numbers for one than it has. It never asks for what a refused or undelivered
-- order lacks: a person may send that order again. Nor for what a cancelled one lacks.
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

-- After the row: a trigger before it would double the time of loading first orders.
create trigger orders_move_lack after insert on ledger.orders for each row
  when (new.root is not null) execute function ledger.move_lack();

-- A successor that was never sent may be withdrawn, and the lack moves back. Only the newest
-- order of a family can be one that was never sent. It took the lack of the oldest first, so the
-- newest gets it back first. An order that lacks some and may not be followed gets none: none of
-- its lack went to this successor, and remainder.csv may have offered what it lacks. So whoever
-- gets some back lacks only what may be asked for again.
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

create trigger orders_return_lack before delete on ledger.orders for each row
  when (old.root is not null) execute function ledger.return_lack();

-- What an order asks for, and with which right, does not change once it is stored.
create trigger orders_family_stays before update of root, step, quantity on ledger.orders
  for each row when ((old.root, old.step, old.quantity) is distinct from
                     (new.root, new.step, new.quantity))
  execute function ledger.refuse_change('check_violation', 'orders_family_stays');

-- Foreign keys that are checked once a statement -----------------------------------------------

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

-- The other side: a plan stays, whatever lines it has.
create trigger plans_stay before delete or update of id on ledger.plans
  for each row execute function ledger.refuse_change('foreign_key_violation', 'lines_plan_fkey');

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

-- The other side: an order stays with its line. A line stays in its plan, and where it is in it.
create trigger orders_stay after update of plan_id, line on ledger.orders for each row
  when (old.plan_id <> new.plan_id or old.line <> new.line)
  execute function ledger.refuse_change('foreign_key_violation', 'orders_line_fkey');

create trigger lines_stay before delete or update of line, first_order on ledger.lines
  for each row execute function ledger.refuse_change('foreign_key_violation', 'orders_line_fkey');
create trigger lines_of_plan_stay before update of plan_id on ledger.lines
  for each row execute function ledger.refuse_change('foreign_key_violation', 'lines_plan_fkey');

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
create trigger attempts_stay after update of order_id, no on ledger.attempts for each row
  when ((old.order_id, old.no) is distinct from (new.order_id, new.no))
  execute function ledger.refuse_change('foreign_key_violation', 'attempts_order_fkey');

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

-- Counts ------------------------------------------------------------------------------------------

-- Orders that are no longer pending, counted as they change: progress of a million orders is read
-- from a few rows. Each kind of order has sixteen slots, so that writers seldom wait for one
-- another; their sum counts.
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

-- Where an order of this step is counted. Slots from 0 on are of the orders that the plan was split
-- into, from 16 on of successors that ask for the same again, from 32 on of substitutes.
create function ledger.tally_slot(step smallint) returns smallint stable language sql as $$
  select (pg_backend_pid() % 16
    + case when step is null then 0 when step = 0 then 16 else 32 end)::smallint
$$;

-- What an order lacks counts where it was moved to. One statement may move an order out of a
-- state and another one into it: the number of orders is the same then, and that of numbers is not.
create function ledger.tally() returns trigger language plpgsql as $$
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

create trigger orders_tally after update on ledger.orders
  referencing old table as before new table as after
  for each statement execute function ledger.tally();

-- Events ------------------------------------------------------------------------------------------

-- What happened besides orders: every change made by hand (who, when, what, why), and what the
-- program did by itself that a person should know of.
create table ledger.events (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default ledger.now(),
  kind       text not null,
  -- The person or token that signed in, `system:USER` where nobody signs in, or a part of the
  -- program.
  who        text not null,
  -- The name that was given beside it, which proves nothing.
  by         text,
  why        text,
  account_id smallint references ledger.accounts,
  plan_id    integer references ledger.plans,
  order_id   bigint references ledger.orders,
  detail     jsonb not null default '{}'
);

create index events_plan on ledger.events (plan_id, id);
create index events_account on ledger.events (account_id, id) where plan_id is null;
create index events_remainders on ledger.events (plan_id) where detail ? 'remainderOf';
create index events_settled on ledger.events (order_id, id)
  where kind in ('order_settled', 'order_unsettled');

-- Remainders ------------------------------------------------------------------------------------

-- Each plan that was submitted from a remainder, and the plan whose remainder it was: both must not
-- buy what that one lacked.
create view ledger.remainder_links as
  select e.plan_id as plan, barred::integer as barred
  from ledger.events e, jsonb_array_elements_text(e.detail -> 'remainderOf') barred
  where e.kind = 'plan_submitted' and e.detail ? 'remainderOf';

-- These plans, and those of their remainders, of remainders of these, and so on.
create function ledger.below(plans integer[]) returns setof integer stable language sql as $$
  with recursive below(id) as (
    select unnest(plans)
    union
    select l.plan from below join ledger.remainder_links l on l.barred = below.id)
  select id from below
$$;

-- Whether a plan may have bought something, or may still buy. A cancelled plan counts until it has
-- ended, because an order may still be on its way.
create function ledger.may_buy(p ledger.plans) returns boolean stable language sql as $$
  select p.state <> 'cancelled' or p.ended_at is null or exists (
    select from ledger.orders o
    where o.id > p.id * 10000000::bigint and o.id < (p.id + 1) * 10000000::bigint
      and (o.bought > 0 or o.is_final or o.state in ('sending', 'unknown')))
$$;

-- These plans wait, because `buyer` may buy what they ask for. Plans are locked before orders, but
-- here orders have changed already, and to wait could deadlock. So it fails with 55P03 instead.
-- Callers lock the plans before; a record does so when it has failed, and repeats everything.
create function ledger.overtake(asking integer[], buyer integer) returns void
language plpgsql as $$
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

-- The same for all plans that may ask for what this one asks for: those of its remainders; and when
-- it was cancelled, the plan above it, which may have been tried again since, and those of its
-- other remainders.
create function ledger.overtake_akin(buyer integer) returns void language plpgsql as $$
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

-- A remainder asks for orders that are short, refused, undelivered or cancelled. When such an order
-- leaves that state, it is tried again, was sold late or is in doubt: the plans of the remainder
-- wait. When an attempt that the ledger had lost bought nothing, or a part, what its order lacks is
-- asked for again. A remainder may have asked for that before, so then its own plan waits.
create function ledger.overtake_moved() returns trigger language plpgsql as $$
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

create trigger orders_overtake after update on ledger.orders
  referencing old table as before new table as after
  for each statement execute function ledger.overtake_moved();

-- Evidence on unknown orders --------------------------------------------------------------------

-- One reading of the vendor's list of owned numbers. What was bought while it was being read may or
-- may not be on it. Lists are ordered by their ids, and the time between them is counted in ticks.
create table ledger.listings (
  id          integer generated always as identity primary key,
  account_id  smallint not null references ledger.accounts,
  ended_at    timestamptz not null default ledger.now(),
  began_tick  bigint not null default 0,
  ended_tick  bigint not null default 0,
  size        integer not null,
  -- As in an attempt: whose list it is.
  vendor_account integer,
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
  -- The first of the lists that lack it since it was last on one. Null: none is known to lack it.
  gone_listing integer,
  -- The last list that had it again after one that had not.
  back_listing integer,
  -- An order that the ledger lost may have bought it after this list. Null: no such doubt.
  lost_after   integer,
  -- The newest list when a person said that it was bought outside this program. Null: nobody has.
  foreign_listing integer,
  -- As foreign_listing, when a person said of these orders, which were to have bought nothing, that
  -- they did not buy it. They are not held up for it again.
  denied_listing integer,
  denied_orders  bigint[],
  constraint owned_pkey primary key (account_id, number)
);

create index owned_lost on ledger.owned (account_id) where lost_after is not null;

-- What the newest list says of an unknown order's last attempt. A person accepts it, or the program
-- where it is clear. 'open': the list does not decide; 'later': it cannot decide yet.
create table ledger.verdicts (
  order_id bigint constraint verdicts_pkey primary key references ledger.orders,
  attempt  integer not null,
  finding  text not null constraint verdicts_finding_known
           check (finding in ('bought', 'nothing', 'open', 'later')),
  is_clear boolean not null,
  numbers  text[] not null,
  why      text not null,
  made_at  timestamptz not null default ledger.now()
);

-- What the ledger has lost ------------------------------------------------------------------------

-- Successors that were sent, and that a ledger which went back has lost: each is in doubt as soon
-- as it is made again.
create table ledger.lost_successors (
  order_id bigint constraint lost_successors_pkey primary key,
  -- The first order of its family.
  root     bigint not null,
  -- The last one that was sent.
  attempt  integer not null,
  -- When its request has ended, in the account's watched time.
  deadline_tick bigint not null
);

create index lost_successors_family on ledger.lost_successors (root, order_id);

-- What the witness knows of plans that the ledger has lost. Their orders are in doubt as soon as
-- the same file is submitted again.
create table ledger.lost_plans (
  account_id    smallint not null references ledger.accounts,
  -- As the witness names the plan.
  plan_key      text not null,
  attempt       integer not null,
  -- Bit n, from 0 and from the left: this attempt of order n was sent.
  bits          bytea not null,
  -- When the last of their requests has ended, in the account's watched time.
  deadline_tick bigint not null,
  -- A list that is certainly older than the attempts; 0: there is none.
  baseline      integer not null,
  -- A person has said that no other plan waits for it.
  dismissed     boolean not null,
  constraint lost_plans_pkey primary key (account_id, plan_key, attempt)
);

-- Limits ------------------------------------------------------------------------------------------

-- What may be bought: numbers and money, by plan, day and month (UTC), of an account and of each
-- person. A start reads those of a plan. A claim reads the others, so all workers together never
-- exceed one.
create table ledger.limits (
  account_id smallint not null references ledger.accounts,
  -- '': all together. '*': each person who is not named here. Else a person.
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
  -- Of the numbers, those without a price. While there are any, nobody knows what was spent, and no
  -- limit on money leaves room.
  unpriced   bigint not null,
  constraint spending_pkey primary key (account_id, day, who)
) with (fillfactor = 20);

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
-- start, else by those of now. Null: it has no price in the currency that the account pays in now,
-- as when the plan was started in another.
create view ledger.limited_lines as
  select l.plan_id, l.line, p.account_id, coalesce(p.started_person, '') as who,
    case when p.prices is null or paid.list ->> 'currency' = now.list ->> 'currency'
      then coalesce(ledger.first_month(paid.list, l.type, l.order_slot),
        ledger.first_month(now.list, l.type, l.order_slot)) end as price
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

create trigger orders_spend after update on ledger.orders
  referencing old table as before new table as after
  for each statement execute function ledger.count_spending();

-- What orders of an account have spent, read from the orders themselves: at least those of this
-- month. Under a wrong clock they seem to be of another one. So those of 32 days of watched time
-- count, too: no month is longer, and no clock sets that time.
create function ledger.spending_of(account smallint)
returns table (day date, who text, numbers bigint, money numeric, unpriced bigint)
stable language sql as $$
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

-- Makes the orders of every account wait until the end of the transaction, if this account has
-- limits: it locks the whole table. A transaction that also changes the account's row calls this
-- first.
create function ledger.stop_orders(account smallint) returns void language plpgsql as $$
begin
  if exists (select from ledger.limits where account_id = account) then
    lock table ledger.orders in share row exclusive mode;
  end if;
end $$;

-- Counts what the account has spent this month or lately, and replaces all its sums. It stops
-- orders first: the count would miss an order that changes meanwhile. Without limits there are no
-- sums.
create function ledger.recount_spending(account smallint) returns void language plpgsql as $$
begin
  perform ledger.stop_orders(account);
  delete from ledger.spending where account_id = account;
  insert into ledger.spending (account_id, day, who, numbers, money, unpriced)
  select account, s.* from ledger.spending_of(account) s
  where account in (select l.account_id from ledger.limits l);
end $$;

-- For each of these waiting orders, the limits that leave no room for it once those before it are
-- sent. `is_numbers`: its numbers exceed the limit. `has_price`: it has a price, or the limit needs
-- none. `may_fit`: the order fits when nothing else is spent. `has_sum`: what was spent is known,
-- or the limit does not count it.
create function ledger.limits_met(account smallint, wanted bigint[])
returns table (order_id bigint, whose text, period text, is_numbers boolean, has_price boolean,
  may_fit boolean, has_sum boolean)
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

-- Claims within an account's limits run one after the other: each sees what the earlier ones
-- claimed.
create function ledger.lock_limits(account smallint) returns void language sql as $$
  select pg_advisory_xact_lock('ledger.limits'::regclass::oid::integer, account)
$$;

-- Those of the orders that no limit forbids to send. Volatile: it sees what was claimed until now.
create function ledger.within_limits(account smallint, wanted bigint[]) returns bigint[]
volatile language plpgsql as $$
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

-- Approvals ---------------------------------------------------------------------------------------

-- Above a threshold, what buys waits for the yes of another person.
create table ledger.approvals (
  id int generated always as identity constraint approvals_pkey primary key,
  kind text not null
    constraint approvals_kind_known check (kind in ('start', 'retry', 'settle')),
  account_id smallint not null constraint approvals_account_fkey references ledger.accounts,
  plan_id int not null constraint approvals_plan_fkey references ledger.plans,
  -- SHA-256 of all that the yes is for: another content, account or price is another question.
  binding text not null
    constraint approvals_binding_sha256 check (binding ~ '^[0-9a-f]{64}$'),
  -- Orders that are sent again: [attempt, numbers] by order. A yes serves for those alone.
  orders jsonb not null
    constraint approvals_orders_named check ((kind = 'start') = (orders = '{}')),
  -- What a person must know to answer.
  facts jsonb not null,
  -- What it asks for, counted with started plans of its lines, or what was freed since a yes.
  numbers int not null constraint approvals_numbers_sane check (numbers > 0),
  -- The most that this costs, once and in the first month; null: not known.
  money text,
  currency text,
  asked_by text not null,
  -- Who that is, as a person; so are the other two.
  asked_person text not null,
  -- The name that was given beside it, which proves nothing.
  by text,
  why text,
  asked_at timestamptz not null default ledger.now(),
  hours int not null,
  expires_at timestamptz not null,
  -- Whose own it is: who asked and who submitted, and who made the token that did.
  barred text[] not null,
  answer text constraint approvals_answer_known check (answer in ('yes', 'no')),
  answered_by text,
  answered_person text,
  answered_at timestamptz,
  refusal text,
  used_by text,
  used_person text,
  used_at timestamptz,
  constraint approvals_asker_barred check (asked_person = any (barred)),
  constraint approvals_not_own check (answered_person <> all (barred)),
  constraint approvals_by_person check (answered_by not like 'token:%'),
  constraint approvals_answered_whole check (
    num_nulls(answer, answered_by, answered_person, answered_at) in (0, 4)),
  constraint approvals_refusal_why
    check ((coalesce(answer, '') = 'no') = (coalesce(trim(refusal), '') <> '')),
  constraint approvals_used_after_yes check (
    num_nulls(used_by, used_person, used_at) in (0, 3)
    and (used_at is null or coalesce(answer, '') = 'yes')),
  constraint approvals_used_by_other check (used_person <> answered_person),
  constraint approvals_used_in_time check (used_at is null or used_at <= expires_at));

create index approvals_plan on ledger.approvals (plan_id, id);
-- What waits for an answer is looked for on every page; what lapsed long ago is not read.
create index approvals_open on ledger.approvals (expires_at) where answer is null;

create function ledger.keep_approval() returns trigger language plpgsql as $$
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

create trigger approvals_stay before insert or update or delete on ledger.approvals
  for each row execute function ledger.keep_approval();

-- Webhooks ----------------------------------------------------------------------------------------

-- Messages to the webhook. One that is closed is kept for 7 days.
create table ledger.outbox (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default ledger.now(),
  event      text not null constraint outbox_event_known
             check (event in ('plan_finished', 'plan_standing', 'account_paused',
                              'unknown_appeared', 'approval_wanted')),
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
