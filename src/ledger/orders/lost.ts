/** What a witness keeps of an account's attempts, compared with the ledger. */

import type { Bitmap } from '../../witness/index.ts';
import { pauseIn } from '../accounts/vouch.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { orderId, PLAN_KEY } from '../order-id.ts';
import { doubtIn, SENT_BEFORE } from './doubt.ts';
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

/**
 * Puts the orders in doubt that were sent and that the ledger does not know of, and pauses the
 * account, in one transaction. Null: the ledger has lost the plan.
 */
export function learnMarks(
  ledger: Ledger,
  bitmap: Bitmap,
  learning: Learning,
): Promise<Learnt | null> {
  return ledger.transaction((tx) => learnIn(tx, bitmap, learning));
}

/** The same within a transaction. */
export async function learnIn(
  tx: Queries,
  { planKey, attempt, bits }: Bitmap,
  { pause, ...doubt }: Learning,
): Promise<Learnt | null> {
  const { accountId } = doubt;
  const [sha256, copy] = planKey.split(':');
  const [plan] = await tx.query<{ id: number; orders: number }>(
    'lost_plan',
    'select id, orders from ledger.plans where account_id = $1 and sha256 = $2 and copy = $3',
    [accountId, sha256, Number(copy)],
  );
  if (!plan) return null;
  const [from, to] = [orderId(plan.id, 0), orderId(plan.id + 1, 0)];
  const rows = await tx.query<{ id: number }>(
    'lost_attempts',
    `select id from ledger.orders
     where id > $1 and id < $2 and attempts < $3 and id - $1 < 8 * length($4::bytea)
       and get_byte($4::bytea, ((id - $1) / 8)::int) & (128 >> ((id - $1) % 8)::int) <> 0`,
    [from, to, attempt, bits],
  );
  const ofAttempt = (id: number) => ({ orderId: id, attempt });
  const missing = await notInLedger(tx, successorsIn(bits, plan));
  await noteLostSuccessors(tx, missing.map(ofAttempt));
  const lost = rows.map(({ id }) => ofAttempt(id));
  const doubted = lost.length > 0 ? await doubtIn(tx, { ...doubt, lost, what: SENT_BEFORE }) : [];
  if (pause && doubted.length + missing.length > 0) await pauseIn(tx, accountId, pause);
  return { planId: plan.id, doubted, missing };
}

/**
 * Records answers that a witness has kept. They are those of the real senders, whom the ledger does
 * not know when it has lost the attempts.
 */
export async function recordKept(
  ledger: Ledger,
  accountId: number,
  answers: AnswerRecord[],
): Promise<void> {
  if (answers.length === 0) return;
  await ledger.query(
    'lost_senders',
    `update ledger.attempts t set nonce = kept.nonce
     from unnest($1::bigint[], $2::smallint[], $3::int[]) kept(order_id, attempt, nonce)
     where t.order_id = kept.order_id and t.no = kept.attempt
       and t.outcome = 'unknown' and t.nonce is null and t.answered_at is null`,
    [
      answers.map(({ orderId }) => orderId),
      answers.map(({ attempt }) => attempt),
      answers.map(({ nonce }) => nonce),
    ],
  );
  await recordAnswers(ledger, accountId, answers);
}

/** The ids of a bitmap's orders beyond those that the plan was split into. */
function successorsIn(bits: Buffer, { id, orders }: { id: number; orders: number }): number[] {
  const found: number[] = [];
  for (let ordinal = orders + 1; ordinal < 8 * bits.length; ordinal++) {
    const byte = bits[ordinal >> 3] ?? 0;
    // Most bytes are empty: an order seldom has a successor.
    if (byte === 0) ordinal |= 7;
    else if (byte & (128 >> (ordinal & 7))) found.push(orderId(id, ordinal));
  }
  return found;
}

async function notInLedger(tx: Queries, ids: number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<{ id: number }>(
    'lost_missing',
    'select id from ledger.orders where id = any($1::bigint[])',
    [ids],
  );
  const there = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !there.has(id));
}

const PAGE = 10_000;

/** The ledger's attempts of an account, in the form that a witness keeps. */
export async function* attemptMarks(
  ledger: Ledger,
  accountId: number,
): AsyncGenerator<{ planKey: string; orders: { order: number; attempts: number }[] }> {
  const plans = await ledger.query<{ id: number; planKey: string }>(
    'marks_plans',
    `select p.id, ${PLAN_KEY} as "planKey" from ledger.plans p where p.account_id = $1`,
    [accountId],
  );
  for (const { id, planKey } of plans) {
    for (let after = 0; ; ) {
      const orders = await ledger.query<{ order: number; attempts: number }>(
        'marks_orders',
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
