-- Where the submission of a plan stands in a trace, in the W3C's form: whoever places its orders goes
-- on with that trace, however much later. Null: it was not traced.
alter table ledger.plans add column traceparent text
  constraint plans_traceparent_form check (traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$');
