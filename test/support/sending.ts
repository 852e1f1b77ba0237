/** Sends orders and lets the vendor answer, without a worker and a vendor. */
import {
  type AnswerRecord,
  beginListing,
  type ClaimedOrder,
  claimOrders,
  expireAttempts,
  keepListing,
  type Ledger,
  letIn,
  noteSuccessors,
  planOf,
  recordAnswers,
  settleOrder,
  whyNotClaimed,
} from '../../src/ledger/index.ts';
import type { Recorded } from '../../src/ledger/orders/record.ts';
import { passTime, sql } from './ledger.ts';
import { newPlan, type SmallPlan } from './plans.ts';

/** Lets the orders into the queue, as a sweep does. */
export async function enter(ledger: Ledger, ids: number[]): Promise<void> {
  for (const plan of new Set(ids.map(planOf))) await letIn(ledger, plan, 1);
  await noteSuccessors(ledger, ids, true);
}

/** A plan as `newPlan` makes it, whose orders have been let in. */
export async function enteredPlan(...wishes: Parameters<typeof newPlan>): Promise<SmallPlan> {
  const plan = await newPlan(...wishes);
  await enter(wishes[0], plan.orders);
  return plan;
}

/** Lets orders of the plan in and claims them: all that can be, unless named. */
export async function claim(
  ledger: Ledger,
  { account, orders }: SmallPlan,
  ids = orders,
  { deadlineMs = 60_000, worker = 'worker 1', vendorAccount = null }: ClaimWishes = {},
): Promise<ClaimedOrder[]> {
  await enter(ledger, ids);
  const claimant = { accountId: account.id, worker, deadlineMs };
  return claimOrders(ledger, ids, { ...claimant, vendorAccount: () => vendorAccount });
}

type ClaimWishes = { deadlineMs?: number; worker?: string; vendorAccount?: number | null };

export async function claimOne(
  ledger: Ledger,
  plan: SmallPlan,
  id = plan.orders[0]!,
  options?: ClaimWishes,
): Promise<ClaimedOrder> {
  const [order] = await claim(ledger, plan, [id], options);
  if (!order) throw new Error(`Order ${id} cannot be claimed.`);
  return order;
}

/** Claims the n-th order as a job does, which also asks why it could not. */
export async function claimAsJob(
  ledger: Ledger,
  plan: SmallPlan,
  n: number,
): Promise<ClaimedOrder | undefined> {
  const [order] = await claim(ledger, plan, [plan.orders[n]!]);
  if (!order) await whyNotClaimed(ledger, plan.orders[n]!, plan.account.id);
  return order;
}

/**
 * An order is claimed by a worker that then falls silent, so that it becomes unknown with most of
 * its time left.
 */
export async function claimSilently(
  ledger: Ledger,
  plan: SmallPlan,
  { deadlineMs }: { deadlineMs: number },
): Promise<ClaimedOrder> {
  const worker = `silent worker ${plan.id}`;
  await passTime(ledger, plan.account, 60_000);
  await sql(
    ledger,
    `insert into ledger.workers (name, account_id, seen_tick, found)
     values ($1, $2, 0, ledger.incarnation())`,
    [worker, plan.account.id],
  );
  const order = await claimOne(ledger, plan, undefined, { deadlineMs, worker });
  await expireAttempts(ledger, plan.account.id);
  return order;
}

const NEXT_STATE = {
  filled: 'filled',
  short: 'short',
  refused: 'refused',
  credentials: 'waiting',
  throttled: 'waiting',
  not_sent: 'waiting',
  unknown: 'unknown',
} as const satisfies Record<AnswerRecord['outcome'], AnswerRecord['state']>;

/** What the vendor answered: `filled` brings all the numbers, unless said otherwise. */
export function answerTo(
  order: ClaimedOrder,
  outcome: AnswerRecord['outcome'],
  overrides: Partial<AnswerRecord> = {},
): AnswerRecord {
  const state = NEXT_STATE[outcome];
  return {
    orderId: order.id,
    attempt: order.attempt,
    nonce: order.nonce,
    planKey: order.planKey,
    outcome,
    state,
    numbers: outcome === 'filled' ? newNumbers(order.quantity) : [],
    status: outcome === 'not_sent' ? null : 200,
    what: `the vendor said ${outcome}`,
    body: null,
    waitMs: state === 'waiting' ? 0 : null,
    retryAfterMs: null,
    ...overrides,
  };
}

/** The vendor gives these answers. */
export function record(
  ledger: Ledger,
  { account }: Pick<SmallPlan, 'account'>,
  ...answers: AnswerRecord[]
): Promise<Recorded[]> {
  return recordAnswers(ledger, account.id, answers);
}

/** An order is sent, the first one unless named, and the vendor answers so. */
export async function sendOne(
  ledger: Ledger,
  plan: SmallPlan,
  outcome: AnswerRecord['outcome'],
  overrides: Partial<AnswerRecord> = {},
  id = plan.orders[0]!,
): Promise<{ order: ClaimedOrder; answer: AnswerRecord }> {
  const order = await claimOne(ledger, plan, id);
  const answer = answerTo(order, outcome, overrides);
  await record(ledger, plan, answer);
  return { order, answer };
}

/** An order is sent, its deadline passes, and the sweep has come by. */
export async function expireOne(
  ledger: Ledger,
  plan: SmallPlan,
  id = plan.orders[0]!,
): Promise<ClaimedOrder> {
  const order = await claimOne(ledger, plan, id, { deadlineMs: -1 });
  await expireAttempts(ledger, plan.account.id);
  return order;
}

/**
 * An order is sent, its deadline passes, and a person settles it with `count` of the numbers that
 * it asked for. `named` are all of them, as a late answer may name them.
 */
export async function settleInPart(
  ledger: Ledger,
  plan: SmallPlan,
  count = 3,
  id = plan.orders[0]!,
): Promise<{ order: ClaimedOrder; named: string[] }> {
  const order = await expireOne(ledger, plan, id);
  const named = newNumbers(order.quantity, order.areaCode?.slice(0, 3));
  const bought = named.slice(0, count);
  await readList(ledger, plan.account, bought);
  await settleOrder(ledger, id, { bought }, { who: 'Ada', why: 'the list has these' });
  return { order, named };
}

let numbersMade = 0;

/** Phone numbers of an area code that no other call has returned. */
export const newNumbers = (count: number, areaCode = '212'): string[] =>
  Array.from({ length: count }, () => areaCode + String(++numbersMade).padStart(7, '0'));

/** The vendor's list has these numbers now, and the ledger has read it. */
export async function readList(
  ledger: Ledger,
  { id }: { id: number },
  numbers: string[],
): Promise<number> {
  const reader = { vendorAccount: null, listLagMs: 0 };
  return (await keepListing(ledger, id, await beginListing(ledger, id), numbers, reader)).id;
}
