/** Withdraws successors that were never sent, and ends tries that wait to be sent again. */
import type { Ledger, Queries } from '../ledger.ts';
import { askedLine, isOfLine, isOfPlan, planOf, rootOf } from '../order-id.ts';
import { isUnrecorded } from '../orders/surplus.ts';
import { lockPlan } from '../plans/lock.ts';

/** SQL: whether `s` is a successor that was never sent. */
export const IS_UNSENT = `s.root is not null and s.attempts = 0
  and s.state in ('waiting', 'cancelled')`;

/**
 * Ends the waiting tries of a plan, or of a line. Those never sent are withdrawn, others are
 * cancelled: they bought nothing. What is final is left, for it may have bought something.
 */
export async function endTries(tx: Queries, planId: number, line: number | null): Promise<void> {
  // The index of waiting successors finds them.
  const isOfThese = `${isOfPlan('s.id', '$1::int')} and s.is_try
    and s.root is not null and s.state = 'waiting'
    and l.plan_id = $1 and l.line = s.line and ($2::int is null or l.asked_line = $2)`;
  await tx.query(
    `delete from ledger.orders s using ledger.lines l where ${isOfThese} and ${IS_UNSENT}`,
    [planId, line],
  );
  await tx.query(
    `update ledger.orders s set state = 'cancelled', not_before = null, reason = null
     from ledger.lines l
     where ${isOfThese} and s.is_final is not true`,
    [planId, line],
  );
}

/** The same of the line that this order is a try of. */
export async function endTriesWith(ledger: Ledger, id: number): Promise<void> {
  const planId = planOf(id);
  await ledger.transaction(async (tx) => {
    await lockPlan(tx, planId);
    const [order] = await tx.query<{ line: number }>(
      `select l.asked_line as line
       from ledger.orders o join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
       where o.id = $1 and ${IS_ENDED_TRY}`,
      [id],
    );
    if (order) await endTries(tx, planId, order.line);
  });
}

/** SQL: whether order `o` of line `l` belongs to a new try of a line that is not tried any more. */
export const IS_ENDED_TRY = '(o.is_try is true and not ledger.is_tried(o.plan_id, l.asked_line))';

/** Those of the line of order `id`: while it is unknown, nobody knows what the line lacks. */
export async function withdrawOfLine(tx: Queries, id: number): Promise<void> {
  await tx.query(
    `delete from ledger.orders s using ledger.orders o, ledger.lines ol, ledger.lines sl
     where o.id = $1 and ol.plan_id = o.plan_id and ol.line = o.line
       and sl.plan_id = o.plan_id and sl.asked_line = coalesce(ol.asked_line, ol.line)
       and s.plan_id = o.plan_id and s.line = sl.line and s.id <> $1 and ${IS_UNSENT}`,
    [id],
  );
}

/** Those of families with unrecorded numbers, and those that the database marked for a cap. */
export async function withdrawDoubtful(ledger: Ledger, accountId: number): Promise<void> {
  const found = await ledger.query<{ id: number; plan: number }>(
    // One after the other: without statistics the database would read all orders.
    `select distinct s.id, s.plan_id as plan
     from (select * from ledger.disputes d where ${isUnrecorded('d')} offset 0) d, lateral (
       select ${rootOf('o')} as root, plan_id, line from ledger.orders o
       where id = d.order_id offset 0) m,
     lateral (
       select a.* from ledger.lines l join ledger.lines a
         on a.plan_id = l.plan_id and a.line = ${askedLine('l')}
       where l.plan_id = m.plan_id and l.line = m.line offset 0) asked,
     lateral (
       select * from ledger.orders s where ${isOfLine('s.root', 'asked')}
         and (s.root = m.root or s.is_final) and ${IS_UNSENT} offset 0) s
       join ledger.plans p on p.id = s.plan_id and p.account_id = $1`,
    [accountId],
  );
  for (const { id, plan } of found) {
    await ledger.transaction(async (tx) => {
      await lockPlan(tx, plan);
      await tx.query(`delete from ledger.orders s where s.id = $1 and ${IS_UNSENT}`, [id]);
    });
  }
}
