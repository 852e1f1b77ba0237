/** What a witness keeps of an account's attempts, compared with the ledger. */

import { type Bitmap, ordersIn } from '../../witness/index.ts';
import { pauseForPerson } from '../accounts/vouch.ts';
import { columns } from '../columns.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { orderId, PLAN_KEY } from '../order-id.ts';
import { lockAkin } from '../plans/lock.ts';
import { doubtOrders, type LostAttempt, SENT_BEFORE } from './doubt.ts';
import { lostSuccessorsOf, noteLostSuccessors } from './lost-successors.ts';
import { type AnswerRecord, recordAnswers } from './record.ts';

export type Learning = {
  accountId: number;
  /** As in `Doubt`. */
  deadlineMs: number;
  after?: number;
  /** Why the account pauses when an order is in doubt now; null: it does not. */
  pause: string | null;
};

/** What became of a bitmap's plan. */
export type Learnt = {
  planId: number;
  /** Its orders that are in doubt now. */
  doubted: number[];
  /** Successors that were sent, and that the ledger has not made, or has lost. */
  missing: number[];
};

/** Puts lost orders in doubt and pauses the account, in a transaction. Null: the plan is lost. */
export async function learnMarks(
  tx: Queries,
  { planKey, attempt, bits }: Bitmap,
  { pause, ...doubt }: Learning,
): Promise<Learnt | null> {
  const { accountId } = doubt;
  const [sha256] = planKey.split(':');
  const [plan] = await tx.query<{ id: number }>(
    `select p.id from ledger.plans p
     where p.account_id = $1 and p.sha256 = $2 and ${PLAN_KEY} = $3`,
    [accountId, sha256, planKey],
  );
  if (!plan) return null;
  const ids = ordersIn(bits).map((ordinal) => orderId(plan.id, ordinal));
  const { lost, missing } = await attemptsNotKnown(tx, ids, attempt);
  if (lost.length + missing.length > 0) await lockAkin(tx, plan.id);
  await noteLostSuccessors(tx, missing, doubt.deadlineMs);
  const doubted = await doubtOrders(tx, { ...doubt, lost, what: SENT_BEFORE });
  if (pause && doubted.length + missing.length > 0) await pauseForPerson(tx, accountId, pause);
  return { planId: plan.id, doubted, missing: missing.map((each) => each.orderId) };
}

/** How many orders a statement asks for, or an answer brings. */
const PAGE = 10_000;

/** The orders that lack this attempt, and those that the ledger lacks; at the cost of the marks. */
async function attemptsNotKnown(tx: Queries, ids: number[], attempt: number) {
  const lost: LostAttempt[] = [];
  const missing: LostAttempt[] = [];
  for (let from = 0; from < ids.length; from += PAGE) {
    const rows = await tx.query<{ orderId: number; isMissing: boolean }>(
      `select marked.id as "orderId", o.id is null as "isMissing"
       from unnest($1::bigint[]) marked(id) left join ledger.orders o using (id)
       where o.id is null or o.attempts < $2`,
      [ids.slice(from, from + PAGE), attempt],
    );
    for (const { orderId, isMissing } of rows)
      (isMissing ? missing : lost).push({ orderId, attempt });
  }
  return { lost, missing };
}

/** Records answers that a witness has kept, of senders whom a ledger that went back has lost. */
export async function recordKept(
  ledger: Ledger,
  accountId: number,
  answers: AnswerRecord[],
): Promise<void> {
  if (answers.length === 0) return;
  await ledger.query(
    `update ledger.attempts t set nonce = kept.nonce
     from unnest($1::bigint[], $2::integer[], $3::int[]) kept(order_id, attempt, nonce)
     where t.order_id = kept.order_id and t.no = kept.attempt
       and t.outcome = 'unknown' and t.nonce is null and t.answered_at is null`,
    columns(answers, 'orderId', 'attempt', 'nonce'),
  );
  await recordAnswers(ledger, accountId, answers);
}

/** The ledger's attempts of an account, in the form that a witness keeps. */
export async function* attemptMarks(
  ledger: Ledger,
  accountId: number,
): AsyncGenerator<{ planKey: string; orders: { order: number; attempts: number }[] }> {
  const plans = await ledger.query<{ id: number; planKey: string }>(
    `select p.id, ${PLAN_KEY} as "planKey" from ledger.plans p where p.account_id = $1`,
    [accountId],
  );
  for (const { id, planKey } of plans) {
    for (let after = 0; ; ) {
      const orders = await ledger.query<{ order: number; attempts: number }>(
        `select (id - $1)::int as "order", attempts from ledger.orders
         where id > $1 + $2 and id < $3 and attempts > 0 order by id limit ${PAGE}`,
        [orderId(id, 0), after, orderId(id + 1, 0)],
      );
      if (orders.length > 0) yield { planKey, orders };
      after = orders.at(-1)?.order ?? 0;
      if (orders.length < PAGE) break;
    }
    const lost = await lostSuccessorsOf(ledger, id);
    if (lost.length > 0) yield { planKey, orders: lost };
  }
}
