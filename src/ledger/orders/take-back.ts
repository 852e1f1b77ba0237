/** A settled order becomes unknown again, without what its settlement gave it. */
import { takeBackFreed } from '../approvals/require.ts';
import { columns } from '../columns.ts';
import { type By, noteEvent } from '../events.ts';
import type { Queries } from '../ledger.ts';
import { PLAN_KEY, planOf, rootOf } from '../order-id.ts';
import { isRemainderOrdered } from '../plans/remainders.ts';
import { withdrawOfLine } from '../successors/withdraw.ts';
import { type Answered, LOOKED_AT_ANEW } from './doubt.ts';
import { lastSettlement, type Settlement } from './settlements.ts';

/**
 * Makes the order unknown, and withdraws the unsent successors of its line, since nobody knows what
 * the line lacks. Returns how many numbers it keeps. Call it with its plan and the order locked.
 */
export async function takeBack(
  tx: Queries,
  { order: id, state, numbers, disputed }: Settlement,
  by: By,
): Promise<number> {
  await withdrawOfLine(tx, id);
  await takeBackFreed(tx, planOf(id), id);
  const bought = await makeUnknown(tx, id, numbers, disputed);
  await noteTakenBack(tx, id, by, { was: state, numbers });
  return bought;
}

const noteTakenBack = (tx: Queries, orderId: number, by: By, detail: Record<string, unknown>) =>
  noteEvent(tx, { kind: 'order_unsettled', ...by, planId: planOf(orderId), orderId, detail });

/**
 * Takes back what settled a short order, for the program itself. False: it stays, for the vendor
 * itself said what it bought, or what it lacks may have been asked for elsewhere.
 */
export async function takeBackUnasked(tx: Queries, id: number, why: string): Promise<boolean> {
  const [order] = await tx.query(
    `select from ledger.orders where id = $1 and state = 'short'
       -- Else remainder.csv may have offered what it lacks.
       and (follow is not null or bought + moved = quantity) for update`,
    [id],
  );
  const settlement = await lastSettlement(tx, id);
  if (!order || !settlement || (await askedAgain(tx, id)).length > 0) return false;
  await takeBack(tx, settlement, { who: 'witness', why });
  return true;
}

type Answer = Answered & { nonce: number };

/**
 * The orders that were settled with numbers which the vendor's own answer leaves out, by rising id.
 * For an attempt that the ledger had lost only a sale counts, and only of the same plan.
 */
function answeredOtherwise(tx: Queries, answers: Answer[]) {
  const named = answers.flatMap(({ orderId, numbers }) =>
    numbers.map((number) => ({ orderId, number })),
  );
  return tx.query<{ id: number; leftOut: string[] }>(
    `/* answered_otherwise */
     select o.id, l.numbers as "leftOut"
     from unnest($1::bigint[], $2::int[], $3::int[], $4::text[]) a(id, no, nonce, plan_key)
       join ledger.orders o on o.id = a.id and o.attempts = a.no
       join ledger.plans p on p.id = o.plan_id
       join ledger.attempts t on t.order_id = a.id and t.no = a.no, lateral (
         select array_agg(number::text) as numbers from (
           select number, order_id from ledger.numbers where order_id = o.id
           except select * from unnest($6::bigint[], $5::bigint[])) n) l
     where (t.nonce = a.nonce
         or t.nonce is null and ${PLAN_KEY} = a.plan_key and o.id = any($5::bigint[]))
       and o.state in ('filled', 'short') and t.settled_at is not null and t.answered_at is null
       and l.numbers is not null
     order by o.id`,
    [
      ...columns(answers, 'orderId', 'attempt', 'nonce', 'planKey'),
      ...columns(named, 'orderId', 'number'),
    ],
  );
}

/**
 * Takes such settlements back. Where what the order lacked was asked for elsewhere, it stays short
 * without what its answer leaves out. Others may have bought that: call `suspectOthers` when the
 * answers are recorded. Call it with the plans locked.
 */
export async function takeBackAnswered(tx: Queries, answers: Answer[]): Promise<void> {
  for (const { id, leftOut } of await answeredOtherwise(tx, answers)) {
    await tx.query('select from ledger.orders where id = $1 for update', [id]);
    const settlement = await lastSettlement(tx, id);
    if (!settlement) continue;
    if (await isAskedElsewhere(tx, settlement)) await leaveOut(tx, settlement, leftOut);
    else await takeBack(tx, settlement, ANSWERED_OTHERWISE);
  }
}

const ANSWERED_OTHERWISE: By & { why: string } = {
  who: 'vendor',
  why: 'The vendor itself answered late, and named other numbers than the order was settled with',
};

async function isAskedElsewhere(tx: Queries, { order, plan, state }: Settlement): Promise<boolean> {
  if ((await askedAgain(tx, order)).length > 0) return true;
  return state === 'short' && (await isRemainderOrdered(tx, plan));
}

/**
 * Who settled it and the vendor say different things. So nothing more is asked for in its place,
 * and the unsent successors of its line are withdrawn.
 */
async function leaveOut(
  tx: Queries,
  { order: id, attempt, state }: Settlement,
  leftOut: string[],
): Promise<void> {
  await withdrawOfLine(tx, id);
  await tx.query(
    `with left_out as (
       delete from ledger.numbers where order_id = $1 and number = any($2::bigint[]) returning 1)
     update ledger.orders set bought = bought - (select count(*) from left_out), reason = $3
     where id = $1`,
    [id, leftOut, ANSWERED_OTHERWISE.why],
  );
  await tx.query(
    `update ledger.attempts set settled_at = null, is_doubtful = true
     where order_id = $1 and no = $2`,
    [id, attempt],
  );
  await noteTakenBack(tx, id, ANSWERED_OTHERWISE, { was: state, is: state, numbers: leftOut });
}

/** The orders that were sent for what this one lacks. */
export async function askedAgain(tx: Queries, id: number): Promise<number[]> {
  // All of them are locked: one that waits could be claimed meanwhile.
  const later = await tx.query<{ id: number; attempts: number }>(
    `select s.id, s.attempts from ledger.orders o join ledger.orders s
       on s.root = ${rootOf('o')} and s.id > o.id
     where o.id = $1 and o.moved > 0 order by s.id for update of s`,
    [id],
  );
  return later.filter(({ attempts }) => attempts > 0).map((order) => order.id);
}

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
       reason = t.what, follow = ${LOOKED_AT_ANEW}
     from ledger.attempts t where o.id = $1 and t.order_id = o.id and t.no = o.attempts
     returning o.bought`,
    [id, numbers.length],
  );
  await tx.query(
    `update ledger.attempts set outcome = 'unknown', settled_at = null, is_doubtful = false,
       taken_back_at = ledger.now()
     where order_id = $1 and no = (select attempts from ledger.orders where id = $1)`,
    [id],
  );
  return order?.bought ?? 0;
}
