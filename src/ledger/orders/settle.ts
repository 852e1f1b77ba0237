import type { Settled } from '../../documents/index.ts';
import { AppError } from '../../errors.ts';
import { PLAN_ROOM } from '../../order-size.ts';
import { requireSeen, type Shown } from '../../seen.ts';
import { lockSettling } from '../account-lock.ts';
import { type Passed, underApproval } from '../approvals/require.ts';
import { approveOne } from '../approvals/settling.ts';
import { type By, nameOf, noteEvent, refuseRepeated } from '../events.ts';
import { type Ledger, only, type Queries } from '../ledger.ts';
import { findVerdict, LOOKED_AT, type LookedAt } from '../listings/verdicts.ts';
import { orderId, planOf } from '../order-id.ts';
import { requirePhoneNumbers } from '../phone-numbers.ts';
import { reopenPlan } from '../plans/reopen.ts';
import { denyContradicting, lockCompared } from './contradicted.ts';
import { belongs, giveNumbers, refuseOwn, requireRoom, takenOf } from './given-numbers.ts';
import { type Finding, type Overruled, objectionsToFinding, overruled } from './objections.ts';
import { lastSettlement, refuseSecondNothing } from './settlements.ts';
import { suspectOthers } from './suspect-others.ts';

export type LockedOrder = LookedAt & {
  accountId: number;
  quantity: number;
  bought: number;
  attempt: number;
  state: string;
  /** The vendor said that it sold numbers for it, or a successor was sent: it is not sent again. */
  isFinal: boolean;
  /** What it lacks may be asked for again by a successor. */
  mayFollow: boolean;
};

/**
 * The attempt that was looked at: its number, or the name of what its form showed. `takenBackAt`:
 * when what had settled it was taken back by then; null: nothing was; undefined: nobody looked.
 */
export type LookedAttempt = {
  attempt?: number | undefined;
  takenBackAt?: Date | null | undefined;
  seen?: string | undefined;
};

const isNamed = ({ attempt, seen }: LookedAttempt) => attempt !== undefined || seen !== undefined;

/**
 * Settles an unknown order on the word of a named person. Bought: to `filled` or `short`. Nothing:
 * to `waiting`, to be sent again; to `short` when the vendor has said that it sold something, or a
 * successor was sent. A number that another order has is kept as disputed, since it may have been
 * sold again; then no successor asks for what this order lacks. `againstEvidence` overrides
 * objections, and the event keeps them. `attempt` was looked at, or `seen` names what its form
 * showed: if it is not the last, nothing is settled. Without either, nothing is settled as
 * `nothing` a second time. Throws AppError `not_found`; `wrong_state` when the order is not
 * unknown, another attempt was looked at, or more numbers are named than it lacks;
 * `against_evidence`, with all `objections`; `invalid_usage` for no list of phone numbers: an empty
 * one does not mean "nothing", which would send the order again; `needs_approval` while what may be
 * bought again waits for another person's yes.
 */
export async function settleOrder(
  ledger: Ledger,
  id: number,
  finding: Finding,
  by: By & { why: string },
  { againstEvidence = false, ...looked }: LookedAttempt & { againstEvidence?: Overruled } = {},
): Promise<Settled> {
  return underApproval(ledger, async (tx) => {
    await lockToSettle(tx, planOf(id));
    const order = await lockUnknown(tx, id, looked);
    if ('nothing' in finding && !isNamed(looked)) await refuseSecondNothing(tx, id, order.attempt);
    const numbers = 'bought' in finding ? requirePhoneNumbers(finding.bought) : [];
    requireRoom(id, order, numbers);
    const taken = await takenOf(tx, numbers);
    refuseOwn(id, taken);
    const objections = [
      ...(await objectionsToFinding(tx, id, finding, await findVerdict(tx, id))),
      ...taken.map(belongs),
    ];
    overruled(`Order ${id} was not settled`, objections, againstEvidence, id);
    const disputed = taken.map(({ number }) => number);
    const free = numbers.filter((number) => !disputed.includes(number));
    const isSeen = looked.seen !== undefined;
    const decision = { numbers: free, disputed, by, objections, isSeen };
    const settled = await settleAs(tx, id, order, decision);
    await followSettled(tx, order.accountId, [settled]);
    return settled;
  });
}

type Decision = {
  /** Those that the order gets. */
  numbers: string[];
  /** Those that it bought and that another order has. */
  disputed?: string[];
  by: By & { why: string };
  objections: string[];
  /** What was looked at was named, and a settlement that is taken back changes its name. */
  isSeen: boolean;
  /** What allowed it before; undefined: nothing has yet. */
  passed?: Passed | undefined;
};

/** Call `followSettled` when all of a transaction are settled. */
export async function settleAs(
  tx: Queries,
  id: number,
  order: LockedOrder,
  { numbers, disputed = [], by, objections, isSeen, passed: before }: Decision,
): Promise<Settled> {
  const bought = order.bought + numbers.length;
  const isFinal = order.isFinal || disputed.length > 0;
  const state = stateAfter({ ...order, isFinal }, bought);
  const mayBuyAgain = state === 'waiting' || (state === 'short' && order.mayFollow);
  const said = { kind: 'order_settled', ...by, planId: planOf(id), orderId: id };
  const detail = { state, numbers, attempt: order.attempt };
  if (!isSeen) await refuseRepeated(tx, { ...said, detail });
  const passed = mayBuyAgain ? (before ?? (await approveOne(tx, id, numbers.length, by))) : {};
  const added = await giveNumbers(tx, { id, ...order }, numbers, disputed);
  await tx.query(
    // Never before its answer: a clock that was set back must not turn their order round.
    `update ledger.attempts set outcome = $3, settled_at = greatest(ledger.now(), answered_at),
       is_doubtful = $4
     where order_id = $1 and no = $2`,
    [id, order.attempt, state === 'waiting' ? 'nothing' : state, objections.length > 0],
  );
  await tx.query(
    `update ledger.orders set state = $2, bought = $3, connect_failures = 0, reason = $4
     where id = $1`,
    [id, state, bought, state === 'waiting' ? null : `settled by ${nameOf(by)}: ${by.why}`],
  );
  if (objections.length > 0) await denyContradicting(tx, order.accountId, [id]);
  await noteEvent(tx, {
    ...said,
    detail: {
      ...detail,
      ...(added.length > 0 ? { disputed: added } : {}),
      ...(objections.length > 0 ? { againstEvidence: objections } : {}),
      ...passed,
    },
  });
  return { order: id, state, bought };
}

/** What the settlements of one plan change beyond their orders. */
export async function followSettled(
  tx: Queries,
  accountId: number,
  settled: Settled[],
): Promise<void> {
  // The orders must wait first: `reopenPlan` marks waiting successors as not queued.
  const waiting = settled.find(({ state }) => state === 'waiting');
  if (waiting) await reopenPlan(tx, planOf(waiting.order));
  await suspectOthers(tx, [accountId]);
}

function stateAfter({ quantity, isFinal }: LockedOrder, bought: number) {
  if (bought === quantity) return 'filled';
  return bought > 0 || isFinal ? 'short' : 'waiting';
}

/** Call it before any order of the plan is locked. */
export async function lockToSettle(tx: Queries, planId: number): Promise<void> {
  // Each settlement must see the one before: of two orders, at most one bought nothing.
  await lockCompared(tx, await lockSettling(tx, planId), planId);
}

/** Call it while `lockToSettle` holds. */
export async function lockUnknown(
  tx: Queries,
  id: number,
  looked: LookedAttempt,
): Promise<LockedOrder> {
  await lockOrder(tx, id);
  const rows = await tx.query<LockedOrder>(
    `select p.account_id as "accountId", o.quantity, o.bought, o.attempts as attempt, o.state,
       o.follow is not null as "mayFollow", o.is_final is true as "isFinal",
       ${LOOKED_AT}
     from ledger.orders o join ledger.plans p on p.id = o.plan_id
       left join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
     where o.id = $1`,
    [id],
  );
  const order = only(rows, `order ${id}`);
  if (order.state !== 'unknown') throw await notUnknown(tx, id, order.state);
  requireAttempt(id, looked.attempt, order.attempt);
  refuseTakenBack(id, looked.takenBackAt, order.takenBackAt);
  requireSeen(looked.seen, shownOfAttempt({ ...order, order: id }));
  return order;
}

type Sent = LookedAt & { order: number; attempt: number };

/** What the forms that settle an unknown order show of it. Ids begin again in another database. */
export const shownOfAttempt = ({ order, attempt, sentAt, takenBackAt }: Sent): Shown => ({
  attempt: [order, attempt, sentAt, takenBackAt],
});

/** Throws AppError `wrong_state` when another attempt than the last was looked at, if any was. */
export function requireAttempt(id: number, looked: number | undefined, last: number): void {
  if (looked === undefined || looked === last) return;
  throw new AppError(
    'wrong_state',
    `Order ${id} has been sent again meanwhile: ` +
      'what was found out is of an earlier attempt. Look at it again.',
    { order: id, attempt: last },
  );
}

/** Throws AppError `wrong_state` when what settled it was taken back since somebody looked. */
function refuseTakenBack(id: number, looked: Date | null | undefined, last: Date | null): void {
  if (looked === undefined || last === null || looked?.getTime() === last.getTime()) return;
  const takenBackAt = last.toISOString();
  throw new AppError(
    'wrong_state',
    `What settled order ${id} was taken back at ${takenBackAt}, maybe after you looked. Look at ` +
      'it again, and then leave --attempt out. Nothing was changed.',
    { order: id, takenBackAt },
  );
}

/** Locks it: the next statement reads what the holder wrote. Throws AppError `not_found`. */
export async function lockOrder(tx: Queries, id: number): Promise<void> {
  const rows = await tx.query('select id from ledger.orders where id = $1 for update', [id]);
  if (rows.length === 0) {
    const there = await howNamed(tx, id);
    throw new AppError('not_found', `There is no order ${id}.${there}`, { order: id });
  }
}

/** The id of an order of plan 1, for somebody who gave its place there; '' if there is none. */
async function howNamed(tx: Queries, place: number): Promise<string> {
  if (place >= PLAN_ROOM) return '';
  const id = orderId(1, place);
  const rows = await tx.query('select from ledger.orders where id = $1', [id]);
  return rows.length === 0 ? '' : ` Order ${place} of plan 1 has the id ${id}.`;
}

async function notUnknown(tx: Queries, id: number, state: string): Promise<AppError> {
  const settled = await lastSettlement(tx, id);
  const next = settled
    ? `${nameOf(settled)} settled it at ` +
      `${settled.at.toISOString()}; "settle ${id} --undo" ` +
      'takes that back.'
    : 'there is nothing to settle.';
  return new AppError('wrong_state', `Order ${id} is ${state}, not unknown: ${next}`, {
    order: id,
    state,
  });
}
