/**
 * Nobody knows what a lost plan asked for until its file is back. The ledger holds up the plans
 * that may ask for the same, so that not both buy it: those whose remainder or copy the lost one
 * may have been, and all that have sent nothing. Each of the latter may be its list, whole or in
 * part, saved in another form. A named person ends that.
 */

import { AppError } from '../../errors.ts';
import type { Queries } from '../ledger.ts';
import { isOfPlan, keyPart } from '../order-id.ts';

/**
 * Throws AppError `wrong_state` when a lost plan may have asked for what this one asks for, even
 * when it is back. `operation` says what would be done, as `to try plan 5 again`. Call it with the
 * plan locked: the finding of lost plans locks all.
 */
export async function refuseHeldUp(tx: Queries, planId: number, operation: string): Promise<void> {
  const [other] = await tx.query<{ id: number | null; file: string; account: string }>(
    `select lost.id, lost.file, a.name as account
     from ledger.plans p join ledger.accounts a on a.id = p.account_id, lateral (${HOLD_UP}) lost
     where p.id = $1 limit 1`,
    [planId],
  );
  if (!other) return;
  const isBack = other.id !== null;
  const was = isBack ? `The ledger had lost plan ${other.id}` : 'The ledger has lost a plan';
  const first = isBack ? '' : 'Submit its file again first, unless it is gone. ';
  throw new AppError(
    'wrong_state',
    `${was} (file ${shownFile(other.file)}), and that plan may have asked for what ` +
      `plan ${planId} asks for: ${operation} could buy it twice. Nothing was changed. ${first}` +
      'If both asked for the same, cancel one of them. Then dismiss the lost plan: ' +
      `"lost ${other.account}" shows how.`,
    { id: planId },
  );
}

/** In SQL: the list before what an account's lost plans bought; null: none, or all dismissed. */
export const lostSince = (account: string): string => `(
  select min(l.baseline) from ledger.lost_plans l where l.account_id = ${account}
    and not l.dismissed)`;

/** As much of a file's SHA-256 as tells it from others. */
export const shownFile = (sha256: string): string => sha256.slice(0, 12);

/** In SQL: whether a plan of this file, with so many numbers, may ask for what `plan` lacks. */
const asksTheSame = (file: string, numbers: string, plan: string): string => `(
  ${file} = ${plan}.sha256 or ${numbers} <= ${plan}.requested - (
      select coalesce(sum(t.bought), 0) from ledger.tallies t where t.plan_id = ${plan}.id)
    -- Both may be remainders of a third one.
    or ${hasNote(plan, `e.detail ? 'remainderOf'`)})`;

/** In SQL: whether that plan has sent nothing. */
const isUnsent = (plan: string): string => `not exists (
  select from ledger.attempts t where ${isOfPlan('t.order_id', `${plan}.id`)})`;

/** In SQL: whether `plan` may ask for what the lost plan of that key asked for. */
export const mayAskTheSame = (key: string, plan: string): string =>
  `(${isUnsent(plan)}
    or ${asksTheSame(keyPart(key, 'sha256'), `${keyPart(key, 'numbers')}::int`, plan)})`;

/** In SQL: whether plan `back` was lost, may have bought, and nobody has dismissed it. */
export const CAME_BACK = `(
  ledger.may_buy(back) and ${hasNote('back', `e.detail ? 'wasLost'`)}
  and not exists (select from ledger.events e
    where e.plan_id = back.id and e.kind = 'lost_plan_dismissed'))`;

/** In SQL: whether what was noted when the plan of that alias was submitted fulfils `which`. */
function hasNote(plan: string, which: string): string {
  return `exists (select from ledger.events e
    where e.plan_id = ${plan}.id and e.kind = 'plan_submitted' and ${which})`;
}

/** In SQL: the lost plans that hold up plan `p`. */
const HOLD_UP = `
  select null::int as id, ${keyPart('l.plan_key', 'sha256')} as file
  from ledger.lost_plans l
  where l.account_id = p.account_id and not l.dismissed and ${mayAskTheSame('l.plan_key', 'p')}
  union all
  select back.id, back.sha256
  from ledger.plans back
  where back.account_id = p.account_id and back.id <> p.id and ${CAME_BACK}
    -- What was submitted after it was compared with its lines.
    and (p.id < back.id and ${isUnsent('p')}
      or (p.id < back.id or ${hasNote('p', `e.detail ? 'wasLost'`)})
        and not ${hasNote('back', `e.detail ? 'remainderOf'`)}
        and ${asksTheSame('back.sha256', 'back.requested', 'p')})`;

/** In SQL: the state of plan `p` when orders wait again: a finished one runs if nothing bars it. */
export const REOPENED_STATE = `case when p.state <> 'finished' then p.state
  when p.overtaken is not null or exists (${HOLD_UP}) then 'paused' else 'running' end`;
