/** Completes a ledger that went back from what something else remembers. */
import { counted, firstOf, listed } from '../english.ts';
import {
  type Account,
  type AnswerRecord,
  doubtFinal,
  type FoundLost,
  journalMarks,
  type Learnt,
  type Ledger,
  learnMarks,
  listAccounts,
  noteLostPlans,
  openSuccessors,
  orderId,
  readTrust,
  recordKept,
  vouchFor,
} from '../ledger/index.ts';
import type { Log } from '../log.ts';
import { TRY_EVERY_MS } from '../plan/index.ts';
import { type Answered, type Bitmap, joined, type Recalled } from '../witness/index.ts';

/**
 * For a command that opens the embedded ledger: the ledger is completed from the journal before any
 * question is asked. A journal that was copied or put back may not know everything. What it knows
 * was sent, so the ledger gets that as well, but is not vouched for.
 */
export async function vouchByJournal(context: Omit<Comparing, 'account'>): Promise<void> {
  const { ledger } = context;
  for (const account of await listAccounts(ledger)) {
    const store = journalMarks(ledger, account);
    if (!store) continue;
    const isAll = (await store.memory()) !== null;
    const { incarnation } = await readTrust(ledger, account.id);
    await store.recall((marked) => compare({ ...context, account }, marked, { isAll }));
    if (isAll) await vouchFor(ledger, account.id, incarnation);
  }
}

/** `deadlineMs`: time from a claim to its attempt's deadline. */
export type Comparing = { ledger: Ledger; account: Account; log: Log; deadlineMs: number };

export type MarksHeld = {
  /** They are the marks of all workers. */
  isAll: boolean;
  /** False: marks of lost plans are left to a store that has all of them. */
  keepsLost?: boolean;
};

/** Marks, and their known answers. */
type Known = Bitmap & { answers?: Answered[] };
export type MarkedAttempts = Iterable<Known> | AsyncIterable<Recalled>;

/**
 * Marked attempts that the ledger does not know become unknown, and the account pauses. Answers
 * that the ledger lacks are recorded. Marks of plans that the ledger has lost are kept, and the
 * account pauses once for each such plan.
 */
export async function compare(
  context: Comparing,
  marked: MarkedAttempts,
  { isAll, keepsLost = true }: MarksHeld,
): Promise<void> {
  const { ledger, account, log, deadlineMs } = context;
  const orders = new Set<number>();
  let lostPlans: Bitmap[] = [];
  const learn = async (known: Known): Promise<Learnt | null> => {
    const pause = orders.size === 0 ? wentBack(account.name) : null;
    const learning = { accountId: account.id, deadlineMs, pause };
    const learnt = await ledger.transaction((tx) => learnMarks(tx, known, learning));
    if (!learnt) return null;
    for (const id of [...learnt.doubted, ...learnt.missing]) orders.add(id);
    await recordKept(ledger, account.id, answersOf(known, learnt));
    return learnt;
  };
  let incomplete: Known[] = [];
  for await (const known of marked) {
    const learnt = await learn(known);
    if (!learnt && keepsLost) lostPlans = joined([...lostPlans, known]);
    else if (learnt?.missing.length) incomplete.push(known);
  }
  await doubtFinal(ledger, account.id);
  // Successors that were lost are made again, one after the other: each follows the answer before.
  while (incomplete.length > 0) {
    if ((await openSuccessors(ledger, account.id, TRY_EVERY_MS[account.mode])) === 0) break;
    const left: Known[] = [];
    for (const known of incomplete) if ((await learn(known))?.missing.length) left.push(known);
    incomplete = left;
  }
  const lost = { accountId: account.id, deadlineMs };
  const why = (found: FoundLost) => hasLost(account.name, found, isAll);
  for (const known of await noteLostPlans(ledger, lost, lostPlans, why)) await learn(known);
  if (lostPlans.length > 0) log.warn('plans were sent that the ledger does not know');
  if (orders.size > 0)
    log.error(
      { orders: orders.size },
      'the ledger has gone back: orders had been sent that it did not know of',
    );
}

function answersOf({ answers = [] }: Known, { planId }: Learnt): AnswerRecord[] {
  return answers.map(({ order, record }) => ({
    ...(record as AnswerRecord),
    orderId: orderId(planId, order),
  }));
}

const FORGOTTEN =
  'Before you resume, look at the plans: what was paused, cancelled or closed since then may run ' +
  'again';

/** Why the account pauses, and how to continue. */
export function wentBack(account: string): string {
  return (
    'The ledger has gone back and did not know of orders that had been sent. What they bought is ' +
    'unknown: read the vendor\'s list with "reconcile", settle what is unknown, then resume with ' +
    `"account ${account} --resume". ${FORGOTTEN}`
  );
}

function hasLost(account: string, found: FoundLost, isAll: boolean): string {
  return (
    `The ledger has gone back and has lost ${counted(found.plans, 'plan')} that had been sent. ` +
    `${howToSubmit(found, isAll)}. ${waiting(account, found)}` +
    `Then resume with "account ${account} --resume". ${FORGOTTEN}`
  );
}

/** Which plans wait, and how they go on. */
function waiting(account: string, { paused }: FoundLost): string {
  const those = firstOf(paused.map(String), PLANS_NAMED);
  const held =
    paused.length === 0
      ? 'New plans wait'
      : `${paused.length === 1 ? `Plan ${those} is` : `Plans ${those} are`} paused, because a ` +
        'lost plan may have asked for what is lacking there. New plans wait, too';
  const next = 'You may resume the account before that. ';
  return `${held}: "lost ${account}" shows how to go on. ${next}`;
}

const PLANS_NAMED = 5;

const named = (plans: number[]): string => listed(plans.map((id) => `plan ${id}`));

function howToSubmit({ others, copies }: FoundLost, isAll: boolean): string {
  const byHand =
    "Compare the account's numbers with the files by hand, then submit what was not bought";
  const beside =
    copies.length > 0
      ? `Cancel ${named(copies)}, of the same file, unless you want those numbers as well. `
      : '';
  if (others.length > 0)
    return (
      `${beside}Cancel ${named(others)}, of the same file: its orders differ, and could buy the ` +
      `same numbers again. ${byHand} as a file of its own`
    );
  return isAll
    ? `${beside}Submit the same files again, unchanged, with the same default quantity and the ` +
        'same numbering plan: what may have been bought is not bought again, and becomes unknown'
    : `Only a part of what was sent of them is remembered. ${byHand}`;
}
