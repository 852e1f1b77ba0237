import type { Approval } from '../../documents/index.ts';
import { AppError } from '../../errors.ts';
import type { Shown } from '../../seen.ts';
import { isOver } from '../database/clock.ts';
import type { Queries } from '../ledger.ts';

/** What the forms of a question show. */
export function shownOfApproval(approval: Approval): Shown {
  const { kind, plan, account, mode, numbers, money, currency, facts, askedAt } = approval;
  return { approval: [kind, plan, account, mode, numbers, money, currency, facts, askedAt] };
}

/** None lasts longer than it was given, whatever becomes of the clock. */
export const HAS_EXPIRED = isOver('v.expires_at', `v.hours * interval '1 hour'`);

/** SQL: whether these orders are all named there, with the same attempt and numbers. */
export function namesAll(there: string, orders: string): string {
  // The first alone would take [1, 2] for [2, 1]; the second alone would be slow.
  return `${there} @> ${orders} and not exists (select from jsonb_each(${orders}) named
    where ${there} -> named.key is distinct from named.value)`;
}

/** It still stands where the question found it, and no later question asks for all of it. */
export const IS_ASKED = `p.state <> 'cancelled' and (v.kind <> 'start' or p.state = 'ready')
  and not exists (select from ledger.approvals later
    where later.plan_id = v.plan_id and later.id > v.id and later.kind = v.kind
      and ${namesAll('later.orders', 'v.orders')})
  and (v.kind = 'start' or exists (
    select from jsonb_each(v.orders) named join ledger.orders o on o.id = named.key::bigint
    where o.attempts = (named.value ->> 0)::int and case v.kind
      when 'settle' then o.state = 'unknown' else o.state in ('refused', 'undelivered') end))`;

/** The moment as a subselect, so that the index serves. */
export const WAITS = `v.answer is null and v.expires_at > (select ledger.now())
  and not ${HAS_EXPIRED} and ${IS_ASKED}`;

const APPROVAL_SQL = `
  select v.id, v.kind, v.plan_id as plan, p.name as "planName", a.name as account, a.mode,
    v.numbers, v.money, v.currency, v.facts, v.asked_by as "askedBy", v.by, v.why,
    v.asked_at as "askedAt", v.expires_at as "expiresAt", v.answered_by as "answeredBy",
    v.answered_at as "answeredAt", v.refusal, v.used_by as "usedBy", v.used_at as "usedAt",
    v.barred,
    case when v.used_at is not null then 'used' when v.answer = 'no' then 'refused'
      when ${HAS_EXPIRED} or not (${IS_ASKED}) then 'lapsed'
      when v.answer = 'yes' then 'given' else 'waiting' end as state
  from ledger.approvals v join ledger.plans p on p.id = v.plan_id
    join ledger.accounts a on a.id = v.account_id`;

/** What waits for an answer, oldest first, at most a hundred. */
export function waitingApprovals(ledger: Queries): Promise<Approval[]> {
  return ledger.query<Approval>(
    `${APPROVAL_SQL} where ${WAITS}
     order by v.id limit 100`,
  );
}

export async function countWaitingApprovals(ledger: Queries): Promise<number> {
  const [row] = await ledger.query<{ n: number }>(
    `select count(*)::int as n from ledger.approvals v join ledger.plans p on p.id = v.plan_id
     where ${WAITS}`,
  );
  return row?.n ?? 0;
}

/** The latest questions about a plan, newest first. */
export function approvalsOfPlan(ledger: Queries, planId: number): Promise<Approval[]> {
  return ledger.query<Approval>(
    `${APPROVAL_SQL} where v.plan_id = $1 order by v.id desc limit 20`,
    [planId],
  );
}

/** Throws AppError `not_found`. */
export async function findApproval(ledger: Queries, id: number): Promise<Approval> {
  const [found] = await ledger.query<Approval>(`${APPROVAL_SQL} where v.id = $1`, [id]);
  if (found) return found;
  throw new AppError('not_found', `There is no approval ${id}. "approvals" lists what waits.`, {
    approval: id,
  });
}
