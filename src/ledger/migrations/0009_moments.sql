-- The pace: each order of an account has a moment of its own at which it may be sent, a little more
-- than 1/rate after the one before it, whichever worker asked for it. Taken one after another, from here.
alter table ledger.accounts
  -- The last moment that was given away.
  add column last_moment timestamptz not null default '-infinity',
  -- Null: no pace, each order as soon as it can be.
  alter column rate drop not null;
