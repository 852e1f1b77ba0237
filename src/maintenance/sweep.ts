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

/** The rest of a huge plan is left to the next sweep: other plans need this one. */
const CANCEL_FOR_MS = 1_000;

const NOT_MADE = 'some successors could not be made';
// No claim takes them in any case.
const NOT_DOUBTED = 'orders that are never sent again still wait';

export type SweepContext = {
  ledger: Ledger;
  queue: OrderQueue;
  account: Account;
  log: Log;
  /** Whether the ledger may be believed. Until then the queue is not filled. */
  vouch?: () => Promise<boolean>;
  /** Runs before a plan's first orders enter the queue. */
  beforeFirst?: () => Promise<void>;
  /** How many jobs the queue may hold. */
  depth?: Depth;
  /** Counts what was repaired. */
  meter?: Meter | undefined;
};

/**
 * Repairs once a second what a crash, an emptied Redis, a clock or a person's wish has left undone.
 * One worker does it: the account's ticker (src/ledger/accounts/watched-time.ts). It is not a job
 * of the queue, because it has to work, and refill the queue, when the queue was emptied.
 */
export async function sweep(context: SweepContext): Promise<void> {
  const { ledger, queue, account, log, beforeFirst, depth, meter } = context;
  const isVouchedFor = (await context.vouch?.()) ?? true;
  // First what needs no queue: it continues while the queue is away.
  await tendLedger(context, await findChores(ledger, account.id), isVouchedFor);
  // The ledger has changed: a line may have a successor, or a plan no pending order.
  const chores = await findChores(ledger, account.id);
  // In parallel: after the cancelling of a huge plan, either one takes seconds.
  const ended = chores.mayEnd ? endPlans(ledger, account.id, { withinMs: CANCEL_FOR_MS }) : null;
  await all([ended, tendQueue(context, chores)]);
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
  if (isVouchedFor && chores.isDoubtful)
    await doubtFinal(ledger, account.id).catch((err) => log.error({ err }, NOT_DOUBTED));
  if (isVouchedFor && chores.lacksNumbers) {
    const everyMs = TRY_EVERY_MS[account.mode];
    await openSuccessors(ledger, account.id, everyMs).catch((err) => log.error({ err }, NOT_MADE));
  }
  if (chores.progresses) await noteProgress(ledger, account.id);
}

async function tendQueue(context: SweepContext, chores: Chores): Promise<void> {
  const { ledger, queue, account, log } = context;
  await rebuildQueue(context, chores);
  // Also when no process saw the clock change, or the ledger has lost the note of it.
  const promoted = await promoteFarOff(queue);
  if (promoted > 0)
    log.warn({ jobs: promoted }, 'jobs were delayed by a wrong clock: they are due now');
  // Set every time: a Redis that was emptied has forgotten it, and without it no rest works.
  await setLimit(queue, chores.rate, () => isQueuePaused(ledger, account.id));
  if (chores.hasStopped) await removeStoppedJobs(context, chores);
}

/**
 * After a clock was set. Rebuilding pauses the queue, and that pause looks like a person's. So a
 * queue that a person has paused is left alone until they resume it.
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

/** Jobs removed between two looks at the ledger. The next sweep takes the next ones. */
const REMOVED_AT_ONCE = 2_000;

/** Removes the jobs of paused and cancelled plans from the queue. */
async function removeStoppedJobs(
  { ledger, queue, account, meter }: SweepContext,
  { hasPending }: Chores,
): Promise<void> {
  const successors = await stoppedSuccessors(ledger, account.id);
  await removeJobs(queue, successors);
  await noteSuccessors(ledger, successors, false);
  // No running plan has jobs. One that starts just now may lose its first: they are queued again.
  const atOnce = hasPending ? REMOVED_AT_ONCE : PLAN_ROOM;
  while (true) {
    const some = await findStoppedJobs(ledger, account.id, atOnce);
    if (!some) return;
    await (hasPending ? removeJobs(queue, some.orderIds) : emptyQueue(queue));
    await noteJobsRemoved(ledger, some);
    meter?.swept('removed', some.orderIds.length);
  }
}

/** Waits for all, even when one fails: no part of a sweep overlaps the next sweep. */
async function all(operations: (Promise<void> | null)[]): Promise<void> {
  for (const operation of await Promise.allSettled(operations)) {
    if (operation.status === 'rejected') throw operation.reason;
  }
}
