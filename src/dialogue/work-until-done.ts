import { counted } from '../english.ts';
import {
  type Account,
  endPlans,
  findPlan,
  type Ledger,
  listPlans,
  type PlanDocument,
} from '../ledger/index.ts';
import { type StandingPlan, standingOf } from '../obstacles/index.ts';
import { operationsOnLedger } from '../operations/index.ts';
import type { Session } from '../session/index.ts';
import { say, stopSignals } from '../terminal/index.ts';
import type { Workers } from '../worker/index.ts';
import { followPlan } from './follow.ts';

/**
 * Also what `watch --work` does: works in this process until nothing more can be done. The first
 * signal lets what is in flight finish, the second does not wait for it.
 */
export async function workUntilDone(
  session: Session,
  { account, workers }: { account: Account; workers: Workers },
  planId: number,
): Promise<StandingPlan> {
  const signals = stopSignals();
  workers.start();
  try {
    sayWhatNext(
      await followPlan(operationsOnLedger(session, workers.queues), planId, signals.first),
    );
  } finally {
    await Promise.race([workers.stop(), signals.second]);
  }
  // What was in flight has been answered meanwhile, and may have been all that was left.
  await endPlans(session.ledger, account.id);
  // Its worker is gone, and has taken the queue along: neither is missed.
  const sources = { ledger: session.ledger, queueOf: null, worksFor: [account.name] };
  return standingOf(sources, await findPlan(session.ledger, planId));
}

/** A worker serves its whole account: says what else it buys, besides the plan. */
export async function sayWhatElse(
  ledger: Ledger,
  { name }: Account,
  planId?: number,
): Promise<void> {
  const others = (await listPlans(ledger)).filter(
    ({ id, account, state, pending }) =>
      id !== planId && account === name && state === 'running' && pending > 0,
  );
  for (const { id, name, pending } of others.reverse()) {
    say(
      `Plan ${id} (${name}) is started as well, with ${counted(pending, 'number')} still to ` +
        `buy, and goes on now; "pause ${id}" holds it back.`,
    );
  }
}

/** Says that a signal has come before the end. Other ends are said with the plan's sums. */
function sayWhatNext({ id, state, endedAt, pendingOrders, isMoving }: PlanDocument) {
  if (endedAt !== null || pendingOrders === 0 || state !== 'running' || !isMoving) return;
  say(
    `Stopping. What is in flight is finished first. Plan ${id} stays started: "watch ${id} ` +
      `--work" goes on with it, as any worker does; "pause ${id}" holds it back.`,
  );
}
