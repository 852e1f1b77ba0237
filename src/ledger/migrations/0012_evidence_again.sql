-- Evidence that cannot be stretched. A verdict is on one attempt and on no later one; a number that
-- had gone from the vendor's list and came back is no proof of anything; and the success of an order
-- that was settled as "nothing" is recorded as long as the order has not been claimed again.

-- They are made anew within minutes.
delete from ledger.proposals;
alter table ledger.proposals add column attempt smallint not null;

alter table ledger.owned
  -- The newest list did not have it.
  add column is_gone boolean not null default false,
  -- The end of the last list that had it again after one that had not.
  add column back_at timestamptz;

-- Which order is being tried alone: only its own answer opens the account.
alter table ledger.accounts add column trial_order bigint;

drop trigger orders_legal_move on ledger.orders;
create trigger orders_legal_move before update of state on ledger.orders for each row
  when (old.state is distinct from new.state and (old.state, new.state) not in (
    ('waiting', 'sending'), ('waiting', 'cancelled'),
    ('sending', 'filled'), ('sending', 'short'), ('sending', 'refused'), ('sending', 'waiting'),
    ('sending', 'undelivered'), ('sending', 'unknown'),
    -- by evidence: a late answer, the vendor's list, or a named person
    ('unknown', 'filled'), ('unknown', 'short'), ('unknown', 'refused'), ('unknown', 'waiting'),
    ('unknown', 'undelivered'),
    -- by the late answer of an order that had been settled as nothing: it did buy
    ('waiting', 'filled'), ('waiting', 'short'), ('waiting', 'unknown'),
    ('cancelled', 'filled'), ('cancelled', 'short'), ('cancelled', 'unknown'),
    -- by a person's wish, for what provably bought nothing
    ('refused', 'waiting'), ('undelivered', 'waiting')))
  execute function ledger.refuse_move();
