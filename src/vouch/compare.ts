/** Completes a ledger that went back from what something else remembers. */
import {
  type Account,
  type AnswerRecord,
  doubtOrders,
  doubtSucceeded,
  journalMarks,
  type Ledger,
  type LostAttempt,
  type LostOfPlan,
  listAccounts,
  lostAttempts,
  noteLostPlans,
  noteLostSuccessors,
  openSuccessors,
  orderId,
  pauseForPerson,
  readTrust,
  recordAnswers,
  vouchFor,
} from '../ledger/index.ts';
import type { Log } from '../log.ts';
import { TRY_EVERY_MS } from '../plan/index.ts';
import type { Answered, Bitmap, Recalled } from '../witness/index.ts';

/**
 * For a command that opens the embedded ledger: the journal knows everything, so the ledger is
 * completed from it before any question is asked.
 */
export async function vouchByJournal(context: Omit<Comparing, 'account'>): Promise<void> {
  const { ledger } = context;
  for (const account of await listAccounts(ledger)) {
    const store = journalMarks(ledger, account);
    if (!store || !(await store.remembers())) continue;
    const { incarnation } = await readTrust(ledger, account.id);
    await store.recall(async (marked) => {
      await compare({ ...context, account }, marked);
    });
    await vouchFor(ledger, account.id, incarnation);
  }
}

/** `deadlineMs`: time from a claim to its attempt's deadline. */
export type Comparing = { ledger: Ledger; account: Account; log: Log; deadlineMs: number };

/** Marks, and their known answers. */
type Known = Bitmap & { answers?: Answered[] };
export type Marked = Iterable<Known> | AsyncIterable<Recalled>;

/**
 * Marked attempts that the ledger does not know become unknown, and the account pauses. Answers
 * that the ledger lacks are recorded. Returns how many plans were sent that the ledger has lost,
 * and that nobody was told of before.
 */
export async function compare(context: Comparing, marked: Marked): Promise<number> {
  const { ledger, account, log } = context;
  const orders = new Set<number>();
  const plans = new Set<string>();
  const add = (ids: number[]) => {
    for (const id of ids) orders.add(id);
  };
  let incomplete: Known[] = [];
  for await (const bitmap of marked) {
    const found = await lostAttempts(ledger, account.id, bitmap);
    if (!found) {
      plans.add(bitmap.planKey);
      continue;
    }
    add(await learnFrom(context, bitmap, found));
    add(found.successors.map(({ orderId }) => orderId));
    if (found.successors.length > 0) incomplete.push(bitmap);
  }
  add(await doubtSucceeded(ledger, account.id));
  // Successors that were lost are made again, one after the other: each follows the answer before.
  while (incomplete.length > 0) {
    if ((await openSuccessors(ledger, account.id, TRY_EVERY_MS[account.mode])) === 0) break;
    const left: Known[] = [];
    for (const bitmap of incomplete) {
      const found = await lostAttempts(ledger, account.id, bitmap);
      if (found) add(await learnFrom(context, bitmap, found));
      if (found && found.successors.length > 0) left.push(bitmap);
    }
    incomplete = left;
  }
  if (plans.size > 0)
    log.warn({ plans: plans.size }, 'plans were sent that the ledger does not know');
  const lostPlans = await noteLostPlans(ledger, account.id, [...plans]);
  if (orders.size === 0) return lostPlans.length;
  log.error(
    { orders: orders.size },
    'the ledger has gone back: orders had been sent that it did not know of',
  );
  await pauseForPerson(ledger, account.id, wentBack(account.name, orders.size));
  return lostPlans.length;
}

/** Puts the lost attempts in doubt, and records the answers. Returns the orders in doubt. */
async function learnFrom(
  { ledger, account, deadlineMs }: Comparing,
  bitmap: Known,
  { planId, lost, successors }: LostOfPlan,
): Promise<number[]> {
  const what = 'The ledger has gone back: this order had been sent, and its answer is lost';
  const nonces = new Map(
    bitmap.answers?.map(({ order, record }) => [
      orderId(planId, order),
      (record as AnswerRecord).nonce,
    ]),
  );
  const withNonce = (each: LostAttempt) => ({ ...each, nonce: nonces.get(each.orderId) ?? null });
  await noteLostSuccessors(ledger, successors.map(withNonce));
  const doubted = await doubtOrders(ledger, {
    accountId: account.id,
    lost: lost.map(withNonce),
    deadlineMs,
    what,
  });
  const answers = (bitmap.answers ?? []).map(({ order, record }) => ({
    ...(record as AnswerRecord),
    orderId: orderId(planId, order),
  }));
  if (answers.length > 0) await recordAnswers(ledger, account.id, answers);
  return doubted;
}

/** Why the account pauses, and how to continue. */
export function wentBack(account: string, orders: number): string {
  const what = orders === 1 ? 'an order that had been sent' : `${orders} orders that had been sent`;
  return (
    `The ledger has gone back and did not know of ${what}. What ` +
    `${orders === 1 ? 'it' : 'they'} bought is unknown: read the vendor's list with "reconcile", ` +
    `settle what is unknown, then resume with "account ${account} --resume"`
  );
}
