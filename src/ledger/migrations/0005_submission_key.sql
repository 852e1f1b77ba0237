-- The key under which a plan was submitted, so that asking again under it finds the plan instead of
-- making another. Null: it came without one.
alter table ledger.plans add column submission_key text constraint plans_key_once unique;
