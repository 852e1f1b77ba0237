/** What a witness keeps of an account's attempts, compared with the ledger. */

import type { Bitmap } from '../../witness/index.ts';
import type { Ledger } from '../ledger.ts';
import { orderId } from '../order-id.ts';
import type { LostAttempt } from './doubt.ts';
import { lostSuccessorsOf } from './lost-successors.ts';

/** What a bitmap knows of a plan that the ledger does not. */
export type LostOfPlan = {
  planId: number;
  lost: LostAttempt[];
  /** Successors that were sent, and that the ledger has not made, or has lost. */
  successors: LostAttempt[];
};

/** Null: the ledger has lost the plan. */
export async function lostAttempts(
  ledger: Ledger,
  accountId: number,
  { planKey, attempt, bits }: Bitmap,
): Promise<LostOfPlan | null> {
  const [sha256, copy] = planKey.split(':');
  const [plan] = await ledger.query<{ id: number; orders: number }>(
    'lost_plan',
    'select id, orders from ledger.plans where account_id = $1 and sha256 = $2 and copy = $3',
    [accountId, sha256, Number(copy)],
  );
  if (!plan) return null;
  const [from, to] = [orderId(plan.id, 0), orderId(plan.id + 1, 0)];
  const rows = await ledger.query<{ id: number }>(
    'lost_attempts',
    `select id from ledger.orders
     where id > $1 and id < $2 and attempts < $3 and id - $1 < 8 * length($4::bytea)
       and get_byte($4::bytea, ((id - $1) / 8)::int) & (128 >> ((id - $1) % 8)::int) <> 0`,
    [from, to, attempt, bits],
  );
  const missing = await missingOf(ledger, successorsIn(bits, plan));
  return {
    planId: plan.id,
    lost: rows.map(({ id }) => ({ orderId: id, attempt })),
    successors: missing.map((id) => ({ orderId: id, attempt })),
  };
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

/**
 * Notes plans that were sent and that the ledger has lost, by the keys of the witness. Returns
 * those that were not noted before.
 */
export async function noteLostPlans(
  ledger: Ledger,
  accountId: number,
  planKeys: string[],
): Promise<string[]> {
  if (planKeys.length === 0) return [];
  const rows = await ledger.query<{ key: string }>(
    'lost_plans_note',
    `insert into ledger.lost_plans (account_id, plan_key) select $1, unnest($2::text[])
     on conflict on constraint lost_plans_pkey do nothing returning plan_key as key`,
    [accountId, planKeys],
  );
  return rows.map(({ key }) => key);
}

async function missingOf(ledger: Ledger, ids: number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await ledger.query<{ id: number }>(
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
    `select id, sha256 || ':' || copy as "planKey" from ledger.plans where account_id = $1`,
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
