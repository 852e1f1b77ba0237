import type { PlanDocument } from '../../documents/index.ts';
import { AppError } from '../../errors.ts';
import { personOf } from '../../name-rule.ts';
import { findAccount } from '../accounts/accounts.ts';
import type { Release } from '../approvals/ask.ts';
import { type Passed, requireApproval, underApproval } from '../approvals/require.ts';
import { type By, noteEvent, refuseOverruled } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { refuseOverLimit } from '../limits/at-start.ts';
import { refuseHeldUp } from '../lost-plans/hold-up.ts';
import { orderBounds } from '../order-id.ts';
import { areOverruled, denyContradicting, objectionsToRetry } from '../orders/contradicted.ts';
import { type Overruled, overruled } from '../orders/objections.ts';
import { lockToSettle } from '../orders/settle.ts';
import { suspectOthers } from '../orders/suspect-others.ts';
import { IS_ENDED_TRY } from '../successors/withdraw.ts';
import { refuseUnacceptedStart } from './check.ts';
import { findPlan } from './find.ts';
import { lockAkin, lockPlan } from './lock.ts';
import type { PlanState } from './plan-state.ts';
import { refuseOvertaken, refuseRemainderLost, refuseRemainderOrdered } from './remainders.ts';
import { reopenPlan } from './reopen.ts';
import { requireSeenPlan } from './shown.ts';

export type Acceptance = {
  /** Names what the form showed: a plan that has changed since is left as it is. */
  seen?: string | undefined;
  /** A start may also accept the plan's warnings that may cost money. */
  acceptWarnings?: boolean | undefined;
  /** The hash of the prices that a person has seen, or `none`: a start at others is refused. */
  prices?: string | undefined;
  /** A resume may also go on with a plan that another one overtook; a form has shown that. */
  again?: boolean | undefined;
};

type Move = { kind: string; from: PlanState[]; to: PlanState; verb: string };

/** Steering changes the plan, never a million orders: a claim looks at the plan's state. */
const MOVES = {
  start: { kind: 'plan_started', from: ['ready'], to: 'running', verb: 'started' },
  pause: { kind: 'plan_paused', from: ['running', 'standing'], to: 'paused', verb: 'paused' },
  resume: { kind: 'plan_resumed', from: ['paused'], to: 'running', verb: 'resumed' },
  cancel: {
    kind: 'plan_cancelled',
    from: ['ready', 'running', 'standing', 'paused'],
    to: 'cancelled',
    verb: 'cancelled',
  },
} as const satisfies Record<string, Move>;

/**
 * Starts, pauses, resumes or cancels a plan for a person, and returns it. Orders being sent finish
 * in any case. Throws AppError `not_found`, or `wrong_state` when the plan's state does not allow
 * it, when it or its prices are not as they were seen, when it could buy what a lost plan has
 * bought, or when it was overtaken. A start throws `not_confirmed` while warnings of a live plan
 * are not accepted, `over_limit` when the plan asks for more than a plan may, and `needs_approval`
 * while another person's yes is lacking.
 */
export async function steerPlan(
  ledger: Ledger,
  id: number,
  move: keyof typeof MOVES,
  by: By,
  { acceptWarnings = false, prices, seen, again = seen !== undefined }: Acceptance = {},
): Promise<PlanDocument> {
  return underApproval(ledger, async (tx) => {
    const { passed, counted } =
      move === 'start' ? await passStart(tx, id, by, { acceptWarnings, seen }) : PASSED_NOTHING;
    if (move !== 'start') await passOther(tx, id, move, { seen, again });
    const taken = await movePlan(tx, id, MOVES[move], by);
    const looked = [prices, ...counted].filter((each) => each !== undefined);
    if (looked.some((each) => each !== taken)) throw otherPrices(id);
    const detail = { ...(acceptWarnings ? { acceptWarnings } : {}), ...passed };
    await noteEvent(tx, { kind: MOVES[move].kind, ...by, planId: id, detail });
    return findPlan(tx, id);
  });
}

/** Returns the hash of the plan's prices, or `none`: a start has just taken the account's. */
async function movePlan(tx: Queries, id: number, move: Move, by: By): Promise<string> {
  const { from, to } = move;
  const [moved] = await tx.query<{ prices: string | null }>(
    `/* steer_plan */
     update ledger.plans set state = $2, reason = $4, held_until = null,
       held_order = null, overtaken = case when $2 <> 'running' then overtaken end,
       started_at = case when $2 = 'running' then coalesce(started_at, ledger.now())
         else started_at end,
       started_tick = case when state = 'ready' and $2 = 'running'
         then (select ticks from ledger.accounts where id = account_id) else started_tick end,
       started_person = case when state = 'ready' and $2 = 'running' then $5
         else started_person end,
       prices = case when state = 'ready' and $2 = 'running'
         then (select prices from ledger.accounts where id = account_id) else prices end
     where id = $1 and (state = any($3::text[]) or $2 = 'paused' and held_order is not null)
     returning prices`,
    [id, to, from, to === 'running' ? null : (by.why ?? null), personOf(by.who)],
  );
  if (!moved) throw cannotMove(await findPlan(tx, id), move);
  return moved.prices ?? 'none';
}

function cannotMove({ id, state }: PlanDocument, { to, verb }: Move): AppError {
  const why =
    state === to ? `Plan ${id} is ${to} already.` : `Plan ${id} is ${state} and cannot be ${verb}.`;
  return new AppError('wrong_state', `${why} Nothing was changed.`, { id, state });
}

/** Thrown for the prices that the start itself read, so that none can change in between. */
function otherPrices(id: number): AppError {
  const message =
    `The account's prices have changed since plan ${id} was looked at. ` +
    'Look at its cost again, then start it. Nothing was changed.';
  return new AppError('wrong_state', message, { id, state: 'ready' });
}

/** `counted`: the prices that limits and the threshold were compared with, each by its hash. */
type PassedStart = { passed: Passed; counted: (string | undefined)[] };

const PASSED_NOTHING: PassedStart = { passed: {}, counted: [] };

/** It locks first: whatever it waits for, it looks at what holds afterwards. */
async function passStart(
  tx: Queries,
  id: number,
  by: By,
  { acceptWarnings, seen }: Acceptance,
): Promise<PassedStart> {
  await lockAkin(tx, id);
  await requireSeenPlan(tx, id, seen, 'pace');
  await refuseHeldUp(tx, id, `to start plan ${id}`);
  const then = 'Nothing was changed. Cancel it, and take the remainder once more.';
  await refuseOvertaken(tx, id, `to start plan ${id}`, then);
  if (!acceptWarnings) await refuseUnacceptedStart(tx, id);
  const limited = await refuseOverLimit(tx, id, by.who);
  const passed = await approvedStart(tx, id, by);
  return { passed, counted: [limited, passed.prices] };
}

async function passOther(
  tx: Queries,
  id: number,
  move: keyof typeof MOVES,
  { seen, again }: Acceptance,
): Promise<void> {
  await lockPlan(tx, id);
  await requireSeenPlan(tx, id, seen, ...(move === 'resume' ? (['pause'] as const) : []));
  if (move !== 'resume') return;
  const operation = `to resume plan ${id}`;
  await refuseHeldUp(tx, id, operation);
  const then = 'Nothing was changed. Look at both. To resume it nevertheless, say --again.';
  if (!again) await refuseOvertaken(tx, id, operation, then);
}

/** A plan that is not ready is not started, and needs no yes. */
async function approvedStart(tx: Queries, id: number, by: By): Promise<Passed> {
  const read = async () => {
    const { state, requested } = await findPlan(tx, id);
    return { kind: 'start' as const, orders: [], numbers: state === 'ready' ? requested : 0 };
  };
  return (await requireApproval(tx, id, read, by)).passed;
}

/**
 * Puts refused and undelivered orders back to waiting at a person's request: both are to have
 * bought nothing. A finished plan runs again. Returns the number of orders, those that a yes
 * names. Throws AppError `not_found`; `wrong_state` when the plan is ready or cancelled, has no
 * such orders, is not as it was seen, its remainder was submitted, or may have been, or other
 * evidence was overruled for the same reason before;
 * `against_evidence`, with all `objections`, while the account owns what such an order may have
 * bought, unless `againstEvidence` overrules that: the event keeps it; `needs_approval` while
 * another person's yes is lacking.
 */
export async function retryPlan(
  ledger: Ledger,
  id: number,
  by: By,
  { seen, againstEvidence = false }: { seen?: string; againstEvidence?: Overruled } = {},
): Promise<number> {
  return underApproval(ledger, async (tx) => {
    await lockToSettle(tx, id);
    const { state, account } = await findPlan(tx, id);
    await refuseRetry(tx, id, state);
    const lacking = await lockLacking(tx, id);
    await requireSeenPlan(tx, id, seen, 'retry');
    if (lacking.numbers === 0) {
      const why = 'has no undelivered or refused orders to try again. Nothing was changed.';
      throw new AppError('wrong_state', `Plan ${id} ${why}`, { id, state });
    }
    const { id: accountId } = await findAccount(tx, account);
    const asked = lacking.orders.map(({ order }) => order);
    const objections = await objectionsToRetry(tx, accountId, asked);
    const said = { kind: 'plan_retried', ...by, planId: id };
    const against = overruled(`Plan ${id} was not tried again`, objections, againstEvidence);
    if (againstEvidence === true && !(await areOverruled(tx, accountId, asked)))
      await refuseOverruled(tx, said);
    const letGo = await requireApproval(tx, id, async () => lacking, by);
    const orders = (letGo.orders ?? lacking.orders).map(({ order }) => order);
    await tx.query(
      // A person asks for this order itself: where its line is not tried, it is no try any more.
      `update ledger.orders o set state = 'waiting', connect_failures = 0, reason = null,
         is_try = case when not ${IS_ENDED_TRY} then o.is_try end
       from ledger.lines l
       where o.id = any($1::bigint[]) and l.plan_id = o.plan_id and l.line = o.line`,
      [orders],
    );
    if (objections.length > 0) await denyContradicting(tx, accountId, orders);
    if (orders.length > 0) await reopenPlan(tx, id);
    // One of them may have bought what a look for lost orders found.
    await suspectOthers(tx, [accountId]);
    const detail = { orders: orders.length, ...against, ...letGo.passed };
    await noteEvent(tx, { ...said, detail });
    return orders.length;
  });
}

async function refuseRetry(tx: Queries, id: number, state: PlanState): Promise<void> {
  if (state === 'ready' || state === 'cancelled') {
    const message = `Plan ${id} is ${state}: there is nothing of it to try again.`;
    throw new AppError('wrong_state', message, { id, state });
  }
  const operation = `to try plan ${id} again`;
  await refuseRemainderOrdered(tx, id, operation);
  await refuseRemainderLost(tx, id, operation);
  await refuseHeldUp(tx, id, operation);
}

/** They are locked: what is refused after this look is not of this retry. */
async function lockLacking(tx: Queries, id: number): Promise<Omit<Release, 'planId'>> {
  const [lacking] = await tx.query<Pick<Release, 'orders' | 'numbers'>>(
    `with lacking as materialized (
       select id as "order", attempts as attempt, quantity as numbers from ledger.orders
       where id > $1 and id < $2 and state in ('refused', 'undelivered') order by id for update)
     select coalesce(json_agg(l order by "order"), '[]') as orders,
       coalesce(sum(numbers), 0)::int as numbers from lacking l`,
    orderBounds(id),
  );
  return { kind: 'retry', ...lacking! };
}
