import type { Settled } from '../../documents/index.ts';
import { named } from '../../english.ts';
import { AppError } from '../../errors.ts';
import { requireSeen } from '../../seen.ts';
import type { By } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { planOf } from '../order-id.ts';
import { lockAkin } from '../plans/lock.ts';
import { refuseRemainderLost, refuseRemainderOrdered } from '../plans/remainders.ts';
import { isOverCap } from '../successors/rungs.ts';
import { type LookedAttempt, lockOrder, requireAttempt } from './settle.ts';
import { lastSettlement, type Settlement, shownOfSettlement } from './settlements.ts';
import { askedAgain, takeBack } from './take-back.ts';

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
    const settlement = await lockSettled(tx, id, attempt);
    const { state } = settlement;
    requireSeen(seen, shownOfSettlement(settlement));
    await requireUnasked(tx, id, state);
    // What a filled order bought no remainder has asked for.
    if (state !== 'filled') {
      const operation = `to take back what settled order ${id}`;
      await refuseRemainderOrdered(tx, planOf(id), operation);
      await refuseRemainderLost(tx, planOf(id), operation);
    }
    const bought = await takeBack(tx, settlement, by);
    await requireRoomUnderCap(tx, id, state);
    return { order: id, state: 'unknown', bought };
  });
}

/** Throws `wrong_state` when others of its line have used what it left of its rung's cap. */
async function requireRoomUnderCap(tx: Queries, id: number, state: string): Promise<void> {
  if (!(await isOverCap(tx, id))) return;
  const why = 'other orders of its line have asked for what it left of the cap of its fallback';
  throw cannotTakeBack(id, state, why);
}

/** Throws `wrong_state` when what this order lacks was asked for again. */
async function requireUnasked(tx: Queries, id: number, state: string): Promise<void> {
  const sent = await askedAgain(tx, id);
  if (sent.length === 0) return;
  const names = named('order', sent.map(String));
  throw cannotTakeBack(id, state, `what it lacks was asked for again, as ${names}`);
}

const cannotTakeBack = (order: number, state: string, why: string): AppError =>
  new AppError(
    'wrong_state',
    `The settlement of order ${order} cannot be taken back: ${why}. Nothing was changed.`,
    { order, state },
  );

async function lockSettled(
  tx: Queries,
  id: number,
  attempt: number | undefined,
): Promise<Settlement> {
  await lockOrder(tx, id);
  const settlement = await lastSettlement(tx, id);
  if (!settlement) throw await neverSettled(tx, id);
  requireAttempt(id, attempt, settlement.attempt);
  return settlement;
}

async function neverSettled(tx: Queries, id: number): Promise<AppError> {
  const [order] = await tx.query<{ state: string; wasSettled: boolean }>(
    `select state, exists (select from ledger.attempts
       where order_id = $1 and settled_at is not null) as "wasSettled"
     from ledger.orders where id = $1`,
    [id],
  );
  const { state, wasSettled } = order!;
  const why = wasSettled
    ? 'It has been sent again since it was settled.'
    : state === 'unknown'
      ? 'It is unknown, and nobody has settled it.'
      : `It is ${state} by the vendor's own answer, or was never sent: nobody settled it.`;
  return new AppError('wrong_state', `There is nothing to take back of order ${id}. ${why}`, {
    order: id,
    state,
  });
}
