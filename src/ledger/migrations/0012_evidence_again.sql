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

-- One move more, on one condition: an order that was settled as nothing, and whose success came after
-- all, did buy. The trigger calls this for every move that is not in the diagram.
create or replace function ledger.refuse_move() returns trigger language plpgsql as $$
begin
  if old.state in ('waiting', 'cancelled') and new.state in ('filled', 'short', 'unknown')
    and exists (select from ledger.attempts
      where order_id = old.id and no = old.attempts and outcome = 'nothing') then
    return new;
  end if;
  raise exception 'order % may not go from % to %', old.id, old.state, new.state
    using errcode = 'check_violation', constraint = 'orders_legal_move';
end $$;
