import {
  type Account,
  endPlans,
  expireAttempts,
  findAccount,
  type Ledger,
  maySweep,
  noteRemoved,
  stoppedOrders,
} from '../src/ledger/index.ts';
import type { Log } from '../src/log.ts';
import { fillQueue, type OrderQueue, removeJobs, setPace } from '../src/queue/index.ts';

export type Sweeping = { ledger: Ledger; queue: OrderQueue; account: Account; log: Log };

/**
 * Puts right whatever a crash, an emptied Redis or a person's wish has left to do, once a second.
 * Every worker offers to; one of them gets the right from the ledger. It is not a job of the queue
 * itself, because it has to work when the queue has been emptied: it is what fills it again.
 */
export async function sweep({ ledger, queue, account, log }: Sweeping): Promise<boolean> {
  if (!(await maySweep(ledger, account.id))) return false;
  const { rate } = await findAccount(ledger, account.name);
  // Said every time: a Redis that was emptied has forgotten it, and without it nothing is paced.
  await setPace(queue, rate);
  const expired = await expireAttempts(ledger, account.id);
  if (expired.length > 0) log.warn({ orders: expired }, 'no answer before the deadline: unknown');
  await endPlans(ledger, account.id);
  for (const { planId, queuedTo, orderIds } of await stoppedOrders(ledger, account.id)) {
    await removeJobs(queue, orderIds);
    await noteRemoved(ledger, planId, queuedTo);
  }
  const { added, restored } = await fillQueue(queue, ledger, account.id);
  if (restored) log.warn({ added }, 'the queue had lost jobs: filled again from the ledger');
  else if (added > 0) log.info({ added }, 'queue filled');
  return true;
}
