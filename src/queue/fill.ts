import type { Queue } from 'bullmq';
import {
  countInFlight,
  type Fillable,
  fillablePlans,
  forgetQueued,
  type Ledger,
  letIn,
  noteQueued,
  noteSuccessors,
  ordinalOf,
  unqueuedSuccessors,
  type WaitingOrder,
  waitingOrders,
} from '../ledger/index.ts';
import type { OrderQueue } from './open.ts';

/**
 * Fills the queue from the ledger. The queue holds nothing that the ledger does not know. Each plan
 * remembers the last order that was queued. If the queue has fewer jobs than there are waiting
 * orders up to that one, jobs were lost: Redis was emptied, or a paused plan's jobs were dropped.
 * Then all running plans are queued again from their beginning. Existing jobs stay.
 */

/** Jobs in the queue: of all plans, and of one, so that a new plan finds room beside a huge one. */
export type Depth = { all: number; perPlan: number };

/** Some 50 MB of Redis at most (measured), and several seconds of work of each plan at any pace. */
const DEPTH: Depth = { all: 100_000, perPlan: 10_000 };
const BATCH = 1_000;
/** Of a new plan, so that its first order need not wait for a thousand jobs. */
const FIRST_BATCH = 50;
/** The largest number that BullMQ takes. Beyond it plans would only lose their fair turn. */
const LOWEST_PRIORITY = 2_097_151;

type Filled = { added: number; restored: boolean };

/**
 * Queues what is missing. Runs `beforeFirst` before a plan is queued from its beginning, as when a
 * person has retried it, and before successors.
 * One process at a time (the sweep) calls it. Returns how many jobs were added, and whether the
 * queue had lost some. Then all are added again, and those that were still there count, too.
 */
export async function fillQueue(
  { queue }: OrderQueue,
  ledger: Ledger,
  accountId: number,
  { all, perPlan }: Depth = DEPTH,
  beforeFirst: () => Promise<void> = async () => {},
): Promise<Filled> {
  const found = await fillablePlans(ledger, accountId);
  if (found.length === 0) return { added: 0, restored: false };
  // Successors too: a ledger that went back may have lost the same ones, already sent.
  if (found.some(({ queuedTo, unqueued }) => queuedTo === 0 || unqueued > 0)) await beforeFirst();
  // A plan that was started after that comes next time.
  const known = new Set(found.map(({ id }) => id));
  const read = async () =>
    (await fillablePlans(ledger, accountId)).filter(({ id }) => known.has(id));
  // Count the queue before the ledger: an order that ends in between then counts as no loss.
  let depth = await countJobs(queue);
  let plans = await read();

  const open = plans.reduce((sum, plan) => sum + plan.open, 0);
  const restored = open > 0 && open - (await countInFlight(ledger, accountId)) > depth;
  if (restored) {
    await forgetFinishedJobs(queue);
    await forgetQueued(ledger, accountId);
    plans = await read();
  }
  let added = 0;
  for (const plan of plans) {
    if (plan.queuedTo === 0 && !restored) await forgetFinishedJobs(queue);
    const room = Math.min(perPlan - plan.open, all - depth);
    // Refills below half, in large steps, long before the queue runs dry.
    const n = plan.open > perPlan / 2 ? 0 : await fillPlan(queue, ledger, plan, room);
    const later = await fillSuccessors(queue, ledger, plan, room - n);
    depth += n + later;
    added += n + later;
  }
  return { added, restored };
}

/** Queues the plan's next orders, as many as there is room for. */
async function fillPlan(
  queue: Queue,
  ledger: Ledger,
  plan: Fillable,
  room: number,
): Promise<number> {
  if (plan.left <= 0) return 0;
  let base = plan.priorityBase;
  let from = plan.queuedTo;
  let added = 0;
  while (added < room) {
    const wanted = Math.min(from === 0 ? FIRST_BATCH : BATCH, room - added);
    const orders = await waitingOrders(ledger, plan, from, wanted);
    const [first, last] = [orders[0], orders.at(-1)];
    if (base === null) {
      base = (await headPriority(queue)) - (first ? ordinalOf(first.id) : 1);
      await letIn(ledger, plan.id, base);
    }
    await queue.addBulk(orders.map((order) => jobOf(order, base ?? 0)));
    // No order waits beyond this, so the whole plan is in the queue.
    const to = last && orders.length === wanted ? ordinalOf(last.id) : plan.orders;
    const isOurs = await noteQueued(ledger, plan.id, from, to);
    added += orders.length;
    from = to;
    // Another process fills the plan, or it was stopped. Nobody would take out jobs added now.
    if (!isOurs || orders.length < wanted) break;
  }
  return added;
}

/** Queues the plan's new successors: after its first orders, by rising id. */
async function fillSuccessors(
  queue: Queue,
  ledger: Ledger,
  { id, unqueued, priorityBase }: Fillable,
  room: number,
): Promise<number> {
  if (unqueued === 0 || room <= 0) return 0;
  const orders = await unqueuedSuccessors(ledger, id, Math.min(BATCH, room));
  const ids = orders.map((order) => order.id);
  // First: a job that comes before its order is let in would wait.
  await noteSuccessors(ledger, ids, true);
  await queue.addBulk(orders.map((order) => jobOf(order, priorityBase ?? 0)));
  return orders.length;
}

/**
 * A job holds only the order's id, and ids are short: stored options of at most 64 bytes halve what
 * a job costs Redis (measured). The prefix keeps an id from matching one of BullMQ's key names.
 */
function jobOf(order: WaitingOrder, base: number) {
  return {
    name: `${order.areaCode ?? order.type} × ${order.quantity}`,
    data: { order: order.id },
    opts: {
      jobId: jobId(order.id),
      priority: priorityOf(order, base),
      ...(order.waitMs > 0 ? { delay: order.waitMs } : {}),
    },
  };
}

/** An order that precedes its plan's first queued one goes first. */
function priorityOf({ id, isAgain }: WaitingOrder, base: number): number {
  if (isAgain) return LOWEST_PRIORITY;
  return Math.min(Math.max(1, base + ordinalOf(id)), LOWEST_PRIORITY);
}

export function jobId(orderId: number): string {
  return `o_${orderId}`;
}

/**
 * The first order of a joining plan starts level with the queue's head. From there plans take
 * turns, order by order. Neither a huge plan nor a small one starves the other (measured exactly
 * fair).
 */
async function headPriority(queue: Queue): Promise<number> {
  const [head] = await queue.getJobs(['prioritized'], 0, 0, true);
  // Only tries of standing lines wait, and they wait for everybody.
  if (head?.priority === LOWEST_PRIORITY) return 1;
  return Math.max(1, head?.priority ?? 1);
}

/** A finished job kept for Bull Board would keep its order from being queued again. */
async function forgetFinishedJobs(queue: Queue): Promise<void> {
  await clean(queue, ['completed', 'failed']);
}

type Kind = 'completed' | 'failed' | 'wait' | 'prioritized' | 'delayed';

/** Jobs cleaned per step, which blocks Redis for about 10 ms. */
const CLEANED = 500;

/** Negative: also jobs that a clock set back has put into the future. */
const OF_ANY_AGE_MS = -1e12;

async function clean(queue: Queue, kinds: Kind[]): Promise<void> {
  for (const kind of kinds)
    while ((await queue.clean(OF_ANY_AGE_MS, CLEANED, kind)).length === CLEANED);
}

/** Jobs by state: due; due again after a worker died (`waiting`); delayed; in a worker's hands. */
export async function queueDepth({ queue }: Pick<OrderQueue, 'queue'>) {
  return queue.getJobCounts('prioritized', 'waiting', 'delayed', 'active');
}

/** Whether a person has paused the queue itself, bypassing the ledger. */
export function isOnHold({ queue }: Pick<OrderQueue, 'queue'>): Promise<boolean> {
  return queue.isPaused();
}

async function countJobs(queue: Queue): Promise<number> {
  return Object.values(await queueDepth({ queue })).reduce((sum, n) => sum + n, 0);
}

/** Removes all jobs that no worker has in hand. Takes half as long as `removeJobs` for all. */
export async function emptyQueue({ queue }: OrderQueue): Promise<void> {
  await clean(queue, ['wait', 'prioritized', 'delayed']);
}

/**
 * Removes everything, including the locks, delays and limits that a clock has put out of place.
 * Workers finish the jobs they have in hand, but the queue no longer accepts their results and
 * tells them so. A pause of the queue is lost: call this only when it may be.
 */
export async function razeQueue({ queue }: Pick<OrderQueue, 'queue'>): Promise<void> {
  await queue.obliterate({ force: true });
  await queue.removeRateLimitKey();
}

/** Removals in flight at once: one after the other would mostly wait. */
const REMOVALS = 256;

/** Removes jobs, so that a paused plan's jobs do not use up the pace of the others. */
export async function removeJobs({ queue }: OrderQueue, orderIds: number[]): Promise<void> {
  const ids = orderIds.values();
  const remove = async () => {
    for (const id of ids) await queue.remove(jobId(id), { removeChildren: false });
  };
  await Promise.all(Array.from({ length: REMOVALS }, remove));
}
