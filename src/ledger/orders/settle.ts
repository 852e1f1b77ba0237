import { AppError } from '../../errors.ts';
import { type Passed, underApproval } from '../approvals/require.ts';
import { approveOne } from '../approvals/settling.ts';
import { type By, nameOf, noteEvent } from '../events.ts';
import { type Ledger, only, type Queries } from '../ledger.ts';
import { findVerdict, type KeptVerdict, nameOfVerdict } from '../listings/verdicts.ts';
import { planOf } from '../order-id.ts';
import { requirePhoneNumbers } from '../phone-numbers.ts';
import { lockCopies } from '../plans/lock.ts';
import { reopenPlan } from '../plans/steer.ts';
import {
  belongs,
  giveNumbers,
  refuseOwn,
  refuseTaken,
  requireRoom,
  takenOf,
} from './given-numbers.ts';
import { type Finding, firstFew, type Look, objectionsToFinding } from './objections.ts';
import { lastSettlement, refuseRepeated } from './settlements.ts';
import { suspectOthers } from './suspect-others.ts';

export type Settled = { order: number; state: string; bought: number };

type LockedOrder = {
  accountId: number;
  quantity: number;
  bought: number;
  attempt: number;
  state: string;
  /**
   * The vendor said that it sold numbers for the order, wherever those are now; or a successor was
   * sent, or may have been: the order is not sent again.
   */
  isFinal: boolean;
  /** What it lacks may be asked for again by a successor. */
  mayFollow: boolean;
};

/**
 * Settles an unknown order on the word of a named person with a reason, which the events keep.
 * Bought: to `filled` or `short`. Nothing: to `waiting`, to be sent again, unless the vendor has
 * said that it sold something, or a successor was sent: then to `short`. A number that another
 * order has may have been released and bought again: it is kept as disputed, and what the order
 * lacks is not asked for.
 *
 * Objections prevent settling. `againstEvidence` overrides them, and the event keeps them.
 *
 * `attempt` is the attempt that was looked at. If it is no longer the last, nothing is settled.
 * Without it, nothing is settled as `nothing` a second time.
 *
 * Throws AppError `not_found`; `wrong_state` when the order is not unknown, when another attempt
 * was looked at, or when more numbers are named than it lacks;
 * `against_evidence`, with all `objections`; `invalid_usage` when what was bought is no list of
 * phone numbers. An empty list does not mean "nothing": that would send the order again. Throws
 * `needs_approval` while what may be bought again waits for another person's yes.
 */
export async function settleOrder(
  ledger: Ledger,
  id: number,
  finding: Finding,
  by: By & { why: string },
  {
    attempt,
    againstEvidence = false,
  }: { attempt?: number | undefined; againstEvidence?: boolean | undefined } = {},
): Promise<Settled> {
  return underApproval(ledger, async (tx) => {
    const order = await lockUnknown(tx, id, attempt);
    if ('nothing' in finding && attempt === undefined) await refuseRepeated(tx, id, order.attempt);
    const numbers = 'bought' in finding ? requirePhoneNumbers(finding.bought) : [];
    requireRoom(id, order, numbers);
    const taken = await takenOf(tx, numbers);
    refuseOwn(id, taken);
    const objections = [
      ...(await objectionsToFinding(tx, id, finding, await findVerdict(tx, id))),
      ...taken.map(belongs),
    ];
    if (objections.length > 0 && !againstEvidence) throw refusal(id, objections);
    const disputed = taken.map(({ number }) => number);
    const free = numbers.filter((number) => !disputed.includes(number));
    return settleAs(tx, id, order, { numbers: free, disputed, by, objections });
  });
}

function refusal(id: number, objections: string[]): AppError {
  return new AppError(
    'against_evidence',
    `Order ${id} was not settled, for this speaks against it. ` +
      `${objections.join(' ')} If you know better, say --bought N,N or --nothing with ` +
      '--against-evidence and --why: all are kept.',
    { order: id, objections },
  );
}

const NOTHING = { nothing: true } as const;

type Decision = {
  /** Those that the order gets. */
  numbers: string[];
  /** Those that it bought and that another order has. */
  disputed?: string[];
  by: By & { why: string };
  objections: string[];
  /** What allowed it before; undefined: nothing has yet. */
  passed?: Passed | undefined;
};

async function settleAs(
  tx: Queries,
  id: number,
  order: LockedOrder,
  { numbers, disputed = [], by, objections, passed: before }: Decision,
): Promise<Settled> {
  const bought = order.bought + numbers.length;
  const isFinal = order.isFinal || disputed.length > 0;
  const state = stateAfter({ ...order, isFinal }, bought);
  const mayBuyAgain = state === 'waiting' || (state === 'short' && order.mayFollow);
  const passed = mayBuyAgain ? (before ?? (await approveOne(tx, id, numbers.length, by))) : {};
  const added = await giveNumbers(tx, { id, ...order }, numbers, disputed);
  await tx.query(
    'settle_attempt',
    // Never before its answer: a clock that was set back must not turn their order round.
    `update ledger.attempts set outcome = $3, settled_at = greatest(ledger.now(), answered_at),
       is_doubtful = $4
     where order_id = $1 and no = $2`,
    [id, order.attempt, state === 'waiting' ? 'nothing' : state, objections.length > 0],
  );
  await tx.query(
    'settle_order',
    `update ledger.orders set state = $2, bought = $3, connect_failures = 0, reason = $4
     where id = $1`,
    [id, state, bought, state === 'waiting' ? null : `settled by ${nameOf(by)}: ${by.why}`],
  );
  // The order must wait first: `reopenPlan` marks waiting successors as not queued.
  if (state === 'waiting') await reopenPlan(tx, planOf(id));
  await suspectOthers(tx, order.accountId);
  await noteEvent(tx, {
    kind: 'order_settled',
    ...by,
    planId: planOf(id),
    orderId: id,
    detail: {
      ...{ state, numbers },
      ...(added.length > 0 ? { disputed: added } : {}),
      ...(objections.length > 0 ? { againstEvidence: objections } : {}),
      ...passed,
    },
  });
  return { order: id, state, bought };
}

function stateAfter({ quantity, isFinal }: LockedOrder, bought: number) {
  if (bought === quantity) return 'filled';
  return bought > 0 || isFinal ? 'short' : 'waiting';
}

/**
 * `attempt`, `verdict`: what the person looked at. `look`: finds the numbers that nothing explains.
 * `passed`: what allowed it before.
 */
type Looked = {
  attempt?: number | undefined;
  verdict?: string | undefined;
  look?: Look | undefined;
  passed?: Passed | undefined;
};

/**
 * Settles an unknown order by the verdict of the newest list, and the evidence becomes the reason.
 * `verdict` names the clear one that was looked at, as `nameOfVerdict` does.
 *
 * Throws AppError `not_found`; `wrong_state` when the order is not unknown, another attempt was
 * looked at, no verdict can be accepted, it is not the clear one that was looked at, or another
 * order has one of its numbers; `against_evidence` when the ledger may lack something or nothing
 * explains a number that it may have bought; `needs_approval` as `settleOrder` does, unless
 * `passed` says what allowed it before.
 */
export async function acceptVerdict(
  ledger: Ledger,
  id: number,
  by: By,
  { attempt, verdict, look, passed }: Looked = {},
): Promise<Settled> {
  return underApproval(ledger, async (tx) => {
    const order = await lockUnknown(tx, id, attempt);
    const kept = await acceptable(tx, id, verdict);
    const { numbers, why } = kept;
    const finding = numbers.length > 0 ? { bought: numbers } : NOTHING;
    const objections = await objectionsToFinding(tx, id, finding, kept, look);
    if (objections.length > 0) throw refusal(id, objections);
    requireRoom(id, order, numbers);
    await refuseTaken(tx, numbers);
    const reason = [by.why, why].filter(Boolean).join('. ');
    const signer = { ...by, why: reason };
    // Approval was given for orders that bought nothing.
    const before = numbers.length === 0 ? passed : undefined;
    return settleAs(tx, id, order, { numbers, by: signer, objections: [], passed: before });
  });
}

async function acceptable(
  tx: Queries,
  id: number,
  verdict: string | undefined,
): Promise<KeptVerdict> {
  const kept = await findVerdict(tx, id);
  if (kept?.finding !== 'bought' && kept?.finding !== 'nothing') {
    const what = kept ? `The list does not settle it: ${kept.why}` : 'There is no verdict on it.';
    throw new AppError(
      'wrong_state',
      `Order ${id} has nothing to accept. ${what} "reconcile" reads it again; ` +
        'otherwise say --bought N,N or --nothing.',
      { order: id },
    );
  }
  const { isClear, finding, numbers } = kept;
  if (verdict !== undefined && !(isClear && verdict === nameOfVerdict(kept))) {
    const says = isClear
      ? `it says now that it bought ${finding === 'nothing' ? 'nothing' : firstFew(numbers)}`
      : 'it is not clear any more, for something else may explain the list';
    throw new AppError(
      'wrong_state',
      `The verdict on order ${id} has changed since you looked: ${says}. Look at it again.`,
      { order: id },
    );
  }
  return kept;
}

async function lockUnknown(tx: Queries, id: number, attempt?: number): Promise<LockedOrder> {
  // Before the order, as all do that also lock plans.
  await lockCopies(tx, planOf(id));
  await lockOrder(tx, id);
  const rows = await tx.query<LockedOrder>(
    'settle_look',
    `select p.account_id as "accountId", o.quantity, o.bought, o.attempts as attempt, o.state,
       o.follow is not null as "mayFollow", o.is_final is true as "isFinal"
     from ledger.orders o join ledger.plans p on p.id = o.plan_id where o.id = $1`,
    [id],
  );
  const order = only(rows, `order ${id}`);
  if (order.state !== 'unknown') throw await notUnknown(tx, id, order.state);
  requireAttempt(id, attempt, order.attempt);
  return order;
}

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

/**
 * Locks the order. The next statement then reads what the previous holder wrote. Throws AppError
 * `not_found`.
 */
export async function lockOrder(tx: Queries, id: number): Promise<void> {
  const rows = await tx.query(
    'settle_lock',
    'select id from ledger.orders where id = $1 for update',
    [id],
  );
  if (rows.length === 0) {
    throw new AppError('not_found', `There is no order ${id}.`, { order: id });
  }
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
