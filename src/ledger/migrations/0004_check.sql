-- What the check of a plan's file said of it, besides its lines, orders and numbers: for whoever
-- presses Start, which may be much later and somebody else. Null where it was submitted before this.
alter table ledger.plans add column checked jsonb;
