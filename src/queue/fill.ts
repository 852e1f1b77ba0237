import {
  countInFlight,
  type Fillable,
  fillablePlans,
  forgetQueued,
  type Ledger,
  noteQueued,
  ordinalOf,
  type WaitingOrder,
  waitingOrders,
} from '../ledger/index.ts';
import type { OrderQueue } from './open.ts';

/**
 * The queue is filled from the ledger and holds nothing that the ledger does not know. Each plan
 * remembers up to which order it has been put in; when fewer jobs are there than orders up to that
 * point wait, something was lost (Redis emptied, jobs dropped while a plan was paused), and all
 * running plans are put in again from their beginning: a job that is there already stays as it is.
 */

/**
 * Jobs at once: of all plans together, and of one, so that a new plan can enter behind a huge one.
 */
export type Depth = { all: number; perPlan: number };

/** Some 50 MB of Redis at most (measured), and several seconds of work of each plan at any pace. */
const DEPTH: Depth = { all: 100_000, perPlan: 10_000 };
const BATCH = 1_000;
/** BullMQ's priorities end here; beyond it plans would only lose their fair turn. */
const LOWEST_PRIORITY = 2_097_151;

export type Filled = { added: number; restored: boolean };

/**
 * Puts in what is missing, and before the first order of a plan does `beforeFirst`. One process at
 * a time (the sweep) does it. Returns how many jobs.
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
  if (found.some(({ priorityBase }) => priorityBase === null)) await beforeFirst();
  // One that was started after that comes the next time.
  const known = new Set(found.map(({ id }) => id));
  const read = async () =>
    (await fillablePlans(ledger, accountId)).filter(({ id }) => known.has(id));
  // The queue is counted before the ledger is: an order that ends in between counts as no loss.
  let depth = await countJobs({ queue });
  let plans = await read();

  const open = plans.reduce((sum, plan) => sum + plan.open, 0);
  const restored = open > 0 && open - (await countInFlight(ledger, accountId)) > depth;
  if (restored) {
    await forgetFinishedJobs({ queue });
    await forgetQueued(ledger, accountId);
    plans = await read();
  }
  let added = 0;
  for (const plan of plans) {
    if (plan.queuedTo === 0 && !restored) await forgetFinishedJobs({ queue });
    const room = Math.min(perPlan - plan.open, all - depth);
    // Below half, so that it is topped up in large steps, long before it runs dry.
    const n = plan.open > perPlan / 2 ? 0 : await fillPlan({ queue }, ledger, plan, room);
    depth += n;
    added += n;
  }
  return { added, restored };
}

/** Puts in the plan's next orders, at most so many as there is room for. */
async function fillPlan(
  { queue }: Pick<OrderQueue, 'queue'>,
  ledger: Ledger,
  plan: Fillable,
  room: number,
): Promise<number> {
  if (plan.left <= 0) return 0;
  let base = plan.priorityBase;
  let from = plan.queuedTo;
  let added = 0;
  while (added < room) {
    const wanted = Math.min(BATCH, room - added);
    const orders = await waitingOrders(ledger, plan.id, from, wanted);
    const [first, last] = [orders[0], orders.at(-1)];
    base ??= (await headPriority({ queue })) - (first ? ordinalOf(first.id) : 1);
    await queue.addBulk(orders.map((order) => jobOf(order, base ?? 0)));
    // Beyond the last waiting order there is nothing: the plan is in the queue whole.
    const to = last && orders.length === wanted ? ordinalOf(last.id) : from + plan.left;
    const end = Math.min(to, plan.queuedTo + plan.left);
    const isOurs = await noteQueued(ledger, plan.id, from, end, base);
    added += orders.length;
    from = to;
    // Somebody else fills it, or it was stopped: what is put in then nobody would take out.
    if (!isOurs || orders.length < wanted) break;
  }
  return added;
}

/**
 * Nothing but the order's id goes into the job, and short ids: stored options of at most 64 bytes
 * halve what a job costs Redis (measured). The prefix keeps an id from being one of BullMQ's own
 * key names.
 */
function jobOf(order: WaitingOrder, base: number) {
  return {
    name: `${order.areaCode ?? order.type} × ${order.quantity}`,
    data: { order: order.id },
    opts: {
      jobId: jobId(order.id),
      // An order from before the one that its plan joined with goes first.
      priority: Math.min(Math.max(1, base + ordinalOf(order.id)), LOWEST_PRIORITY),
      ...(order.waitMs > 0 ? { delay: order.waitMs } : {}),
    },
  };
}

export function jobId(orderId: number): string {
  return `o_${orderId}`;
}

/**
 * The first order of a plan that joins, whichever that is, starts level with the queue's head: from
 * there plans take turns, order by order, and neither a huge plan nor a small one starves the other
 * (measured exactly fair).
 */
async function headPriority({ queue }: Pick<OrderQueue, 'queue'>): Promise<number> {
  const [head] = await queue.getJobs(['prioritized'], 0, 0, true);
  return Math.max(1, head?.priority ?? 1);
}

/** A finished job that is kept for show would keep its order from being put in again. */
async function forgetFinishedJobs(queue: Pick<OrderQueue, 'queue'>): Promise<void> {
  await clean(queue, ['completed', 'failed']);
}

type Kind = 'completed' | 'failed' | 'wait' | 'prioritized' | 'delayed';

/** Jobs cleaned in one step, which holds up Redis for some 10 ms; all at once would for seconds. */
const CLEANED = 500;

/** Jobs of that age are cleaned, ms: also those that seem to come, because a clock was set back. */
const OF_ANY_AGE_MS = -1e12;

async function clean({ queue }: Pick<OrderQueue, 'queue'>, kinds: Kind[]): Promise<void> {
  for (const kind of kinds)
    while ((await queue.clean(OF_ANY_AGE_MS, CLEANED, kind)).length === CLEANED);
}

/** Jobs by what they are doing: due, due and not paced, to be tried later, in a worker's hands. */
export async function queueDepth({ queue }: Pick<OrderQueue, 'queue'>) {
  return queue.getJobCounts('prioritized', 'waiting', 'delayed', 'active');
}

/** Whether a person has paused the queue itself, past the ledger. */
export function isOnHold({ queue }: Pick<OrderQueue, 'queue'>): Promise<boolean> {
  return queue.isPaused();
}

async function countJobs(queue: Pick<OrderQueue, 'queue'>): Promise<number> {
  return Object.values(await queueDepth(queue)).reduce((sum, n) => sum + n, 0);
}

/** Takes out all that no worker has in hand; twice as fast as one after the other. */
export async function emptyQueue(queue: OrderQueue): Promise<void> {
  await clean(queue, ['wait', 'prioritized', 'delayed']);
}

/**
 * Takes out everything, with the locks, delays and limits that a clock has put out of place. What
 * workers have in hand they finish; the queue does not take their word for it any more, and tells
 * them so. A pause of the queue itself is lost: whoever wants it kept must not do this.
 */
export async function razeQueue({ queue }: Pick<OrderQueue, 'queue'>): Promise<void> {
  await queue.obliterate({ force: true });
  await queue.removeRateLimitKey();
}

/** Removals asked of the queue at once: one after the other would wait longer than they take. */
const REMOVALS = 256;

/** Takes jobs out, so that a paused plan's do not use up the pace of the others. */
export async function removeJobs({ queue }: OrderQueue, orderIds: number[]): Promise<void> {
  const ids = orderIds.values();
  const remove = async () => {
    for (const id of ids) await queue.remove(jobId(id), { removeChildren: false });
  };
  await Promise.all(Array.from({ length: REMOVALS }, remove));
}
