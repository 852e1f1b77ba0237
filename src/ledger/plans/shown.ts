import type { PlanDocument } from '../../documents/index.ts';
import { requireSeen, type Shown } from '../../seen.ts';
import type { Queries } from '../ledger.ts';
import { orderBounds } from '../order-id.ts';
import { findPlan } from './find.ts';

/** What the forms of a plan show. `hasRetry`: also the retry's, which reads all its orders. */
export async function shownOfPlan(
  ledger: Queries,
  plan: PlanDocument,
  hasRetry = true,
): Promise<Shown> {
  const { id, account, mode, sha256, submittedAt, state, rate, refused, undelivered } = plan;
  const { reason, heldUntil } = plan;
  return {
    // Ids begin again in another database.
    plan: [account, mode, sha256, submittedAt],
    ...(state === 'ready' && { pace: rate }),
    ...(state === 'paused' && { pause: [reason, heldUntil, await lastMove(ledger, id)] }),
    ...(hasRetry && { retry: refused + undelivered > 0 && (await retriable(ledger, id)) }),
  };
}

/** Stands for the orders that a retry would send again, and for what became of them so far. */
async function retriable(ledger: Queries, id: number): Promise<string | null> {
  const [row] = await ledger.query<{ orders: string | null }>(
    `select md5(string_agg(concat_ws('.', id, attempts), ' ' order by id)) as orders
     from ledger.orders where id > $1 and id < $2 and state in ('refused', 'undelivered')`,
    orderBounds(id),
  );
  return row?.orders ?? null;
}

/** The last event by which the plan was paused, or by which more of it waits. */
async function lastMove(ledger: Queries, id: number): Promise<number> {
  const [row] = await ledger.query<{ id: number }>(
    `select id from ledger.events
     where plan_id = $1 and kind in ('plan_paused', 'plan_limited', 'plan_retried', 'order_settled')
     order by id desc limit 1`,
    [id],
  );
  return row?.id ?? 0;
}

/** Throws AppError `wrong_state` when these parts are not what was seen. The plan is locked. */
export async function requireSeenPlan(
  tx: Queries,
  id: number,
  seen: string | undefined,
  ...parts: (keyof Shown)[]
): Promise<void> {
  if (seen === undefined) return;
  const now = await shownOfPlan(tx, await findPlan(tx, id), parts.includes('retry'));
  const meant = (['plan', ...parts] as const).filter((part) => part in now);
  requireSeen(seen, Object.fromEntries(meant.map((part) => [part, now[part]])));
}
