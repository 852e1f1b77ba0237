-- What somebody elsewhere is to be told, until it has been: an outbox.
create table ledger.notices (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default clock_timestamp(),
  event      text not null constraint notices_event_known
             check (event in ('plan_finished', 'account_paused', 'unknown_appeared')),
  account_id smallint not null references ledger.accounts,
  plan_id    integer references ledger.plans,
  -- Counts and reasons; never a key, never a phone number.
  facts      jsonb not null,
  tries      smallint not null default 0,
  -- Not to be tried before this moment, also while somebody tries it.
  next_at    timestamptz not null default clock_timestamp(),
  -- Told, or given up.
  closed_at  timestamptz
);

create index notices_open on ledger.notices (id) where closed_at is null;

-- What has been made a notice of, so that it becomes one once, whoever looks.
create table ledger.noticed (
  cause text constraint noticed_pkey primary key,
  at    timestamptz not null default clock_timestamp()
);
