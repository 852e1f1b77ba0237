/** Withdraws successors that were never sent: their families lack again what these asked for. */
import type { Ledger, Queries } from '../ledger.ts';
import { askedLine, isOfLine, isOfPlan, rootOf } from '../order-id.ts';
import { isUnrecorded } from '../orders/surplus.ts';
import { lockPlan } from '../plans/lock.ts';

/** SQL: whether `s` is a successor that was never sent. */
export const IS_UNSENT = `s.root is not null and s.attempts = 0
  and s.state in ('waiting', 'cancelled')`;

/**
 * Those that belong to new tries of a plan, or of one of its lines: a person has closed it, or its
 * time is over.
 */
export async function withdrawTries(
  tx: Queries,
  planId: number,
  line: number | null,
): Promise<void> {
  await tx.query(
    `delete from ledger.orders s
     using ledger.lines l
     where ${isOfPlan('s.id', '$1::int')}
       and ${IS_UNSENT} and l.plan_id = $1 and l.line = s.line
       and ($2::int is null or l.asked_line = $2)
       and exists (select from ledger.orders m where m.root = s.root and m.step = 0)`,
    [planId, line],
  );
}

/**
 * Those of the line that order `id` is for: while that order is unknown, nobody knows what the line
 * lacks or what is left of its caps.
 */
export async function withdrawOfLine(tx: Queries, id: number): Promise<void> {
  await tx.query(
    `delete from ledger.orders s using ledger.orders o, ledger.lines ol, ledger.lines sl
     where o.id = $1 and ol.plan_id = o.plan_id and ol.line = o.line
       and sl.plan_id = o.plan_id and sl.asked_line = coalesce(ol.asked_line, ol.line)
       and s.plan_id = o.plan_id and s.line = sl.line and s.id <> $1 and ${IS_UNSENT}`,
    [id],
  );
}

/**
 * Those whose family may lack nothing: the vendor named more numbers for it than are recorded. And
 * those of their line that the database has marked, since a rung has a cap.
 */
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
