import { AppError } from '../errors.ts';
import { endRest } from './daily-limit.ts';
import { noteEvent } from './events.ts';
import type { Ledger, Queries } from './ledger.ts';
import { planOf } from './order-id.ts';
import { requirePhoneNumbers } from './phone-numbers.ts';
import { findProposal } from './proposals.ts';
import { type By, reopenPlan } from './steer.ts';

/** What a person found out about an unknown order: these numbers were bought, or nothing was. */
export type Finding = { bought: string[] } | { nothing: true };

export type Settled = { order: number; state: string; bought: number };

type Unsettled = {
  accountId: number;
  quantity: number;
  bought: number;
  attempt: number;
  state: string;
  /** The vendor said that it had sold it numbers, and they could not be its own. */
  isDisputed: boolean;
};

/**
 * Moves an order out of `unknown` on the word of a named person with a reason, which the events
 * keep. Bought: to `filled` or `short`. Nothing: back to `waiting`, to be sent again, unless the
 * vendor has said that it did sell: when some of its numbers are recorded or disputed, `short`.
 *
 * `attempt` is the one that was looked at: when it is not the last any more, nothing is settled.
 *
 * Throws AppError `not_found`; `wrong_state` when it is not unknown, when another attempt was looked
 * at, when more numbers are named than it lacks, or when one of them belongs to another order;
 * `wrong_use` when what was bought is no list of phone numbers. An empty list is not taken for
 * "nothing": that would send it again.
 */
export async function settleOrder(
  ledger: Ledger,
  id: number,
  finding: Finding,
  by: By & { why: string },
  { attempt }: { attempt?: number | undefined } = {},
): Promise<Settled> {
  return ledger.transaction(async (tx) =>
    settle(tx, id, await lockUnknown(tx, id, attempt), finding, by),
  );
}

async function settle(
  tx: Queries,
  id: number,
  order: Unsettled,
  finding: Finding,
  by: By & { why: string },
): Promise<Settled> {
  const numbers = 'bought' in finding ? requirePhoneNumbers(finding.bought) : [];
  if (numbers.length > 0) await giveNumbers(tx, id, order, numbers);
  const bought = order.bought + numbers.length;
  const state = stateAfter(order, bought);
  if (state === 'waiting') await reopenPlan(tx, planOf(id));
  // First the attempt: while it counts as unknown, the order could not be claimed again anyway.
  await tx.query(
    'settle_attempt',
    'update ledger.attempts set outcome = $3 where order_id = $1 and no = $2',
    [id, order.attempt, state === 'waiting' ? 'nothing' : state],
  );
  await tx.query(
    'settle_order',
    'update ledger.orders set state = $2, bought = $3, tries = 0, reason = $4 where id = $1',
    [id, state, bought, state === 'waiting' ? null : `settled by ${by.who}: ${by.why}`],
  );
  // What it did not buy is given back to the day's limit.
  if (state !== 'filled') await endRest(tx, order.accountId);
  await noteEvent(tx, {
    kind: 'order_settled',
    ...by,
    planId: planOf(id),
    orderId: id,
    detail: { state, numbers },
  });
  return { order: id, state, bought };
}

function stateAfter({ quantity, isDisputed }: Unsettled, bought: number) {
  if (bought === quantity) return 'filled';
  return bought > 0 || isDisputed ? 'short' : 'waiting';
}

/**
 * Settles an unknown order by the verdict of the newest list, whose evidence is then the reason.
 * Throws AppError `wrong_state` when there is no verdict or one that leaves it open.
 */
export async function acceptProposal(ledger: Ledger, id: number, by: By): Promise<Settled> {
  return ledger.transaction(async (tx) => {
    const order = await lockUnknown(tx, id);
    const { finding, why } = await proposed(tx, id);
    const reason = [by.why, why].filter(Boolean).join('. ');
    return settle(tx, id, order, finding, { who: by.who, why: reason });
  });
}

async function proposed(tx: Queries, id: number): Promise<{ finding: Finding; why: string }> {
  const proposal = await findProposal(tx, id);
  if (proposal?.finding !== 'bought' && proposal?.finding !== 'nothing') {
    const what = proposal ? `The list cannot tell: ${proposal.why}` : 'There is no verdict on it.';
    throw new AppError(
      'wrong_state',
      `Order ${id} has nothing to accept. ${what} "reconcile" reads the list anew; otherwise say --bought N,N or --nothing.`,
      { order: id },
    );
  }
  return {
    finding: proposal.finding === 'bought' ? { bought: proposal.numbers } : { nothing: true },
    why: proposal.why,
  };
}

async function lockUnknown(tx: Queries, id: number, attempt?: number): Promise<Unsettled> {
  const [order] = await tx.query<Unsettled>(
    'settle_lock',
    `select p.account_id as "accountId", o.quantity, o.bought, o.attempts as attempt, o.state,
       exists (select from ledger.disputes d where d.order_id = o.id) as "isDisputed"
     from ledger.orders o join ledger.plans p on p.id = o.plan_id where o.id = $1 for update of o`,
    [id],
  );
  if (!order) throw new AppError('not_found', `There is no order ${id}.`, { order: id });
  if (order.state !== 'unknown') {
    throw new AppError(
      'wrong_state',
      `Order ${id} is ${order.state}, not unknown: there is nothing to settle.`,
      { order: id, state: order.state },
    );
  }
  if (attempt !== undefined && attempt !== order.attempt) {
    throw new AppError(
      'wrong_state',
      `Order ${id} has been sent again meanwhile: what was found out is of an earlier attempt. Look at it anew.`,
      { order: id, attempt: order.attempt },
    );
  }
  return order;
}

async function giveNumbers(tx: Queries, id: number, order: Unsettled, numbers: string[]) {
  const lacking = order.quantity - order.bought;
  if (numbers.length > lacking) {
    throw new AppError(
      'wrong_state',
      `Order ${id} lacks ${lacking} of ${order.quantity} numbers, and ${numbers.length} were named. Nothing was changed.`,
      { order: id, lacking },
    );
  }
  const taken = await tx.query<{ number: number; order: number }>(
    'settle_taken',
    `select number, order_id as "order" from ledger.numbers where number = any($1::bigint[])`,
    [numbers],
  );
  if (taken[0]) {
    throw new AppError(
      'wrong_state',
      `Number ${taken[0].number} belongs to order ${taken[0].order} already. Nothing was changed.`,
      { taken },
    );
  }
  await tx.query(
    'settle_numbers',
    'insert into ledger.numbers (number, order_id) select number, $2 from unnest($1::bigint[]) n(number)',
    [numbers, id],
  );
}
