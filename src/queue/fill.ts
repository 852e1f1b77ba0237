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
 * The most jobs that the queue holds. One plan has fewer than all: a new plan finds room beside a
 * huge one.
 */
export type Depth = { all: number; perPlan: number };

/** At most 50 MB of Redis (measured). At any pace, each plan has several seconds of work. */
const DEPTH: Depth = { all: 100_000, perPlan: 10_000 };
const BATCH = 1_000;
/** A new plan's first batch is small: its first order must not wait for a thousand jobs. */
const FIRST_BATCH = 50;
/** The largest number that BullMQ takes. Orders beyond it are sent too, but plans take no turns. */
const LOWEST_PRIORITY = 2_097_151;

type Filled = { added: number; restored: boolean };

/**
 * Adds the jobs that the ledger wants and the queue lacks. Each plan remembers its last queued
 * order. When the queue has fewer jobs than there are waiting orders up to those, it has lost jobs:
 * Redis was emptied, or a paused plan's jobs were dropped. Then all running plans are queued again
 * from their beginning, and existing jobs stay.
 *
 * Runs `beforeFirst` before successors, and before a plan is queued from its beginning, as when a
 * person has retried it. Only one process at a time may call this. Returns how many jobs were
 * added; when jobs were `restored`, also those that were still there.
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
  // Before successors: a ledger that went back may have lost them after they were sent.
  if (found.some(({ queuedTo, unqueued }) => queuedTo === 0 || unqueued > 0)) await beforeFirst();
  // A plan that has started since waits for the next call, with a `beforeFirst` of its own.
  const known = new Set(found.map(({ id }) => id));
  const readPlans = async () =>
    (await fillablePlans(ledger, accountId)).filter(({ id }) => known.has(id));
  // Count the queue before the ledger: an order that ends in between then counts as no loss.
  let depth = await countJobs(queue);
  let plans = await readPlans();

  const open = plans.reduce((sum, plan) => sum + plan.open, 0);
  const restored = open > 0 && open - (await countInFlight(ledger, accountId)) > depth;
  if (restored) {
    await forgetFinishedJobs(queue);
    await forgetQueued(ledger, accountId);
    plans = await readPlans();
  }
  let added = 0;
  for (const plan of plans) {
    if (plan.queuedTo === 0 && !restored) await forgetFinishedJobs(queue);
    const room = Math.min(perPlan - plan.open, all - depth);
    // Refills below half, in large steps, long before the queue runs dry.
    const first = plan.open > perPlan / 2 ? 0 : await fillPlan(queue, ledger, plan, room);
    const both = first + (await fillSuccessors(queue, ledger, plan, room - first));
    depth += both;
    added += both;
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
    // Fewer orders than wanted: the whole plan is in the queue.
    const to = last && orders.length === wanted ? ordinalOf(last.id) : plan.orders;
    // False when another process fills the plan, or the plan was stopped: then nobody would remove
    // the jobs that are added now.
    const isNoted = await noteQueued(ledger, plan.id, from, to);
    added += orders.length;
    from = to;
    if (!isNoted || orders.length < wanted) break;
  }
  return added;
}

/** Queues the plan's new successors, by rising id. */
async function fillSuccessors(
  queue: Queue,
  ledger: Ledger,
  { id, unqueued, priorityBase }: Fillable,
  room: number,
): Promise<number> {
  if (unqueued === 0 || room <= 0) return 0;
  const orders = await unqueuedSuccessors(ledger, id, Math.min(BATCH, room));
  const ids = orders.map((order) => order.id);
  // Before the jobs: a job whose order is not let in yet would have to wait.
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

/** An order before its plan's first queued one goes first. New tries of standing lines go last. */
function priorityOf({ id, isAgain }: WaitingOrder, base: number): number {
  if (isAgain) return LOWEST_PRIORITY;
  return Math.min(Math.max(1, base + ordinalOf(id)), LOWEST_PRIORITY);
}

export function jobId(orderId: number): string {
  return `o_${orderId}`;
}

/**
 * Priority of the queue's head. A joining plan starts level with the head, and from there plans
 * take turns, order by order. No plan starves another (measured exactly fair).
 */
async function headPriority(queue: Queue): Promise<number> {
  const [head] = await queue.getJobs(['prioritized'], 0, 0, true);
  // Only new tries of standing lines wait. All other orders go before them.
  if (head?.priority === LOWEST_PRIORITY) return 1;
  return Math.max(1, head?.priority ?? 1);
}

/** While Bull Board shows a finished job, BullMQ adds no other job for its order. */
function forgetFinishedJobs(queue: Queue): Promise<void> {
  return clean(queue, ['completed', 'failed']);
}

type Kind = 'completed' | 'failed' | 'wait' | 'prioritized' | 'delayed';

/** Jobs cleaned per step, which blocks Redis for about 10 ms. */
const CLEANED = 500;

/** Negative: a clock that was set back has put some jobs into the future. */
const OF_ANY_AGE_MS = -1e12;

async function clean(queue: Queue, kinds: Kind[]): Promise<void> {
  for (const kind of kinds)
    while ((await queue.clean(OF_ANY_AGE_MS, CLEANED, kind)).length === CLEANED);
}

/** Jobs by state: due; due again after a worker died (`waiting`); delayed; in a worker's hands. */
export async function queueDepth({ queue }: Pick<OrderQueue, 'queue'>) {
  return queue.getJobCounts('prioritized', 'waiting', 'delayed', 'active');
}

/** Whether a person has paused the queue itself, and not in the ledger. */
export function isOnHold({ queue }: Pick<OrderQueue, 'queue'>): Promise<boolean> {
  return queue.isPaused();
}

async function countJobs(queue: Queue): Promise<number> {
  return Object.values(await queueDepth({ queue })).reduce((sum, n) => sum + n, 0);
}

/** Removes all jobs that no worker has in hand. Takes half as long as `removeJobs` for all. */
export function emptyQueue({ queue }: OrderQueue): Promise<void> {
  return clean(queue, ['wait', 'prioritized', 'delayed']);
}

/**
 * Removes everything, including a pause, and the locks, delays and limits that a clock has put out
 * of place. Workers finish the jobs they have in hand, but the queue rejects their results.
 */
export async function razeQueue({ queue }: Pick<OrderQueue, 'queue'>): Promise<void> {
  await queue.obliterate({ force: true });
  await queue.removeRateLimitKey();
}

/** Removals in flight at once. */
const REMOVALS = 256;

/** Removes jobs, so that a paused plan's jobs do not use up the pace of the others. */
export async function removeJobs({ queue }: OrderQueue, orderIds: number[]): Promise<void> {
  const ids = orderIds.values();
  const remove = async () => {
    for (const id of ids) await queue.remove(jobId(id), { removeChildren: false });
  };
  await Promise.all(Array.from({ length: REMOVALS }, remove));
}
