/** Completes a ledger that went back from what something else remembers. */
import {
  type Account,
  type AnswerRecord,
  doubtOrders,
  journalMarks,
  type Ledger,
  type LostOfPlan,
  listAccounts,
  lostAttempts,
  noteSucceeded,
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
    await compare({ ...context, account }, store.recall());
    await vouchFor(ledger, account.id, incarnation);
  }
}

/** `deadlineMs`: time from a claim to its attempt's deadline. */
export type Comparing = { ledger: Ledger; account: Account; log: Log; deadlineMs: number };

/** Marks, and their known answers. */
type Known = Bitmap & { answers?: Answered[] };
type Marked = Iterable<Known> | AsyncIterable<Recalled>;

/**
 * Marked attempts that the ledger does not know become unknown, and the account pauses. Answers
 * that the ledger lacks are recorded.
 */
export async function compare(context: Comparing, marked: Marked): Promise<void> {
  const { ledger, account, log } = context;
  let orders = 0;
  let plans = 0;
  let incomplete: Known[] = [];
  for await (const bitmap of marked) {
    const found = await lostAttempts(ledger, account.id, bitmap);
    if (!found) {
      plans += 1;
      continue;
    }
    orders += await learnFrom(context, bitmap, found);
    if (found.successors.length > 0) incomplete.push(bitmap);
  }
  // Successors that were lost are made again, one after the other: each follows the answer before.
  while (incomplete.length > 0) {
    if ((await openSuccessors(ledger, account.id, TRY_EVERY_MS[account.mode])) === 0) break;
    const left: Known[] = [];
    for (const bitmap of incomplete) {
      const found = await lostAttempts(ledger, account.id, bitmap);
      if (found) orders += await learnFrom(context, bitmap, found);
      if (found && found.successors.length > 0) left.push(bitmap);
    }
    incomplete = left;
  }
  if (plans > 0) log.warn({ plans }, 'plans were sent that the ledger does not know');
  if (orders === 0) return;
  log.error({ orders }, 'the ledger has gone back: orders had been sent that it did not know of');
  await pauseForPerson(ledger, account.id, wentBack(account.name, orders));
}

/** Puts the lost attempts in doubt, and records the answers. Returns how many were doubted. */
async function learnFrom(
  { ledger, account, deadlineMs }: Comparing,
  bitmap: Known,
  { planId, lost, successors }: LostOfPlan,
): Promise<number> {
  await noteSucceeded(ledger, successors);
  const what = 'The ledger has gone back: this order had been sent, and its answer is lost';
  const nonces = new Map(
    bitmap.answers?.map(({ order, record }) => [
      orderId(planId, order),
      (record as AnswerRecord).nonce,
    ]),
  );
  const known = lost.map((each) => ({ ...each, nonce: nonces.get(each.orderId) ?? null }));
  const doubted = await doubtOrders(ledger, {
    accountId: account.id,
    lost: known,
    deadlineMs,
    what,
  });
  const answers = (bitmap.answers ?? []).map(({ order, record }) => ({
    ...(record as AnswerRecord),
    orderId: orderId(planId, order),
  }));
  if (answers.length > 0) await recordAnswers(ledger, account.id, answers);
  return doubted.length;
}

/** Why the account pauses, and how to continue. */
export function wentBack(account: string, orders: number): string {
  const what = orders === 1 ? 'an order that had been sent' : `${orders} orders that had been sent`;
  return (
    `The ledger has gone back and did not know of ${what}. ` +
    `What became of that is unknown: read the vendor's list with "reconcile", ` +
    `settle what is unknown, then resume with "account ${account} --resume"`
  );
}
