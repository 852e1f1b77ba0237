/**
 * A plan and a plan that was submitted from its remainder must not both buy what the first one
 * lacks. Whichever may buy first stops the other one.
 */
import type { PlanDocument } from '../../documents/index.ts';
import { AppError } from '../../errors.ts';
import { countEvents, noteEvent } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { isOfPlan, keyPart } from '../order-id.ts';
import { withheldNumbers } from '../orders/surplus.ts';
import { findPlan, missingOf } from './find.ts';
import { IS_PLACED } from './plan-state.ts';

/** Notes that a remainder of these bytes was handed out. */
export async function noteRemainder(ledger: Ledger, planId: number, sha256: string): Promise<void> {
  await ledger.query(
    `insert into ledger.remainders (plan_id, sha256) values ($1, $2)
     on conflict on constraint remainders_pkey do nothing`,
    [planId, sha256],
  );
}

/** The plans that handed out a remainder of these bytes: the account's first, newest first. */
export function plansOfRemainder(
  ledger: Queries,
  accountId: number,
  sha256: string,
): Promise<{ id: number; name: string; account: string; isOwn: boolean }[]> {
  return ledger.query(
    `select p.id, p.name, a.name as account, p.account_id = $1 as "isOwn"
     from ledger.remainders r join ledger.plans p on p.id = r.plan_id
       join ledger.accounts a on a.id = p.account_id
     where r.sha256 = $2 order by p.account_id = $1 desc, p.id desc`,
    [accountId, sha256],
  );
}

/**
 * Throws AppError `wrong_state` for a file that is an earlier remainder of a plan: what it asks for
 * may be bought, or asked for again, since. Also when the plan is of another account, even if the
 * file is up to date: this account cannot tell.
 */
export async function refuseStaleRemainder(
  tx: Queries,
  accountId: number,
  sha256: string,
): Promise<void> {
  const [of] = await plansOfRemainder(tx, accountId, sha256);
  if (!of) return;
  if (!of.isOwn) {
    throw new AppError(
      'wrong_state',
      `This file is a remainder of plan ${of.id} (${of.name}), which is of the account ` +
        `"${of.account}". Nothing was stored. Submit it to that account.`,
      { id: of.id, account: of.account },
    );
  }
  throw new AppError(
    'wrong_state',
    `This file is an earlier remainder of plan ${of.id} (${of.name}), which has changed since: ` +
      'to buy it could buy numbers twice. Nothing was stored. Take the remainder once more. To ' +
      'buy all of this file anyway, say --again (over HTTP: again=true).',
    { id: of.id },
  );
}

/** The numbers that a plan's remainder asks for: all that are lacking, without the withheld. */
export async function remainingNumbers(ledger: Queries, plan: PlanDocument): Promise<number> {
  const withheld = await withheldNumbers(ledger, plan.id);
  return missingOf(plan) + plan.cancelled - [...withheld.values()].reduce((sum, n) => sum + n, 0);
}

/**
 * Locks plans and those whose remainders led to them. Before anything that locks the account, such
 * as storing a plan: the finding of lost plans locks in the same sequence.
 */
export async function lockAbove(tx: Queries, ...plans: number[]): Promise<void> {
  await tx.query(LOCK_ABOVE, [plans]);
}

/**
 * Throws AppError `wrong_state` unless plan `planId` still lacks the `numbers` of its remainder,
 * and has no event beyond the `events` that it had then. Answers only add to a remainder, and
 * every change that reduces it leaves an event. Also throws when an earlier remainder of the plan
 * was submitted that may have bought, and when the plan came from a remainder itself and the plan
 * before it was tried again since, or gave another remainder.
 *
 * Locks this plan and those whose remainders led to it, as a retry and another submission do: the
 * later one sees the earlier one.
 */
export async function requireLacking(
  tx: Queries,
  planId: number,
  { numbers, events }: { numbers: number; events: number },
): Promise<void> {
  await lockAbove(tx, planId);
  const operation = `to buy the remainder of plan ${planId} once more`;
  await refuseRemainderOrdered(tx, planId, operation);
  const lacking = await remainingNumbers(tx, await findPlan(tx, planId));
  const above = await changedAbove(tx, planId);
  if (lacking === numbers && (await countEvents(tx, planId)) === events && !above) return;
  const changed =
    above ?? `Plan ${planId} has changed meanwhile, and this file is no longer its remainder`;
  throw new AppError(
    'wrong_state',
    `${changed}: to buy it could buy numbers twice. Nothing was stored.`,
    { id: planId },
  );
}

/**
 * Throws AppError `wrong_state` when this plan is of a remainder, and what it asks for was tried
 * again, or bought, since.
 */
export async function refuseOvertaken(tx: Queries, id: number): Promise<void> {
  const changed = await changedAbove(tx, id);
  if (changed === null) return;
  throw new AppError(
    'wrong_state',
    `${changed}: to start plan ${id} could buy numbers twice. Nothing was changed. Cancel it, ` +
      'and take the remainder once more.',
    { id },
  );
}

async function changedAbove(tx: Queries, id: number): Promise<string | null> {
  const [changed] = await tx.query<{ plan: number }>(CHANGED_SINCE, [[id]]);
  if (!changed) return null;
  return (
    `Plan ${changed.plan}, whose remainder plan ${id} asks for, was tried again since, gave ` +
    'another remainder, or has bought more than was known'
  );
}

/**
 * Pauses the plans of this plan's remainders that run, and those of theirs: it turned out to have
 * bought some of what they ask for. A person looks, and cancels or resumes them.
 */
export async function pauseRemainders(ledger: Ledger, planId: number): Promise<void> {
  await ledger.transaction(async (tx) => {
    const why =
      `a late answer says that plan ${planId} has bought more than was known, and this plan may ` +
      'ask for the same';
    const paused = await tx.query<{ id: number }>(PAUSE_BELOW, [planId, why]);
    for (const { id } of paused)
      await noteEvent(tx, { kind: 'plan_paused', who: 'vendor', why, planId: id });
  });
}

/** Each plan of a remainder, the plans that it bars, and the event of its submission. */
const LINKS = `(
  select e.plan_id as plan, e.id as event, barred::int as barred from ledger.events e,
    jsonb_array_elements_text(e.detail -> 'remainderOf') barred
  where e.kind = 'plan_submitted' and e.detail ? 'remainderOf')`;

/** The plans whose remainders led to these, each with the event of its remainder. */
const ABOVE = `
  with recursive above(plan, since) as (
    select barred, event from ${LINKS} link where plan = any($1::int[])
    union
    select barred, event from above join ${LINKS} link using (plan))`;

/** In the sequence in which all lock several plans. */
const LOCK_ABOVE = `${ABOVE}
  select p.id from ledger.plans p where p.id = any($1::int[]) or p.id in (select plan from above)
  order by p.id for no key update of p`;

/**
 * One of them that was tried again, gave another remainder, or turned out to have bought more than
 * was known, after that event. A remainder never asks for what an unknown order lacked.
 */
const CHANGED_SINCE = `${ABOVE}
  select above.plan from above
  where exists (select from ledger.events e where e.id > above.since and e.plan_id = above.plan
      and (e.kind = 'plan_retried'
        or e.kind = 'order_answered_late' and e.detail ->> 'was' <> 'unknown'))
    or exists (select from ${LINKS} link
      where link.event > above.since and link.barred = above.plan)
  limit 1`;

/** Whether a plan that asks for what this one lacks may have bought, or may still buy. */
export async function isRemainderOrdered(ledger: Queries, id: number): Promise<boolean> {
  return (await ledger.query(ORDERED, [id])).length > 0;
}

/**
 * Which of these plans, which lack the same, a new plan is the remainder of: the first one that has
 * no remainder yet. When each has one, it counts for all, because nobody knows for which it was
 * meant.
 */
export async function barredBy(tx: Queries, plans: number[]): Promise<number[]> {
  for (const id of plans) if (!(await isRemainderOrdered(tx, id))) return [id];
  return plans;
}

/**
 * Throws AppError `wrong_state` when a plan that asks for what this one lacks may have bought, or
 * may still buy. `operation` says what would be done to this one, as `to try plan 5 again`.
 */
export async function refuseRemainderOrdered(
  tx: Queries,
  id: number,
  operation: string,
): Promise<void> {
  type Other = { id: number; name: string; isEnding: boolean };
  const [other] = await tx.query<Other>(ORDERED, [id]);
  if (!other) return;
  throw new AppError(
    'wrong_state',
    `Plan ${other.id} (${other.name}) was submitted from the remainder of plan ${id} and asks ` +
      `for what it lacked: ${operation} could buy that twice. ` +
      (other.isEnding
        ? 'It is being cancelled: try again when that is done.'
        : `Cancel plan ${other.id} first, if it has bought nothing.`),
    { id },
  );
}

/**
 * Throws AppError `wrong_state` when a remainder of this plan was sent, and the ledger has lost its
 * plan: that asks for the same.
 */
export async function refuseRemainderLost(
  tx: Queries,
  id: number,
  operation: string,
): Promise<void> {
  const lost = await tx.query(LOST, [id]);
  if (lost.length === 0) return;
  throw new AppError(
    'wrong_state',
    `A remainder of plan ${id} was sent, and the ledger has lost its plan: ${operation} could ` +
      'buy that twice. Submit that remainder again first, unchanged.',
    { id },
  );
}

/** The plans that were submitted from the remainder of a plan, or of one of those. */
const BELOW = `
  with recursive below(id) as (
    select plan from ${LINKS} link where barred = $1
    union
    select plan from below join ${LINKS} link on link.barred = below.id)`;

const PAUSE_BELOW = `${BELOW}
  update ledger.plans p set state = 'paused', reason = $2, held_until = null, held_order = null
  where p.id in (select id from below) and (${IS_PLACED} or p.held_order is not null)
  returning p.id`;

const LOST = `${BELOW}
  select from ledger.remainders r join ledger.plans p on p.id = r.plan_id
    join ledger.lost_plans l on l.account_id = p.account_id
      and ${keyPart('l.plan_key', 'sha256')} = r.sha256
  where r.plan_id = $1 or r.plan_id in (select id from below)
  limit 1`;

/**
 * In SQL: whether the plan of that alias may have bought something, or may still buy. One that was
 * cancelled counts until its last order is: one may be on its way to be sent.
 */
export const mayBuy = (plan: string): string => `(
  ${plan}.state <> 'cancelled' or ${plan}.ended_at is null or exists (
    select from ledger.orders o where ${isOfPlan('o.id', `${plan}.id`)}
      and (o.bought > 0 or o.is_final or o.state in ('sending', 'unknown'))))`;

const ORDERED = `${BELOW}
  select p.id, p.name, p.state = 'cancelled' and p.ended_at is null as "isEnding"
  from below join ledger.plans p using (id)
  where ${mayBuy('p')}
  order by p.id limit 1`;
