-- What pages ask for: the course of a plan over time, and lines, orders and events found without
-- looking at all of them.

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

-- On ids, like all that asks for a plan's orders in their order. An order that is filled, as most
-- are, enters neither of them when it is claimed or answered.
create index orders_waiting on ledger.orders (id) where state = 'waiting';
create index orders_missing on ledger.orders (id)
  where state in ('short', 'refused', 'undelivered', 'cancelled');

-- All lines of an area code in the plan's order, with those that ask for one exchange of it.
create index lines_area on ledger.lines (plan_id, left(area_code, 3), line) include (area_code);

create index attempts_unknown on ledger.attempts (claimed_at) where outcome = 'unknown';

create index tallies_unknown on ledger.tallies (plan_id) where state = 'unknown';

create index events_account on ledger.events (account_id, id) where plan_id is null;
