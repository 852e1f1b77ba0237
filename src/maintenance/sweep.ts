import {
  type Account,
  beginRequeue,
  type Chores,
  continueWithinLimits,
  doubtFinal,
  endPlans,
  endRequeue,
  expireAttempts,
  findChores,
  findStoppedJobs,
  isQueuePaused,
  type Ledger,
  noteJobsRemoved,
  noteProgress,
  noteSuccessors,
  openSuccessors,
  renewProbe,
  stoppedSuccessors,
} from '../ledger/index.ts';
import type { Log } from '../log.ts';
import type { Meter } from '../monitor/index.ts';
import { PLAN_ROOM } from '../order-size.ts';
import { TRY_EVERY_MS } from '../plan/index.ts';
import {
  type Depth,
  emptyQueue,
  fillQueue,
  isOnHold,
  type OrderQueue,
  promoteFarOff,
  razeQueue,
  removeJobs,
  setLimit,
} from '../queue/index.ts';

/** Time to cancel orders of huge plans, ms. The next sweep continues: other plans need this one. */
const CANCEL_FOR_MS = 1_000;

export type SweepContext = {
  ledger: Ledger;
  queue: OrderQueue;
  account: Account;
  log: Log;
  /** Whether the ledger may be believed. Until then the queue is not filled. */
  vouch?: () => Promise<boolean>;
  /** Runs before a plan's first orders enter the queue. */
  beforeFirst?: () => Promise<void>;
  depth?: Depth;
  meter?: Meter | undefined;
};

/**
 * Puts right what a crash, an emptied Redis, a clock or a person left to do. The account's ticker
 * (src/ledger/accounts/watched-time.ts) sweeps once a second. A job could not do so: sweeps refill
 * an emptied queue.
 */
export async function sweep(context: SweepContext): Promise<void> {
  const { ledger, queue, account, log, beforeFirst, depth, meter } = context;
  const isVouchedFor = (await context.vouch?.()) ?? true;
  // First the ledger, which needs no queue.
  await tendLedger(context, await findChores(ledger, account.id), isVouchedFor);
  // The ledger has changed: a line may have a successor, or a plan no pending order.
  const chores = await findChores(ledger, account.id);
  // In parallel: after a huge plan was cancelled, each of them takes seconds.
  const ended = chores.mayEnd ? endPlans(ledger, account.id, { withinMs: CANCEL_FOR_MS }) : null;
  await bothDone([ended, tendQueue(context, chores)]);
  if (!isVouchedFor || !chores.hasPending) return;
  const { added, restored } = await fillQueue(queue, ledger, account.id, depth, beforeFirst);
  if (restored) meter?.swept('restored', added);
  if (restored) log.warn({ added }, 'the queue had lost jobs: filled again from the ledger');
  else if (added > 0) log.info({ added }, 'queue filled');
}

async function tendLedger(
  { ledger, account, log, meter }: SweepContext,
  chores: Chores,
  isVouchedFor: boolean,
): Promise<void> {
  const expired = chores.isSending ? await expireAttempts(ledger, account.id) : [];
  if (expired.length > 0) log.warn({ orders: expired }, 'no answer in time: unknown');
  meter?.swept('expired', expired.length);
  if (chores.isProbing) await renewProbe(ledger, account.id);
  if (chores.isHeld) await continueWithinLimits(ledger, account.id);
  // After an error the orders wait on, and no claim takes them.
  if (isVouchedFor && chores.isDoubtful)
    await doubtFinal(ledger, account.id).catch((err) =>
      log.error({ err }, 'orders that are never sent again still wait'),
    );
  if (isVouchedFor && chores.lacksNumbers)
    await openSuccessors(ledger, account.id, TRY_EVERY_MS[account.mode]).catch((err) =>
      log.error({ err }, 'some successors could not be made'),
    );
  if (chores.progresses) await noteProgress(ledger, account.id);
}

async function tendQueue(context: SweepContext, chores: Chores): Promise<void> {
  const { ledger, queue, account, log } = context;
  await rebuildQueue(context, chores);
  // Every time: perhaps no process saw the clock change, or the ledger has lost the note.
  const promoted = await promoteFarOff(queue);
  if (promoted > 0)
    log.warn({ jobs: promoted }, 'jobs were delayed by a wrong clock: they are due now');
  // Every time: an emptied Redis has no limit, and without a limit the queue cannot rest.
  await setLimit(queue, chores.rate, () => isQueuePaused(ledger, account.id));
  if (chores.hasStopped) await removeStoppedJobs(context, chores);
}

/**
 * Rebuilds the queue after a clock was set. A queue that a person has paused is left alone until
 * they resume it. Rebuilding pauses the queue too, so a rebuild that has begun goes on.
 */
async function rebuildQueue(
  { ledger, queue, account, log }: SweepContext,
  { requeue }: Chores,
): Promise<void> {
  if (requeue === null || (requeue === 'wanted' && (await isOnHold(queue)))) return;
  await beginRequeue(ledger, account.id);
  await razeQueue(queue);
  await endRequeue(ledger, account.id);
  log.warn('a clock was set: the queue is built again from the ledger');
}

/** Jobs removed between two looks at the ledger. */
const REMOVED_AT_ONCE = 2_000;

/** Removes the jobs of paused and cancelled plans from the queue. */
async function removeStoppedJobs(
  { ledger, queue, account, meter }: SweepContext,
  { hasPending }: Chores,
): Promise<void> {
  const successors = await stoppedSuccessors(ledger, account.id);
  await removeJobs(queue, successors);
  await noteSuccessors(ledger, successors, false);
  // Without pending orders, all jobs go. A plan that starts just now gets its jobs again.
  const atOnce = hasPending ? REMOVED_AT_ONCE : PLAN_ROOM;
  while (true) {
    const some = await findStoppedJobs(ledger, account.id, atOnce);
    if (!some) return;
    await (hasPending ? removeJobs(queue, some.orderIds) : emptyQueue(queue));
    await noteJobsRemoved(ledger, some);
    meter?.swept('removed', some.orderIds.length);
  }
}

/** Waits for both, even when one fails: no part of a sweep overlaps the next sweep. */
async function bothDone(operations: (Promise<void> | null)[]): Promise<void> {
  for (const operation of await Promise.allSettled(operations)) {
    if (operation.status === 'rejected') throw operation.reason;
  }
}
