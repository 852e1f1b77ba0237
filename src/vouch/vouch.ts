/**
 * Finds out whether the ledger can be believed and, if not, what it has lost.
 *
 *   the same incarnation as before         yes
 *   a plain restart that we lived through  yes: each worker's own last word to it is there
 *   the witness remembers                  yes, after comparing: what is lacking becomes unknown
 *   nobody remembers                       only after a wait and a look at the vendor's list
 */
import { withFullStop } from '../english.ts';
import {
  type Account,
  attemptMarks,
  beginDoubt,
  hasSent,
  type Ledger,
  type LedgerTrust,
  leaveToPerson,
  lostPlanMarks,
  noteTaught,
  readTrust,
  requireReady,
  vouchFor,
  vouchTogether,
  withdrawVouching,
} from '../ledger/index.ts';
import type { Log } from '../log.ts';
import { type Bitmap, type MarkStore, openMarks, type Witness } from '../witness/index.ts';
import { compare } from './compare.ts';

export type VouchContext = {
  ledger: Ledger;
  account: Account;
  witness: Witness;
  /** The worker that watches. */
  worker: string;
  log: Log;
  /** Time from a claim to its attempt's deadline, ms. */
  deadlineMs: number;
  /**
   * How long after the first doubt the vendor's list must show everything that was sent before, ms;
   * longer where another worker waits longer. 0: at once.
   */
  waitMs: number;
  /**
   * Looks in the vendor's list for what the ledger does not know. Returns why the list shows
   * nothing; null when it could be believed. Null itself when the list may not be read.
   */
  look: (() => Promise<string | null>) | null;
  /** A clock that only goes forward, ms. */
  now: () => number;
};

/** Delay between two tries to read the list, and how long to keep trying, ms. */
const LOOK_EVERY_MS = 10_000;
const LOOK_FOR_MS = 60_000;

/** Watches whether the ledger of an account can be believed, for one worker. */
export class Vouch {
  readonly #context: VouchContext;
  #last: LedgerTrust | undefined;
  /** The ledger went back, and was not compared since: its count rises meanwhile. */
  #isBack = false;
  /** The incarnation that had its own last word, after plain restarts only. */
  #found: string | null = null;
  #nextLookAt = Number.NEGATIVE_INFINITY;
  #isCompared = false;
  /** The incarnation that the last sweep saw, for which nobody had vouched. */
  #unvouched: string | undefined;

  constructor(context: VouchContext) {
    this.#context = context;
  }

  /** In every worker, once a second: compares what it has sent with a ledger that changed. */
  async watch(): Promise<void> {
    const { ledger, account, worker } = this.#context;
    const seen = await readTrust(ledger, account.id, worker);
    if (seen.isNewer && !this.#last?.isNewer)
      this.#context.log.warn(
        "the database's tables are newer than this program knows: " +
          'it claims nothing more, and finishes what is in flight',
      );
    if (this.#last) await this.#compareWith(this.#last, seen);
    this.#last = seen;
  }

  /** In the worker that sweeps, before it fills the queue. False: orders may not be claimed yet. */
  async vouch(): Promise<boolean> {
    const { ledger, account, witness } = this.#context;
    const seen = await readTrust(ledger, account.id);
    if (seen.isNewer) return false;
    const { vouchedFor, incarnation } = seen;
    const { store } = witness;
    if (vouchedFor === incarnation) {
      await this.#makeLevel(seen);
      return true;
    }
    // A restore that still runs may have brought back the rows and not yet what keeps the rules.
    await requireReady(ledger);
    if (store && (await canCompare(witness))) {
      await store.recall((marked) => compare(this.#context, marked, { isAll: true }));
      await vouchFor(ledger, account.id, incarnation);
      return true;
    }
    return this.#lookWhenDue(seen);
  }

  /** The ledger is believed: what it knows to have been sent is in the store from then on. */
  async #makeLevel({ taught }: LedgerTrust): Promise<void> {
    const { ledger, account, witness } = this.#context;
    const { store } = witness;
    if (store === null) {
      if (taught !== null) await noteTaught(ledger, account.id, null);
      return;
    }
    const memory = await store.memory();
    if (memory !== null) await this.#compareWhenNew(store);
    if (memory === null || memory !== taught) await teach(store, this.#context);
  }

  async #compareWith(last: LedgerTrust, seen: LedgerTrust): Promise<void> {
    const { ledger, account, witness, worker, log } = this.#context;
    const isSame = seen.incarnation === last.incarnation;
    this.#isBack ||= hasGoneBack(last, seen);
    const isBack = this.#isBack;
    if (isSame && !isBack) return;
    const keepsLost = !(await canCompare(witness));
    await compare(this.#context, witness.own(), { isAll: false, keepsLost });
    if (isSame) {
      log.error('the ledger has gone back while it was running');
      await withdrawVouching(ledger, account.id);
    } else if (!isBack && isPlainRestart(last, seen, this.#found) && !(await canCompare(witness))) {
      await vouchTogether(ledger, account.id, seen.incarnation, worker);
      this.#found = seen.incarnation;
    }
    this.#isBack = false;
  }

  /**
   * An account of a new ledger is believed from the beginning. The ledger may still be in the place
   * of one that was lost, and then the witness remembers what that one had sent.
   */
  async #compareWhenNew(store: MarkStore): Promise<void> {
    if (this.#isCompared) return;
    const { ledger, account } = this.#context;
    if (!(await hasSent(ledger, account.id)))
      await store.recall((marked) => compare(this.#context, marked, { isAll: true }));
    this.#isCompared = true;
  }

  async #lookWhenDue({ incarnation, doubted, patienceMs }: LedgerTrust): Promise<boolean> {
    const { ledger, account, witness, log, look, now } = this.#context;
    const waitMs = this.#context.waitMs && Math.max(this.#context.waitMs, patienceMs);
    if (doubted === 'person') return false;
    // Workers that lived through a plain restart vouch for it within a second.
    if (doubted === null && this.#unvouched !== incarnation) {
      this.#unvouched = incarnation;
      return false;
    }
    if (doubted === null) {
      log.warn({ waitMs }, DOUBTED);
      await beginDoubt(ledger, account.id, { waitMs, why: DOUBTED });
    }
    const overdueMs = (doubted ?? 0) - waitMs;
    if (overdueMs < 0 || now() < this.#nextLookAt) return false;
    this.#nextLookAt = now() + LOOK_EVERY_MS;
    const fault = look ? await look() : 'RECONCILE is off, so no list is read';
    if (fault === null) {
      await vouchFor(ledger, account.id, incarnation);
      if (witness.store) await teach(witness.store, this.#context);
      return true;
    }
    log.warn({ fault }, "the vendor's list cannot vouch for the ledger");
    if (look === null || overdueMs > LOOK_FOR_MS)
      await leaveToPerson(ledger, account.id, cannotLook(account.name, fault));
    return false;
  }
}

const DOUBTED =
  'The database is not the one that was running before, and nothing else ' +
  'remembers what was sent. No order is sent before a look at the list of the ' +
  'vendor, taken once everything sent before must be on it';

/** Whether something stronger than one worker's word is available. */
async function canCompare({ store }: Witness): Promise<boolean> {
  return store !== null && (await store.memory()) !== null;
}

/** The ledger counts each question. When the count has not risen, it has gone back. */
function hasGoneBack(last: LedgerTrust, seen: LedgerTrust): boolean {
  return last.asked !== null && (seen.asked ?? 0) <= last.asked;
}

/**
 * A server that came up again with everything it had stored; perhaps several times, before anybody
 * vouched for it. `found`: the incarnation that was found whole in this way.
 */
function isPlainRestart(last: LedgerTrust, seen: LedgerTrust, found: string | null): boolean {
  const isNext =
    seen.vouchedFor === last.incarnation ||
    (found === last.incarnation && seen.vouchedFor !== null && seen.vouchedFor === last.vouchedFor);
  return seen.lineage !== null && seen.lineage === last.lineage && isNext;
}

/** The store may lack marks, as when it was emptied: mark again what the ledger knows. */
async function teach(store: MarkStore, { ledger, account, log }: VouchContext): Promise<void> {
  const memory = await store.learn(bitmapsOf(ledger, account.id));
  await noteTaught(ledger, account.id, memory);
  log.info('the witness knows every attempt of the ledger');
}

async function* bitmapsOf(ledger: Ledger, accountId: number): AsyncGenerator<Bitmap> {
  // First: a plan that is submitted again meanwhile is among those that are read afterwards.
  yield* await lostPlanMarks(ledger, accountId);
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
    `${withFullStop(fault)} Compare the account's numbers with the plans by hand, ` +
    `then resume with "account ${account} --resume"`
  );
}
