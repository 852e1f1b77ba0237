-- An account may have a limit of numbers for each day, from midnight to midnight UTC. A number counts
-- on the day on which its order was sent.
alter table ledger.accounts
  -- No less than the largest order, which would wait for ever otherwise.
  add column daily_numbers integer constraint accounts_daily_numbers_sane check (daily_numbers >= 25),
  -- Never less than what the orders sent on that day have bought and may still have bought: each claim
  -- adds all that it asks for, and when nothing seems to be left it is counted anew.
  add column spent integer not null default 0,
  add column spent_on date,
  -- Why it rests until resume_at, when it was not the vendor who asked for it.
  add column rest_reason text;

-- The attempts of a day lie together.
create index attempts_claimed on ledger.attempts using brin (claimed_at);
