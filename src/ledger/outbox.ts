import { isOver } from './database/clock.ts';
import type { Ledger } from './ledger.ts';
import { REVISION, SUBSTITUTED, SUMS } from './plans/progress.ts';
import { STANDING_LINES } from './successors/standing.ts';

export type OutboxMessage = {
  id: number;
  at: Date;
  event:
    | 'plan_finished'
    | 'plan_standing'
    | 'account_paused'
    | 'unknown_appeared'
    | 'approval_wanted';
  account: string;
  mode: 'sandbox' | 'live';
  plan: { id: number; name: string } | null;
  /** Counts and reasons, by the event. */
  facts: Record<string, string | number | null>;
  /** Deliveries begun, this one included. */
  deliveries: number;
};

/**
 * Puts what has happened within the last day into the outbox, each once, whichever process looks:
 * plans that have finished or become standing, accounts that have paused themselves, questions that
 * wait for an approval, and orders that have become unknown, one message a plan. It locks none of
 * what it reads, so no worker waits for it.
 */
export async function fillOutbox(ledger: Ledger): Promise<void> {
  await ledger.query(FINISHED);
  await ledger.query(STANDING);
  await ledger.query(PAUSED);
  await ledger.query(UNKNOWN);
  await ledger.query(APPROVALS);
  await ledger.query(
    `with told as (delete from ledger.outbox where closed_at < ledger.now() - interval '7 days')
     delete from ledger.outbox_causes where at < ledger.now() - interval '7 days'`,
  );
}

const LATELY = `ledger.now() - interval '1 day'`;

/** What happened, each with its cause; of the causes, those are kept that were new. */
const onceEach = (found: string, insert: string) => `
with found as materialized (${found}),
new_causes as (
  insert into ledger.outbox_causes (cause) select cause from found
  where not exists (select from ledger.outbox_causes n where n.cause = found.cause) order by cause
  on conflict on constraint outbox_causes_pkey do nothing returning cause)
insert into ledger.outbox (event, account_id, plan_id, at, facts) ${insert}`;

/** The results of plan `p`, of which `s` has the sums. */
const RESULTS = `jsonb_build_object('revision', ${REVISION}, 'requested', p.requested,
  'bought', s.bought, 'substituted', ${SUBSTITUTED}, 'missing', s.missing,
  'unknown', s.unknown, 'cancelled', s.cancelled)`;

/** As the API writes times. */
const iso = (at: string) => `to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const FINISHED = onceEach(
  `select 'plan ' || id || ' ' || extract(epoch from ended_at) as cause, id, account_id, ended_at
   from ledger.plans where state = 'finished' and ended_at > ${LATELY}`,
  `select 'plan_finished', p.account_id, p.id, p.ended_at,
     ${RESULTS}
   from found join new_causes using (cause) join ledger.plans p on p.id = found.id,
     lateral (${SUMS}) s order by p.ended_at`,
);

/** Again for each revision: something came while it stood. */
const STANDING = onceEach(
  `select 'standing ' || p.id || ' ' || r.revision as cause, p.id, r.at
   from ledger.plans p, lateral (
     select revision, at from ledger.progress where plan_id = p.id and revision is not null
     order by revision desc limit 1) r
   where p.state = 'standing' and r.at > ${LATELY}`,
  `select 'plan_standing', p.account_id, p.id, found.at,
     ${RESULTS} || jsonb_build_object('lines', w.lines,
       'next', ${iso('w."nextAt"')}, 'until', ${iso('w.until')})
   from found join new_causes using (cause) join ledger.plans p on p.id = found.id,
     lateral (${SUMS}) s left join lateral (${STANDING_LINES}) w on true order by found.at`,
);

/** The vendor's own words, which a reason may end with, stay here. */
const PAUSED = onceEach(
  `select 'pause ' || e.id as cause, e.* from ledger.accounts a, lateral (
     select id, at, kind, who, why, account_id from ledger.events
     where account_id = a.id and plan_id is null order by id desc limit 20) e
   where e.kind = 'account_paused' and e.who in ('breaker', 'witness') and e.at > ${LATELY}`,
  `select 'account_paused', found.account_id, null, found.at,
     jsonb_build_object('reason', split_part(found.why, ':', 1))
   from found join new_causes using (cause) order by found.id`,
);

const UNKNOWN = onceEach(
  `select 'unknown ' || t.order_id || ' ' || t.no as cause, o.plan_id,
     o.quantity - o.bought as lacking
   from ledger.orders o join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
   where o.state = 'unknown' and t.claimed_at > ${LATELY}`,
  `select 'unknown_appeared', p.account_id, p.id, ledger.now(),
     jsonb_build_object('orders', count(*), 'numbers', sum(found.lacking))
   from found join new_causes using (cause) join ledger.plans p on p.id = found.plan_id
     group by p.id order by p.id`,
);

const APPROVALS = onceEach(
  `select 'approval ' || v.id as cause, v.* from ledger.approvals v
   where v.answer is null and v.asked_at > ${LATELY}`,
  `select 'approval_wanted', v.account_id, v.plan_id, v.asked_at,
     jsonb_build_object('approval', v.id, 'kind', v.kind, 'askedBy', v.asked_by,
       'numbers', v.numbers, 'money', v.money, 'currency', v.currency,
       'until', ${iso('v.expires_at')})
   from found v join new_causes using (cause) order by v.id`,
);

/** None is put off for longer (src/webhook/deliver.ts). */
const IS_DUE = isOver('next_at', `interval '15 min'`);

/** The oldest message that is due, or undefined. No other process gets it for half a minute. */
export async function takeMessage(ledger: Ledger): Promise<OutboxMessage | undefined> {
  const [message] = await ledger.query<OutboxMessage>(
    `with n as (
       update ledger.outbox set deliveries = deliveries + 1,
         next_at = ledger.now() + interval '30 s'
       where id = (
         select id from ledger.outbox where closed_at is null and ${IS_DUE}
         order by id limit 1 for update skip locked)
       returning *)
     select n.id, n.at, n.event, n.facts, n.deliveries, a.name as account, a.mode,
       case when p.id is not null then json_build_object('id', p.id, 'name', p.name) end as plan
     from n join ledger.accounts a on a.id = n.account_id
       left join ledger.plans p on p.id = n.plan_id`,
  );
  return message;
}

/** The message was delivered, or is given up. */
export async function closeMessage(ledger: Ledger, id: number): Promise<void> {
  await ledger.query('update ledger.outbox set closed_at = ledger.now() where id = $1', [id]);
}

/** The message was not accepted. It is due again after `waitMs`. */
export async function postponeMessage(ledger: Ledger, id: number, waitMs: number): Promise<void> {
  await ledger.query(
    `update ledger.outbox set next_at = ledger.now() + $2 * interval '1 ms' where id = $1`,
    [id, waitMs],
  );
}
