-- Prices: what an account pays for a number or a slot, as its file said it.

-- Each list once. It never changes: what a plan cost is reckoned with the list of its start.
create table ledger.price_lists (
  hash text constraint price_lists_pkey primary key,
  -- As src/prices has it: the currency, and decimal texts by type.
  list jsonb not null constraint price_lists_hash_fits check (list ->> 'hash' = hash)
);

create function ledger.keep_price_list() returns trigger language plpgsql as $$
begin
  raise exception 'the prices % stay as they are', old.hash
    using errcode = 'check_violation', constraint = 'price_lists_stay';
end $$;

create trigger price_lists_stay before update or delete on ledger.price_lists
  for each row execute function ledger.keep_price_list();

alter table ledger.accounts
  -- What it pays now; null: not known.
  add column prices text constraint accounts_prices_fkey references ledger.price_lists;

alter table ledger.plans
  -- What its account paid when it was started; null: not known, or not started.
  add column prices text constraint plans_prices_fkey references ledger.price_lists;
