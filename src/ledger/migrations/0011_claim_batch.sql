-- Which of its worker's claims an attempt was made by: when the answer to a claim is lost with its
-- connection, the worker finds what it had claimed, and says that it sent none of it. Null: it was
-- claimed alone, or before this.
alter table ledger.attempts add column batch integer;
