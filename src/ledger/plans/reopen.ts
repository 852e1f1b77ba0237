import type { Queries } from '../ledger.ts';
import { REOPENED_STATE } from '../lost-plans/hold-up.ts';
import { orderBounds } from '../order-id.ts';
import { suspectContradicted } from '../orders/contradicted.ts';
import { accountsLinked } from './lock.ts';

/** Some orders wait again: a finished plan goes on, and the queue is filled from its beginning. */
export async function reopenPlan(tx: Queries, id: number): Promise<void> {
  await tx.query('update ledger.plans set queued_to = 0 where id = $1', [id]);
  await tx.query(
    `update ledger.orders set queued = false
     where id > $1 and id < $2 and root is not null and state = 'waiting' and queued`,
    orderBounds(id),
  );
  await goOn(tx, id);
}

/**
 * A plan that had ended goes on. Lists that were kept meanwhile were not compared with what it asks
 * for in the place of another plan, also of another account's. Call it while `lockSettling` holds.
 */
export async function goOn(tx: Queries, id: number): Promise<void> {
  const ended = await tx.query(
    `update ledger.plans p set ended_at = null, state = ${REOPENED_STATE}
     where id = $1 and ended_at is not null returning id`,
    [id],
  );
  if (ended.length === 0) return;
  await suspectContradicted(tx, ...(await accountsLinked(tx, id)));
}
