import { doneWithin } from '../done-within.ts';
import {
  type By,
  endPlans,
  findAccount,
  findPlan,
  type PlanDocument,
  steerPlan,
} from '../ledger/index.ts';
import type { Desk } from './desk.ts';

/** A plan of ordinary size is done by then; of a huge one nobody waits for the rest. */
const PATIENCE_MS = 1_000;

/**
 * Cancels a plan, by a person: nothing of it is claimed from that moment on. What is left of its
 * orders is counted as cancelled within the second, of a huge plan a little later.
 */
export async function cancelPlan(desk: Desk, id: number, by: By): Promise<PlanDocument> {
  const { account } = await steerPlan(desk.ledger, id, 'cancel', by);
  const { id: accountId } = await findAccount(desk.ledger, account);
  const rest = endPlans(desk.ledger, accountId).catch((error) =>
    // A worker will do it, as it would have a second later; but there may be none.
    desk.log.warn({ err: error, plan: id }, 'the rest of a cancelled plan was not counted here'),
  );
  await doneWithin(PATIENCE_MS, rest);
  return findPlan(desk.ledger, id);
}
