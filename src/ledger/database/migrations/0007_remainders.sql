-- Remainders: a file that was handed out and the plan that it comes from must not both buy.

-- Every remainder that was handed out, by the hash of its bytes.
create table ledger.remainders (
  plan_id integer not null references ledger.plans,
  sha256  text not null,
  constraint remainders_pkey primary key (sha256, plan_id)
);

-- What the witness knows of plans that the ledger has lost. Their orders are in doubt as soon as
-- the same file is submitted again.
create table ledger.lost_plans (
  account_id    smallint not null references ledger.accounts,
  -- As the witness names the plan.
  plan_key      text not null,
  attempt       smallint not null,
  -- Bit n, from 0 and from the left: this attempt of order n was sent.
  bits          bytea not null,
  -- When the last of their requests has ended, in the account's watched time.
  deadline_tick bigint not null,
  -- A list that is certainly older than the attempts; 0: there is none.
  baseline      integer not null,
  constraint lost_plans_pkey primary key (account_id, plan_key, attempt)
);
