-- Remainders: a file that was handed out and the plan that it comes from must not both buy.

-- Every remainder that was handed out, by the hash of its bytes.
create table ledger.remainders (
  plan_id integer not null references ledger.plans,
  sha256  text not null,
  constraint remainders_pkey primary key (sha256, plan_id)
);

-- Plans that were sent and that the ledger has lost, as the witness names them: each is told once.
create table ledger.lost_plans (
  account_id smallint not null references ledger.accounts,
  plan_key   text not null,
  noted_at   timestamptz not null default ledger.now(),
  constraint lost_plans_pkey primary key (account_id, plan_key)
);
