-- Evidence on unknown orders: what the vendor's list of owned numbers showed, and when. And an
-- account that has paused itself opens up again carefully.

-- One reading of the list, by the database's clock. What was bought while it was being read may or
-- may not be on it: as the list before an order counts one that had ended by then, as the list
-- after an order one that began later.
create table ledger.listings (
  id         integer generated always as identity primary key,
  account_id smallint not null references ledger.accounts,
  began_at   timestamptz not null,
  ended_at   timestamptz not null default clock_timestamp(),
  size       integer not null
);

create index listings_account on ledger.listings (account_id, ended_at);

-- Every number ever seen on an account's lists, with the first list that had it.
create table ledger.owned (
  account_id smallint not null references ledger.accounts,
  number     bigint not null,
  listing_id integer not null references ledger.listings,
  constraint owned_pkey primary key (account_id, number)
);

-- What the newest list says of an unknown order. A person accepts it, or the program where it is
-- clear. 'open': it cannot be told by itself; 'later': it cannot be told yet.
create table ledger.proposals (
  order_id bigint constraint proposals_pkey primary key references ledger.orders,
  finding  text not null
           constraint proposals_finding_known check (finding in ('bought', 'nothing', 'open', 'later')),
  is_clear boolean not null,
  numbers  text[] not null,
  why      text not null,
  made_at  timestamptz not null default clock_timestamp()
);

alter table ledger.accounts
  -- The right to reconcile, as swept_at is the right to sweep.
  add column reconciled_at timestamptz not null default '-infinity',
  -- After a pause by the breaker one order is tried alone: 'wanted' until it is claimed, 'sent'
  -- until its answer is there.
  add column trial text constraint accounts_trial_known check (trial in ('wanted', 'sent'));

-- Workers say that they are alive. What a silent one was sending becomes unknown before its deadline.
create table ledger.workers (
  name       text constraint workers_pkey primary key,
  account_id smallint not null references ledger.accounts,
  seen_at    timestamptz not null default clock_timestamp(),
  -- Heard without a gap since then.
  steady_since timestamptz not null default clock_timestamp()
) with (fillfactor = 50);
