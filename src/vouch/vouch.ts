/**
 * Finds out whether the ledger can be believed and, if not, what it has lost.
 *
 *   the same incarnation as before         yes
 *   a plain restart that I lived through   yes: my own last word to it is there
 *   the witness remembers                  yes, after comparing: what it lacks becomes unknown
 *   nobody remembers                       only after a wait and a look at the vendor's list
 */
import {
  type Account,
  type AnswerRecord,
  attemptMarks,
  beginDoubt,
  doubtLedger,
  doubtOrders,
  journalMarks,
  type Ledger,
  type LedgerTrust,
  type LostOfPlan,
  leaveToPerson,
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
import {
  type Answered,
  type Bitmap,
  type MarkStore,
  openMarks,
  type Recalled,
  type Witness,
} from '../witness/index.ts';

export type VouchContext = {
  ledger: Ledger;
  account: Account;
  witness: Witness;
  /** The worker that asks. */
  worker: string;
  log: Log;
  /** Time from a claim to its attempt's deadline, ms. */
  deadlineMs: number;
  /**
   * How long after the first doubt the vendor's list must show everything that was sent before, ms.
   */
  waitMs: number;
  /**
   * Looks in the vendor's list for what the ledger does not know. Returns why the list cannot tell;
   * null when it could. Null itself when the list may not be read.
   */
  look: (() => Promise<string | null>) | null;
  /** A clock that only goes forward, ms. */
  now: () => number;
};

/** Delay between two tries to read the list, and how long to keep trying, ms. */
const LOOK_EVERY_MS = 10_000;
const LOOK_FOR_MS = 60_000;

export type Vouch = {
  /**
   * Runs in every worker, once a second: compares what it has sent itself with a ledger that
   * changed.
   */
  watch(): Promise<void>;
  /**
   * Runs in the worker that sweeps, before it fills the queue. False: orders may not be claimed
   * yet.
   */
  vouch(): Promise<boolean>;
};

export function openVouch(context: VouchContext): Vouch {
  const { ledger, account, witness, worker, log } = context;
  const ask = () => readTrust(ledger, account.id, worker);
  let last: LedgerTrust | undefined;

  async function watch(): Promise<void> {
    const seen = await ask();
    if (seen.isNewer && !last?.isNewer)
      log.warn(
        "the database's tables are newer than this program knows: " +
          'it claims nothing more, and finishes what is in flight',
      );
    if (last) await compareWith(last, seen);
    last = seen;
  }

  async function compareWith(last: LedgerTrust, seen: LedgerTrust): Promise<void> {
    const isSame = seen.incarnation === last.incarnation;
    const isBack = hasGoneBack(last, seen);
    if (isSame && !isBack) return;
    await comparing(context, witness.own());
    if (isSame) {
      log.error('the ledger has gone back while it was running');
      await doubtLedger(ledger, account.id);
    } else if (!isBack && isPlainRestart(last, seen) && !(await canCompare(witness))) {
      await vouchFor(ledger, account.id, seen.incarnation);
    }
  }

  async function vouch(): Promise<boolean> {
    const seen = await ask();
    if (seen.isNewer) return false;
    const { vouchedFor, incarnation } = seen;
    const { store } = witness;
    if (vouchedFor === incarnation) {
      if (store && !(await store.remembers())) await teach(store, context);
      return true;
    }
    if (store && (await canCompare(witness))) {
      await comparing(context, store.recall());
      await vouchFor(ledger, account.id, incarnation);
      return true;
    }
    return lookWhenDue(seen);
  }

  let nextLookAt = Number.NEGATIVE_INFINITY;

  async function lookWhenDue({ incarnation, doubted }: LedgerTrust): Promise<boolean> {
    const { look, waitMs, now } = context;
    if (doubted === 'person') return false;
    if (doubted === null) {
      log.warn({ waitMs }, DOUBTED);
      await beginDoubt(ledger, account.id, { waitMs, why: DOUBTED });
    }
    const overdueMs = (doubted ?? 0) - waitMs;
    if (overdueMs < 0 || now() < nextLookAt) return false;
    nextLookAt = now() + LOOK_EVERY_MS;
    const fault = look ? await look() : 'RECONCILE is off, so no list is read';
    if (fault === null) {
      await vouchFor(ledger, account.id, incarnation);
      if (witness.store) await teach(witness.store, context);
      return true;
    }
    log.warn({ fault }, "the vendor's list could not be looked at");
    if (look === null || overdueMs > LOOK_FOR_MS)
      await leaveToPerson(ledger, account.id, cannotLook(account.name, fault));
    return false;
  }

  return { watch, vouch };
}

const DOUBTED =
  'The database is not the one that was running before, and nothing else ' +
  "remembers what was sent. Orders go on after a look at the vendor's " +
  'list, once everything sent before must be on it';

/** Whether something stronger than one worker's word is available. */
async function canCompare({ store }: Witness): Promise<boolean> {
  return store !== null && (await store.remembers());
}

/** The ledger counts each question. A count that did not rise was rolled back. */
function hasGoneBack(last: LedgerTrust, seen: LedgerTrust): boolean {
  return last.asked !== null && (seen.asked ?? 0) <= last.asked;
}

/** A server that came up again with everything it had stored. */
function isPlainRestart(last: LedgerTrust, seen: LedgerTrust): boolean {
  return (
    seen.lineage !== null && seen.lineage === last.lineage && seen.vouchedFor === last.incarnation
  );
}

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
    await comparing({ ...context, account }, store.recall());
    await vouchFor(ledger, account.id, incarnation);
  }
}

type Comparing = Pick<VouchContext, 'ledger' | 'account' | 'log' | 'deadlineMs'>;

/** Marks, and their known answers. */
type Known = Bitmap & { answers?: Answered[] };
type Marked = Iterable<Known> | AsyncIterable<Recalled>;

/**
 * Marked attempts that the ledger does not know become unknown, and the account pauses. Answers
 * that the ledger lacks are recorded.
 */
async function comparing(context: Comparing, marked: Marked): Promise<void> {
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

/** The store was emptied, or is new: mark again what the ledger knows. */
async function teach(store: MarkStore, { ledger, account, log }: VouchContext): Promise<void> {
  await store.learn(bitmapsOf(ledger, account.id));
  log.info('the witness is level with the ledger');
}

async function* bitmapsOf(ledger: Ledger, accountId: number): AsyncGenerator<Bitmap> {
  for await (const { planKey, orders } of attemptMarks(ledger, accountId)) {
    const marks = openMarks();
    for (const { order, attempts } of orders) {
      for (let attempt = 1; attempt <= attempts; attempt++)
        marks.add([{ planKey, order, attempt }]);
    }
    yield* marks.bitmaps();
  }
}

function cannotLook(account: string, fault: string): string {
  return (
    'The ledger may have gone back, and nobody can tell what was sent: ' +
    `${fault}. Compare the account's numbers with the plans by hand, ` +
    `then resume with "account ${account} --resume"`
  );
}
