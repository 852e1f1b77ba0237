import {
  type Account,
  endPlans,
  expireAttempts,
  findAccount,
  type Ledger,
  maySweep,
  noteProgress,
  noteRemoved,
  renewTrial,
  stoppedOrders,
} from '../src/ledger/index.ts';
import type { Log } from '../src/log.ts';
import type { Meter } from '../src/monitor/index.ts';
import {
  type Depth,
  fillQueue,
  type OrderQueue,
  removeJobs,
  setLimit,
} from '../src/queue/index.ts';

export type Sweeping = {
  ledger: Ledger;
  queue: OrderQueue;
  account: Account;
  log: Log;
  /** Who sweeps. */
  worker: string;
  /** Run before a plan's first orders enter the queue. */
  beforeFirst?: () => Promise<void>;
  /** How many jobs the queue may hold. */
  depth?: Depth;
  /** Told what had to be put right. */
  meter?: Meter | undefined;
};

/**
 * Puts right whatever a crash, an emptied Redis or a person's wish has left to do, once a second.
 * Every worker offers to; one of them gets the right from the ledger. It is not a job of the queue
 * itself, because it has to work when the queue has been emptied: it is what fills it again.
 */
export async function sweep(sweeping: Sweeping): Promise<boolean> {
  const { ledger, queue, account, log, worker, beforeFirst, depth, meter } = sweeping;
  if (!(await maySweep(ledger, account.id))) return false;
  const { rate } = await findAccount(ledger, account.name);
  // Said every time: a Redis that was emptied has forgotten it, and without it no rest is kept.
  await setLimit(queue, rate);
  const expired = await expireAttempts(ledger, account.id, worker);
  if (expired.length > 0) log.warn({ orders: expired }, 'no answer in time: unknown');
  meter?.swept('expired', expired.length);
  await renewTrial(ledger, account.id);
  await noteProgress(ledger, account.id);
  await endPlans(ledger, account.id);
  for (const { planId, queuedTo, orderIds } of await stoppedOrders(ledger, account.id)) {
    await removeJobs(queue, orderIds);
    await noteRemoved(ledger, planId, queuedTo);
    meter?.swept('withdrawn', orderIds.length);
  }
  await beforeFirst?.();
  const { added, restored } = await fillQueue(queue, ledger, account.id, depth);
  if (restored) meter?.swept('restored', added);
  if (restored) log.warn({ added }, 'the queue had lost jobs: filled again from the ledger');
  else if (added > 0) log.info({ added }, 'queue filled');
  return true;
}
