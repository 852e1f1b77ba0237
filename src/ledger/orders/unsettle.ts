import type { Settled } from '../../documents/index.ts';
import { named } from '../../english.ts';
import { AppError } from '../../errors.ts';
import { requireSeen } from '../../seen.ts';
import { takeBackFreed } from '../approvals/require.ts';
import { type By, noteEvent } from '../events.ts';
import { type Ledger, only, type Queries } from '../ledger.ts';
import { planOf, rootOf } from '../order-id.ts';
import { lockAkin } from '../plans/lock.ts';
import { refuseRemainderLost, refuseRemainderOrdered } from '../plans/remainders.ts';
import { isOverCap } from '../successors/rungs.ts';
import { withdrawOfLine } from '../successors/withdraw.ts';
import { type LookedAttempt, lockOrder, requireAttempt } from './settle.ts';
import { lastSettlement } from './settlements.ts';
import { shownOfSettlement } from './shown.ts';

/**
 * Takes back a settlement, on the word of a named person. The order is `unknown` again, without the
 * numbers that the settlement gave it. A finished plan stays finished. Unsent successors of its
 * line are withdrawn, since nobody knows what the line lacks. Throws AppError `not_found`, or
 * `wrong_state` when the order is unknown, was never settled, or has been sent again since, as
 * itself, as a successor, or in a plan of the remainder, when others have used what it left of a
 * cap, when `attempt` is not the last, or when the settlement is not the one that `seen` names.
 */
export async function unsettleOrder(
  ledger: Ledger,
  id: number,
  by: By & { why: string },
  { attempt, seen }: LookedAttempt = {},
): Promise<Settled> {
  return ledger.transaction(async (tx) => {
    // Before the order, in the sequence in which successors are made: else both could deadlock.
    await lockAkin(tx, planOf(id));
    const { state } = await lockSettled(tx, id, attempt);
    const settlement = await lastSettlement(tx, id);
    requireSeen(seen, shownOfSettlement(settlement));
    await requireUnasked(tx, id, state);
    // What a filled order bought no remainder has asked for.
    if (state !== 'filled') {
      const operation = `to take back what settled order ${id}`;
      await refuseRemainderOrdered(tx, planOf(id), operation);
      await refuseRemainderLost(tx, planOf(id), operation);
    }
    await withdrawOfLine(tx, id);
    await takeBackFreed(tx, planOf(id), id);
    const { numbers, disputed } = settlement ?? NOTHING_SAID;
    const bought = await makeUnknown(tx, id, numbers, disputed);
    await requireRoomUnderCap(tx, id, state);
    const detail = { was: state, numbers };
    await noteEvent(tx, {
      kind: 'order_unsettled',
      ...by,
      planId: planOf(id),
      orderId: id,
      detail,
    });
    return { order: id, state: 'unknown', bought };
  });
}

const NOTHING_SAID = { numbers: [], disputed: [] };

/** Makes the order unknown without these numbers and disputes. Returns how many it keeps. */
async function makeUnknown(
  tx: Queries,
  id: number,
  numbers: string[],
  disputed: string[],
): Promise<number> {
  // What an answer named after the settlement is the vendor's word now, and not a person's.
  await tx.query(
    `with named as (
       select t.order_id, n.number from ledger.attempts t
         join ledger.orders o on o.id = t.order_id and o.attempts = t.no, unnest(t.named) n(number)
       where t.order_id = $1 and t.answered_at > t.settled_at),
     taken_back as (
       delete from ledger.disputes where order_id = $1 and number = any($2::bigint[])
         and number not in (select number from named))
     insert into ledger.disputes (order_id, number) select order_id, number from named
     on conflict on constraint disputes_pkey do nothing`,
    [id, disputed],
  );
  await tx.query('delete from ledger.numbers where order_id = $1 and number = any($2::bigint[])', [
    id,
    numbers,
  ]);
  // The order first: its move is legal because its attempt is settled.
  const [order] = await tx.query<{ bought: number }>(
    `update ledger.orders o set state = 'unknown', bought = o.bought - $2, not_before = null,
       reason = t.what
     from ledger.attempts t where o.id = $1 and t.order_id = o.id and t.no = o.attempts
     returning o.bought`,
    [id, numbers.length],
  );
  await tx.query(
    `update ledger.attempts set outcome = 'unknown', settled_at = null, is_doubtful = false
     where order_id = $1 and no = (select attempts from ledger.orders where id = $1)`,
    [id],
  );
  return order?.bought ?? 0;
}

/** Throws `wrong_state` when others of its line have used what it left of its rung's cap. */
async function requireRoomUnderCap(tx: Queries, id: number, state: string): Promise<void> {
  if (!(await isOverCap(tx, id))) return;
  throw new AppError(
    'wrong_state',
    `The settlement of order ${id} cannot be taken back: other orders of its line have asked for ` +
      'what it left of the cap of its fallback. Nothing was changed.',
    { order: id, state },
  );
}

/** Throws `wrong_state` when what this order lacks was asked for again. */
async function requireUnasked(tx: Queries, id: number, state: string): Promise<void> {
  // All of them are locked: one that waits could be claimed meanwhile.
  const later = await tx.query<{ id: number; attempts: number }>(
    `select s.id, s.attempts from ledger.orders o join ledger.orders s
       on s.root = ${rootOf('o')} and s.id > o.id
     where o.id = $1 and o.moved > 0 order by s.id for update of s`,
    [id],
  );
  const sent = later.filter(({ attempts }) => attempts > 0);
  if (sent.length === 0) return;
  const names = named(
    'order',
    sent.map((s) => String(s.id)),
  );
  throw new AppError(
    'wrong_state',
    `The settlement of order ${id} cannot be taken back: what it lacks was asked for again, ` +
      `as ${names}. Nothing was changed.`,
    { order: id, state },
  );
}

async function lockSettled(tx: Queries, id: number, attempt: number | undefined) {
  await lockOrder(tx, id);
  const rows = await tx.query<{
    state: string;
    attempt: number;
    isSettled: boolean;
    wasSettled: boolean;
  }>(
    `select o.state, o.attempts as attempt,
       exists (select from ledger.attempts t where t.order_id = o.id and t.no = o.attempts
         and t.settled_at is not null) as "isSettled",
       exists (select from ledger.attempts t where t.order_id = o.id and t.no < o.attempts
         and t.settled_at is not null) as "wasSettled"
     from ledger.orders o where o.id = $1`,
    [id],
  );
  const order = only(rows, `order ${id}`);
  if (order.isSettled) {
    requireAttempt(id, attempt, order.attempt);
    return order;
  }
  const why = order.wasSettled
    ? 'It has been sent again since it was settled.'
    : order.state === 'unknown'
      ? 'It is unknown, and nobody has settled it.'
      : `It is ${order.state} by the vendor's own answer, or was never sent: nobody settled it.`;
  throw new AppError('wrong_state', `There is nothing to take back of order ${id}. ${why}`, {
    order: id,
    state: order.state,
  });
}
