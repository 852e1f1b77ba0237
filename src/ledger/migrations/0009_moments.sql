-- The pace: each order of an account has a moment of its own at which it may be sent, a little more
-- than 1/rate after the one before it, whichever worker asked for it. Taken one after another from
-- here, and not from the account's own row: whoever holds that one must not hold up the sending.
create table ledger.moments (
  account_id smallint constraint moments_pkey primary key references ledger.accounts,
  -- The last one that was given away.
  last       timestamptz not null default '-infinity'
) with (fillfactor = 10);

insert into ledger.moments (account_id) select id from ledger.accounts;

-- Null: no pace, each order as soon as it can be.
alter table ledger.accounts alter column rate drop not null;
