import { AppError } from '../errors.ts';
import { noteEvent } from './events.ts';
import type { Ledger, Queries } from './ledger.ts';
import { planOf } from './order-id.ts';
import { type By, reopenPlan } from './steer.ts';

/** What a person found out about an unknown order: these numbers were bought, or nothing was. */
export type Finding = { bought: string[] } | { nothing: true };

export type Settled = { order: number; state: string; bought: number };

type Unsettled = { quantity: number; bought: number; attempt: number; state: string };

/**
 * Moves an order out of `unknown` on the word of a named person with a reason, which the events
 * keep. Bought: to `filled` or `short`. Nothing: back to `waiting`, to be sent again, unless some
 * of its numbers are recorded already: then `short`.
 *
 * Throws AppError `not_found`; `wrong_state` when it is not unknown, when more numbers are named
 * than it lacks, or when one of them belongs to another order; `wrong_use` when what was bought is
 * no list of phone numbers. An empty list is not taken for "nothing": that would send it again.
 */
export async function settleOrder(
  ledger: Ledger,
  id: number,
  finding: Finding,
  by: By & { why: string },
): Promise<Settled> {
  return ledger.transaction(async (tx) => {
    const order = await lockUnknown(tx, id);
    const numbers = 'bought' in finding ? phoneNumbers(finding.bought) : [];
    if (numbers.length > 0) await giveNumbers(tx, id, order, numbers);
    const bought = order.bought + numbers.length;
    const state = bought === order.quantity ? 'filled' : bought > 0 ? 'short' : 'waiting';
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
    await noteEvent(tx, {
      kind: 'order_settled',
      ...by,
      planId: planOf(id),
      orderId: id,
      detail: { state, numbers },
    });
    return { order: id, state, bought };
  });
}

/** Each once. */
function phoneNumbers(named: string[]): string[] {
  const bad = named.find((number) => !/^[2-9][0-9]{9}$/.test(number));
  if (bad === undefined && named.length > 0) return [...new Set(named)];
  const found = bad === undefined ? 'No number was named' : `"${bad}" is not a phone number`;
  throw new AppError(
    'wrong_use',
    `${found}. Name the numbers that were bought, ten digits each, or say that nothing was. Nothing was changed.`,
  );
}

async function lockUnknown(tx: Queries, id: number): Promise<Unsettled> {
  const [order] = await tx.query<Unsettled>(
    'settle_lock',
    `select quantity, bought, attempts as attempt, state from ledger.orders where id = $1 for update`,
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

export type UnknownOrder = {
  order: number;
  plan: number;
  line: number;
  areaCode: string | null;
  type: string;
  quantity: number;
  /** Numbers of it that are recorded all the same. */
  bought: number;
  sentAt: Date;
  whatHappened: string;
  status: number | null;
  /** What the vendor answered, keys removed. */
  body: string | null;
  /** Numbers that the vendor named for it and that belong elsewhere. */
  disputed: string[];
  /** What the vendor's list of owned numbers says of it; null while none was read. */
  proposal: {
    finding: 'bought' | 'nothing' | 'open' | 'later';
    numbers: string[];
    why: string;
  } | null;
};

/** Orders that need a person, oldest first; of one plan, or of all. Pages by `after`, an order's id. */
export async function unknownOrders(
  ledger: Ledger,
  {
    planId,
    after = 0,
    limit = 1000,
  }: { planId?: number | undefined; after?: number; limit?: number },
): Promise<UnknownOrder[]> {
  return ledger.query<UnknownOrder>(
    'unknown_orders',
    `select o.id as "order", o.plan_id as plan, o.line, l.area_code as "areaCode", l.type, o.quantity,
       o.bought, t.claimed_at as "sentAt", coalesce(o.reason, t.what, '') as "whatHappened", t.status, t.body,
       coalesce((select json_agg(d.number::text order by d.number) from ledger.disputes d where d.order_id = o.id),
         '[]'::json) as disputed,
       (select json_build_object('finding', v.finding, 'numbers', v.numbers, 'why', v.why)
        from ledger.proposals v where v.order_id = o.id and v.made_at > t.claimed_at) as proposal
     from ledger.orders o
       join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
       join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
     where o.state = 'unknown' and ($1::int is null or o.plan_id = $1) and o.id > $2
     order by o.id limit $3`,
    [planId ?? null, after, limit],
  );
}
