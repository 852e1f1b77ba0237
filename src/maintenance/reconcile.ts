import { setTimeout as pause } from 'node:timers/promises';
import { hasCode } from '../errors.ts';
import {
  judgeUnknowns,
  type Listing,
  type UnknownAttempt,
  type Verdict,
} from '../evidence/index.ts';
import {
  type Account,
  acceptVerdicts,
  beginListing,
  clearVerdicts,
  compareWithLedger,
  isNewestListOf,
  isTooEarly,
  isVendorAccountRefused,
  type KeptUnknown,
  keepListing,
  keepVerdicts,
  knownNumbers,
  type Ledger,
  lacksBaseline,
  longestLag,
  planOf,
  refuseVendorAccount,
  type Settled,
  takenBack,
  takeReconcileRight,
  unknownAttempts,
} from '../ledger/index.ts';
import type { Log } from '../log.ts';
import { doneWithin, type Timer } from '../timing/index.ts';
import type { Vendor } from '../vendor/index.ts';

export type ReconcileContext = {
  ledger: Ledger;
  vendor: Pick<Vendor, 'account' | 'ownedNumbers'>;
  account: Account;
  log: Log;
  /** How long the vendor's list may lag behind a purchase, ms. */
  listLagMs: number;
  /** Runs when the list is of another vendor account. `why` is a sentence. */
  onOtherAccount?: ((why: string) => Promise<void>) | undefined;
  timer?: Timer | undefined;
  /**
   * `auto` settles what is clear. `propose` leaves it to a person. `off` reads no list by itself.
   */
  mode: 'propose' | 'auto' | 'off';
  /** Settles and reports only this plan's orders. All are judged. */
  planId?: number | undefined;
};

/** `proposals` is the name of the verdicts in the JSON that scripts read. */
export type Reconciled = {
  proposals: Verdict[];
  settled: Settled[];
  /** False: the list could not be read or used. */
  isRead: boolean;
  /** How much longer to wait until a list can show what became of each, ms of watched time. */
  earlyMs: number;
};

/**
 * Reads the vendor's list of owned numbers and judges every unknown order of the account by it.
 * When the list cannot be read, all orders stay unknown, and their verdicts say so.
 */
export async function reconcile(context: ReconcileContext): Promise<Reconciled> {
  const before = await unknownAttempts(context.ledger, context.account.id);
  return before.length > 0
    ? judgeAll(await patient(context), before)
    : { proposals: [], settled: [], isRead: true, earlyMs: 0 };
}

/** Reconciles when an unknown order has waited long enough. Else reads the list when it is old. */
export async function reconcileDue(context: ReconcileContext): Promise<void> {
  const { ledger, account, log } = context;
  if (context.mode === 'off') return;
  const due = await patient(context);
  if (!(await takeReconcileRight(ledger, account.id, due.listLagMs))) return;
  const before = await unknownAttempts(ledger, account.id);
  if (before.length > 0) await judgeAll(due, before);
  else await takeListing(due).catch((err) => log.warn({ err }, 'no new list of the numbers'));
}

/** A worker that is configured otherwise may know of a longer lag. */
async function patient(context: ReconcileContext): Promise<ReconcileContext> {
  const { ledger, account, listLagMs } = context;
  return { ...context, listLagMs: await longestLag(ledger, account.id, listLagMs) };
}

/** `before`: the orders that are unknown before the list is read. */
async function judgeAll(context: ReconcileContext, before: KeptUnknown[]): Promise<Reconciled> {
  const { ledger, log, listLagMs, mode, planId } = context;
  const ofPlan = (verdicts: Verdict[]) =>
    verdicts.filter(({ order }) => planId === undefined || planOf(order) === planId);
  let read: Awaited<ReturnType<typeof readListing>>;
  try {
    read = await readListing(context, before);
  } catch (err) {
    log.warn({ err }, "the vendor's list of numbers could not be read: unknown orders stay so");
    const verdict = withoutList(err);
    const verdicts = before.map(({ order, attempt }) => ({ order, attempt, ...verdict }));
    await keepVerdicts(ledger, verdicts);
    return { proposals: ofPlan(verdicts), settled: [], isRead: false, earlyMs: 0 };
  }
  const { listing, unknowns } = read;
  const verdicts = judgeUnknowns(unknowns, listing, listLagMs);
  await keepVerdicts(ledger, verdicts);
  const proposals = ofPlan(verdicts);
  const settled = mode === 'auto' ? await settleClear(context, proposals) : [];
  log.info({ unknown: unknowns.length, settled: settled.length }, 'reconciled');
  const earlyMs = Math.max(
    0,
    ...unknowns
      .filter(({ order }) => proposals.some((verdict) => verdict.order === order))
      .map(({ endTick }) => endTick + listLagMs - listing.beganTick),
  );
  return { proposals, settled, isRead: true, earlyMs };
}

function withoutList(error: unknown): Omit<Verdict, 'order' | 'attempt'> {
  const said = error instanceof Error ? error.message : error;
  const none = { isClear: false, numbers: [] };
  // A later list helps only after the keys have changed.
  if (hasCode(error, 'bad_config')) return { ...none, finding: 'open', why: `${said}` };
  return { ...none, finding: 'later', why: `The vendor's list could not be read: ${said}` };
}

/**
 * Reads the list first and the ledger second. So the ledger knows each order whose numbers are on
 * the list as in flight, as unknown or with its numbers. `before`: the orders that were unknown
 * when reading began.
 */
export async function readListing(
  context: Omit<ReconcileContext, 'mode' | 'planId'>,
  before: KeptUnknown[],
): Promise<{ listing: Listing; unknowns: UnknownAttempt[] }> {
  const { ledger, account, listLagMs } = context;
  const read = { ...(await takeListing(context)), listLagMs };
  return compareWithLedger(ledger, account.id, read, before);
}

type ListContext = Pick<
  ReconcileContext,
  'ledger' | 'vendor' | 'account' | 'listLagMs' | 'onOtherAccount'
>;

/** Reads the list and stores it. Rejects when reading fails, and like `keepListing`. */
export async function takeListing(context: ListContext) {
  const { ledger, vendor, account, listLagMs, onOtherAccount } = context;
  const begun = await beginListing(ledger, account.id);
  // Right before reading: new keys may come at any moment.
  const vendorAccount = vendor.account();
  const numbers = await vendor.ownedNumbers();
  const reader = { vendorAccount, listLagMs };
  const kept = await keepListing(ledger, account.id, begun, numbers, reader).catch(
    async (error: unknown) => {
      if (hasCode(error, 'bad_config')) {
        await refuseVendorAccount(ledger, account.id, vendorAccount);
        await onOtherAccount?.(error.message);
      }
      throw error;
    },
  );
  return { ...begun, ...kept, numbers, vendorAccount };
}

/** Orders are left out that a late answer or a person has settled meanwhile. */
async function settleClear(
  { ledger, log }: ReconcileContext,
  verdicts: Verdict[],
): Promise<Settled[]> {
  const orders = verdicts.map(({ order }) => order);
  const found = await clearVerdicts(ledger, { orders });
  // A person who took a settlement back may know what no list shows.
  const byPersons = await takenBack(ledger, orders);
  const clear = found.filter(({ order }) => !byPersons.has(order));
  const { settled, left } = await acceptVerdicts(ledger, clear, { who: 'reconcile' });
  const verdictOf = new Map(clear.map((each) => [each.order, each]));
  for (const { order } of settled) {
    const { finding, numbers, why } = verdictOf.get(order)!;
    log.info({ order, finding, numbers, why }, 'settled by evidence');
  }
  for (const { order, why } of left) log.info({ order, why }, 'not settled');
  return settled;
}

/** Longest wait of a plan's first order for the list, ms. */
const BASELINE_WITHIN_MS = 10_000;
/** Delay between two looks whether other accounts have read their lists, ms. */
const LOOK_MS = 500;

type BaselineContext = ListContext & Pick<ReconcileContext, 'log' | 'timer'>;

/**
 * Reads the list before a plan's first order, and waits until workers of other accounts have read
 * theirs. Without a baseline, only a person can settle an unknown order of the plan. That is
 * inconvenient and not dangerous, so a vendor that does not answer does not hold up the plan.
 */
export async function takeBaseline(context: BaselineContext): Promise<void> {
  const { ledger, account, log, timer } = context;
  if ((await lacksBaseline(ledger, account.id)).has(account.id)) await takeListingInTime(context);
  let isOver = false;
  const waitForOthers = async () => {
    while (!isOver) {
      const lacking = await lacksBaseline(ledger, account.id);
      lacking.delete(account.id);
      if (lacking.size === 0) return;
      await pause(LOOK_MS);
    }
  };
  const isThere = await doneWithin(BASELINE_WITHIN_MS, waitForOthers(), timer);
  isOver = true;
  if (!isThere) log.warn('a plan does not wait longer for the list of another account');
}

/**
 * Whether orders may be sent with the current keys and address. Reads the list when they have
 * changed, and before a live account's first order. False when this list shows another account of
 * the vendor's, when an earlier list did and none can be read now, when something else answers at
 * the address, and while all that was bought is too new to be on a list.
 */
export async function isSameVendorAccount(context: BaselineContext): Promise<boolean> {
  const { ledger, vendor, account, listLagMs } = context;
  const vendorAccount = vendor.account();
  if (await isNewestListOf(ledger, account.id, vendorAccount)) return true;
  const { beganTick, newest } = await beginListing(ledger, account.id);
  const reader = { beganTick, vendorAccount, listLagMs };
  const known = await knownNumbers(ledger, account.id, reader);
  if (known.length === 0 && newest === null && account.mode !== 'live') return true;
  if (isTooEarly(known)) return false;
  const list = await takeListingInTime(context);
  if (list === 'elsewhere') await context.onOtherAccount?.(ELSEWHERE);
  if (list !== 'unread') return list === 'kept';
  if (!(await isVendorAccountRefused(ledger, account.id, vendorAccount))) return true;
  await context.onOtherAccount?.(STILL_REFUSED);
  return false;
}

const STILL_REFUSED =
  "A list has shown that the keys or the address lead to another account of the vendor's, and no " +
  'list could be read since. Check DIALOGTECH_URL and the keys, or wait until one can be read.';

const ELSEWHERE =
  'What answers at the address is not the vendor: the list of owned numbers gets status 404 or ' +
  '405, or a web page. An order would be unknown. Check DIALOGTECH_URL; where the vendor gives ' +
  'no list, set RECONCILE=off.';

/**
 * `refused`: the list is that of another vendor account, or it is too early to tell. `elsewhere`:
 * what answered is not the vendor.
 */
async function takeListingInTime(
  context: BaselineContext,
): Promise<'kept' | 'refused' | 'elsewhere' | 'unread'> {
  const { log, timer } = context;
  try {
    const isThere = await doneWithin(BASELINE_WITHIN_MS, takeListing(context), timer);
    if (!isThere) throw new Error('no list within 10 s');
    return 'kept';
  } catch (err) {
    log.warn({ err }, "no list of the account's numbers from before the first order");
    if (hasCode(err, 'vendor_down') && err.details.isElsewhere) return 'elsewhere';
    return hasCode(err, 'bad_config') || hasCode(err, 'wrong_state') ? 'refused' : 'unread';
  }
}
