import {
  type Account,
  beginRequeue,
  endPlans,
  endRequeue,
  expireAttempts,
  fillablePlans,
  findAccount,
  giveBackWithdrawal,
  type Ledger,
  noteProgress,
  noteWithdrawn,
  renewProbe,
  takeWithdrawal,
  wantsRequeue,
} from '../ledger/index.ts';
import type { Log } from '../log.ts';
import type { Meter } from '../monitor/index.ts';
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

export type SweepContext = {
  ledger: Ledger;
  queue: OrderQueue;
  account: Account;
  log: Log;
  /** Whether the ledger may be believed: before it is, the queue is not filled. */
  vouch?: () => Promise<boolean>;
  /** Run before a plan's first orders enter the queue. */
  beforeFirst?: () => Promise<void>;
  /** How many jobs the queue may hold. */
  depth?: Depth;
  /** Told what had to be put right. */
  meter?: Meter | undefined;
};

/**
 * Puts right whatever a crash, an emptied Redis, a clock or a person's wish has left to do, once a
 * second. Of all workers the ticker does it (src/ledger/accounts/watched-time.ts). It is not a job
 * of the queue itself, because it has to work when the queue has been emptied: it is what fills it
 * again.
 */
export async function sweep(context: SweepContext): Promise<void> {
  const { ledger, queue, account, log, beforeFirst, depth, meter } = context;
  const isVouchedFor = (await context.vouch?.()) ?? true;
  await rebuildQueue(context);
  // Also when nobody saw the clock being set, or the ledger has lost that it was.
  const promoted = await promoteFarOff(queue);
  if (promoted > 0)
    log.warn({ jobs: promoted }, 'jobs were delayed by a false clock: they are due');
  const { rate } = await findAccount(ledger, account.name);
  // Said every time: a Redis that was emptied has forgotten it, and without it no rest is kept.
  await setLimit(queue, rate);
  const expired = await expireAttempts(ledger, account.id);
  if (expired.length > 0) log.warn({ orders: expired }, 'no answer in time: unknown');
  meter?.swept('expired', expired.length);
  await renewProbe(ledger, account.id);
  await noteProgress(ledger, account.id);
  // At the same time: of a huge plan that was cancelled, either takes seconds.
  await all([endPlans(ledger, account.id), withdrawJobs(context)]);
  if (!isVouchedFor) return;
  const { added, restored } = await fillQueue(queue, ledger, account.id, depth, beforeFirst);
  if (restored) meter?.swept('restored', added);
  if (restored) log.warn({ added }, 'the queue had lost jobs: filled again from the ledger');
  else if (added > 0) log.info({ added }, 'queue filled');
}

/**
 * After a clock was set. The queue is paused meanwhile, so one that a person has paused is left as
 * it is until they resume it: the pause could not be told from ours.
 */
async function rebuildQueue({ ledger, queue, account, log }: SweepContext): Promise<void> {
  const wish = await wantsRequeue(ledger, account.id);
  if (wish === null || (wish === 'wanted' && (await isOnHold(queue)))) return;
  await beginRequeue(ledger, account.id);
  await razeQueue(queue);
  await endRequeue(ledger, account.id);
  log.warn('a clock was set: the queue is built anew from the ledger');
}

/** Jobs that leave the queue between two looks at the ledger: other workers take the next ones. */
const WITHDRAWN = 2_000;
const ALL = 10_000_000;

/** The jobs of paused and cancelled plans leave the queue. */
async function withdrawJobs({ ledger, queue, account, meter }: SweepContext): Promise<void> {
  // Nothing else is due then. If something is a moment later, it is missed and put in again.
  const isAlone = (await fillablePlans(ledger, account.id)).length === 0;
  while (true) {
    const some = await takeWithdrawal(ledger, account.id, isAlone ? ALL : WITHDRAWN);
    if (!some) return;
    try {
      await (isAlone ? emptyQueue(queue) : removeJobs(queue, some.orderIds));
    } catch (error) {
      // If the ledger is away as well, they are delivered, and no claim to them is granted.
      await giveBackWithdrawal(ledger, some).catch(() => {});
      throw error;
    }
    await noteWithdrawn(ledger, some);
    meter?.swept('withdrawn', some.orderIds.length);
  }
}

/** Waits for all, also when one of them fails: none of a sweep goes on beside the next. */
async function all(deeds: Promise<void>[]): Promise<void> {
  for (const deed of await Promise.allSettled(deeds)) {
    if (deed.status === 'rejected') throw deed.reason;
  }
}
