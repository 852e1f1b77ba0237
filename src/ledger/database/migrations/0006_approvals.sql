-- Approvals: above a threshold, what buys waits for the yes of another person.

alter table ledger.accounts
  -- The threshold above which another person must say yes, and how many hours that holds; null:
  -- nothing waits.
  add column approval jsonb
    constraint accounts_approval_sane check (
      approval is null
      or (approval ->> 'hours')::int between 1 and 720
        and coalesce(approval ->> 'aboveNumbers', approval ->> 'aboveMoney') is not null);

alter table ledger.plans
  -- Numbers that were allowed to be sent again without a yes, since the last yes.
  add column freed int not null default 0
    constraint plans_freed_count check (freed >= 0);

alter table ledger.tokens
  -- Whoever made a token of this name, as persons: what it asks for, or asked for, they ask for.
  add column makers text[] not null default '{}';

with recursive made (token, who) as (
  select detail ->> 'token', who from ledger.events where kind = 'token_made'
  union
  select m.token, e.who from made m
    join ledger.events e on e.kind = 'token_made' and m.who = 'token:' || (e.detail ->> 'token'))
update ledger.tokens t set makers = array(
  select distinct ledger.person(m.who) from made m where m.token = t.name);

create table ledger.approvals (
  id int generated always as identity constraint approvals_pkey primary key,
  kind text not null
    constraint approvals_kind_known check (kind in ('start', 'retry', 'settle')),
  account_id smallint not null constraint approvals_account_fkey references ledger.accounts,
  plan_id int not null constraint approvals_plan_fkey references ledger.plans,
  -- SHA-256 of all that the yes is for: another content, account or price is another question.
  binding text not null
    constraint approvals_binding_sha256 check (binding ~ '^[0-9a-f]{64}$'),
  -- Orders that are sent again: [attempt, numbers] by order. A yes serves for those alone.
  orders jsonb not null
    constraint approvals_orders_named check ((kind = 'start') = (orders = '{}')),
  -- What a person must know to answer.
  facts jsonb not null,
  -- What it asks for, counted with started copies of its file, or with what was freed since a yes.
  numbers int not null constraint approvals_numbers_sane check (numbers > 0),
  -- The most that this costs, once and in the first month; null: not known.
  money text,
  currency text,
  asked_by text not null,
  -- The name that was given beside it, which proves nothing.
  by text,
  why text,
  asked_at timestamptz not null default ledger.now(),
  hours int not null,
  expires_at timestamptz not null,
  -- Whose own it is: who asked and who submitted, and who made the token that did.
  barred text[] not null,
  answer text constraint approvals_answer_known check (answer in ('yes', 'no')),
  answered_by text,
  answered_at timestamptz,
  refusal text,
  used_by text,
  used_at timestamptz,
  constraint approvals_asker_barred check (ledger.person(asked_by) = any (barred)),
  constraint approvals_not_own
    check (answered_by is null or ledger.person(answered_by) <> all (barred)),
  constraint approvals_by_person check (answered_by not like 'token:%'),
  constraint approvals_answered_whole check (
    (answer is null) = (answered_by is null) and (answer is null) = (answered_at is null)),
  constraint approvals_refusal_why
    check ((coalesce(answer, '') = 'no') = (coalesce(trim(refusal), '') <> '')),
  constraint approvals_used_after_yes check (
    (used_at is null) = (used_by is null) and (used_at is null or coalesce(answer, '') = 'yes')),
  constraint approvals_used_by_other
    check (used_by is null or ledger.person(used_by) <> ledger.person(answered_by)),
  constraint approvals_used_in_time check (used_at is null or used_at <= expires_at));

create index approvals_plan on ledger.approvals (plan_id, id);
-- What waits for an answer is looked for on every page; what lapsed long ago is not read.
create index approvals_open on ledger.approvals (expires_at) where answer is null;

create function ledger.keep_approval() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.answer is null and new.used_at is null and not exists (
      select from ledger.events e where e.plan_id = new.plan_id and e.kind = 'plan_submitted'
        and ledger.person(e.who) <> all (new.barred)) then
      return new;
    end if;
    raise exception 'an approval begins as a question, and bars who submitted the plan'
      using errcode = 'check_violation', constraint = 'approvals_begin_asked';
  end if;
  if tg_op = 'UPDATE' then
    -- It is answered once, and a yes is used once; all else stays.
    if old.answer is null and new.answer is not null and new.used_at is null
      and to_jsonb(new) - '{answer,answered_by,answered_at,refusal,expires_at}'::text[]
        = to_jsonb(old) - '{answer,answered_by,answered_at,refusal,expires_at}'::text[] then
      return new;
    end if;
    if old.answer = 'yes' and old.used_at is null
      and to_jsonb(new) - '{used_by,used_at}'::text[]
        = to_jsonb(old) - '{used_by,used_at}'::text[] then
      return new;
    end if;
  end if;
  raise exception 'approval % stays as it is', old.id
    using errcode = 'check_violation', constraint = 'approvals_stay';
end $$;

create trigger approvals_stay before insert or update or delete on ledger.approvals
  for each row execute function ledger.keep_approval();

alter table ledger.outbox drop constraint outbox_event_known;
alter table ledger.outbox add constraint outbox_event_known check (event in (
  'plan_finished', 'plan_standing', 'account_paused', 'unknown_appeared', 'approval_wanted'));
