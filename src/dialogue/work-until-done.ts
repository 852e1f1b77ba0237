import { counted } from '../english.ts';
import {
  type Account,
  endPlans,
  fillablePlans,
  findPlan,
  isPlaced,
  type Ledger,
  type PlanDocument,
} from '../ledger/index.ts';
import { type ObservedPlan, observe } from '../obstacles/index.ts';
import { operationsOnLedger } from '../operations/index.ts';
import type { Session } from '../session/index.ts';
import { say, stopSignals } from '../terminal/index.ts';
import type { Workers } from '../worker/index.ts';
import { followPlan } from './follow.ts';

/**
 * Places a plan's orders in this process until nothing more can be done. At the first signal orders
 * in flight finish; the second does not wait for them.
 */
export async function workUntilDone(
  session: Session,
  { account, workers }: { account: Account; workers: Workers },
  planId: number,
): Promise<ObservedPlan> {
  const signals = stopSignals();
  workers.start();
  try {
    const operations = operationsOnLedger(session, workers.queues);
    sayWhatNext(await followPlan(operations, planId, signals.first));
  } finally {
    await Promise.race([workers.stop(), signals.second]);
  }
  // The last answers may have come while the worker stopped.
  await endPlans(session.ledger, account.id);
  // The worker and its queue are closed: neither is an obstacle.
  const sources = { ledger: session.ledger, queueOf: null, worksFor: [account.name] };
  return observe(sources, await findPlan(session.ledger, planId));
}

export async function sayWhatElse(
  ledger: Ledger,
  account: Account,
  planId?: number,
): Promise<void> {
  const others = (await fillablePlans(ledger, account.id)).filter(({ id }) => id !== planId);
  for (const other of others) {
    const { id, name, pending } = await findPlan(ledger, other.id);
    say(
      `Plan ${id} (${name}) is running, too: ${counted(pending, 'number')} still to buy. ` +
        `To pause it: "pause ${id}"`,
    );
  }
}

/** After a signal before the end. Any other end is explained with the plan's sums. */
function sayWhatNext(plan: PlanDocument) {
  const { id, endedAt, pendingOrders, isMoving } = plan;
  if (endedAt !== null || pendingOrders === 0 || !isPlaced(plan) || !isMoving) return;
  say(
    `Stopping: orders in flight finish first. Plan ${id} stays started, for any worker. ` +
      `To continue here: "watch ${id} --work". To pause it: "pause ${id}"`,
  );
}
