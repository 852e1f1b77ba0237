import { setTimeout as pause } from 'node:timers/promises';
import type { Timer } from '../../done-within.ts';
import { AppError } from '../../errors.ts';
import { isLearnt, type Sent, type Witness } from '../../witness/index.ts';
import type { Ledger } from '../ledger.ts';
import { ordinalOf } from '../order-id.ts';
import { batcher, isAway } from './batcher.ts';
import {
  type Claimant,
  type ClaimedOrder,
  claimOrders,
  claimSingle,
  lostClaims,
  type MadeClaim,
} from './claim.ts';
import { doubtAnswered, doubtClaims } from './doubt.ts';
import { type AnswerRecord, type Recorded, recordAnswers } from './record.ts';

/** Claims and records of one worker. Each looks single, and few statements serve many. */
export type Batches = {
  /** See `claimOrders`; undefined: not claimed, so it must not be sent. */
  claim(orderId: number): Promise<ClaimedOrder | undefined>;
  /** See `claimSingle`; else as `claim`. */
  claimAlone(orderId: number): Promise<ClaimedOrder | undefined>;
  /**
   * See `recordAnswers`; undefined: the order did not take the answer. An answer to an attempt that
   * the ledger does not know shows that the ledger went back: the attempt is stored, then answered.
   */
  record(record: AnswerRecord): Promise<Recorded | undefined>;
};

export type BatchOptions = {
  /** Marks every attempt before it may be sent. */
  witness: Witness;
  /** Asked at the last moment. False: claims that were still gathering are not made. */
  mayClaim?: () => boolean;
  /** Called when attempts had been sent before, because the ledger has gone back. */
  onDoubt?: (orders: number[]) => Promise<void>;
  clock?: BatchClock | undefined;
};

type BatchClock = {
  /** A clock that only goes forward, ms. */
  now(): number;
  sleep(ms: number): Promise<void>;
  timer?: Timer;
};

/** Its waits do not keep the process alive. */
const OWN: BatchClock = {
  now: () => performance.now(),
  sleep: (ms) => pause(ms, undefined, { ref: false }),
};

/** What happened to the marks of some claims. */
type Marking = {
  /** Orders that had been sent before. */
  known: Set<number>;
  /** The witness has stored the marks. */
  isMarked: boolean;
};

export function openBatches(
  ledger: Ledger,
  claimant: Claimant,
  { witness, mayClaim = () => true, onDoubt = async () => {}, clock = OWN }: BatchOptions,
): Batches {
  const { accountId } = claimant;
  let claims = 0;

  /**
   * Returns the claims that may be sent: those without an earlier mark. It tells `marking` what
   * happened to the marks, even when it throws.
   */
  async function mark<Claim extends MadeClaim>(
    claimed: Claim[],
    ticket: string,
    marking: Marking,
  ): Promise<Claim[]> {
    if (claimed.length === 0) return claimed;
    const marks = claimed.map(({ id, planKey, attempt, nonce, quantity }) => ({
      ...{ planKey, attempt, nonce, quantity, order: ordinalOf(id) },
    }));
    const before = await witness.mark(marks, ticket).catch(rethrow);
    marking.isMarked = true;
    if (before.length === 0) return claimed;
    const sent = claimed.filter((_, at) => before.includes(marks[at] as Sent));
    for (const { id } of sent) marking.known.add(id);
    await doubtClaims(
      ledger,
      sent.map(({ id, attempt }) => ({ orderId: id, attempt })),
      SENT_BEFORE,
    );
    await onDoubt(sent.map(({ id }) => id));
    return claimed.filter(({ id }) => !marking.known.has(id));
  }

  /** Marks claims that held this ticket and whose marks may not have been stored. */
  async function markLate(
    claimed: MadeClaim[],
    held: string,
    marking: Marking,
  ): Promise<MadeClaim[]> {
    if (marking.isMarked) return claimed;
    const ticket = await witness.ticket();
    // The store has forgotten its marks and has learnt these claims from the ledger.
    if (ticket !== held && isLearnt(ticket)) return claimed;
    return mark(claimed, ticket, marking);
  }

  /** Claims, then marks. When either fails, the callers get the error and send nothing. */
  async function claimAndMark(
    ids: number[],
    claim: (claimant: Claimant) => Promise<ClaimedOrder[]>,
    next = () => {},
  ): Promise<ClaimedOrder[]> {
    if (!mayClaim()) return [];
    const batch = ++claims;
    const marking: Marking = { known: new Set(), isMarked: false };
    let ticket = '';
    try {
      ticket = await witness.ticket().catch(rethrow);
      const claimed = await claim({ ...claimant, batch });
      // The next orders may be claimed while these are marked.
      next();
      return await mark(claimed, ticket, marking);
    } catch (error) {
      // The claim may have been made. An order that was sent before must not be given back as
      // unsent: its deadline makes it unknown.
      const unsent = ids.filter((id) => !marking.known.has(id));
      if (isAway(error)) {
        const late = (lost: MadeClaim[]) => markLate(lost, ticket, marking);
        void giveBack({ ledger, clock }, { ...claimant, batch }, unsent, late);
      }
      throw error;
    }
  }

  const { timer } = clock;
  return {
    // Of two claims of one order, only one may succeed. The batcher keeps the other for the next
    // statement.
    claim: batcher({
      keyOf: (id: number) => id,
      atOnce: 1,
      timer,
      run: async (ids, next) => {
        const claim = (by: Claimant) => claimOrders(ledger, ids.sort(ascending), by);
        return byOrder(await claimAndMark(ids, claim, next), 'id');
      },
    }),
    async claimAlone(id) {
      const claim = async (by: Claimant) => {
        const order = await claimSingle(ledger, id, by);
        return order ? [order] : [];
      };
      const [order] = await claimAndMark([id], claim);
      return order;
    },
    record: batcher({
      keyOf: (record: AnswerRecord) => record.orderId,
      // Records cost the database several times as much as claims, and it may use two processors.
      atOnce: 2,
      timer,
      run: async (records) => {
        await witness.answered(records.map(asAnswered));
        const recorded = byOrder(await recordAnswers(ledger, accountId, records), 'orderId');
        const missing = records.filter(({ orderId }) => !recorded.has(orderId));
        const lost = await doubtAnswered(ledger, claimant, missing);
        if (lost.length === 0) return recorded;
        await onDoubt(lost.map(({ orderId }) => orderId));
        const again = byOrder(await recordAnswers(ledger, accountId, lost), 'orderId');
        return new Map([...recorded, ...again]);
      },
    }),
  };
}

const SENT_BEFORE =
  'The ledger has gone back: the same attempt had been sent before, and its answer is lost';

function asAnswered(record: AnswerRecord) {
  const { planKey, orderId, attempt } = record;
  return { planKey, attempt, order: ordinalOf(orderId), record };
}

/** Replaces the store's own error, which says nothing to people. */
function rethrow(cause: Error): never {
  const message =
    'What remembers which orders were sent cannot be reached ' +
    `(${cause.message}). Nothing is sent until it can.`;
  throw new AppError('witness_down', message, {}, { cause });
}

/** Delay before asking the ledger again what became of a claim, ms. */
const GIVE_BACK_MS = 1_000;

/**
 * Records that nothing of a claim was sent, as soon as the ledger answers. Otherwise the claim
 * counts as unknown at its deadline, and a person would have to settle it. It still does after that
 * deadline, or when the process ends first.
 *
 * The attempts are marked first. The next attempt has another number, so no later check would find
 * that a ledger that went back had sent this one before.
 */
async function giveBack(
  { ledger, clock }: { ledger: Ledger; clock: BatchClock },
  { accountId, worker, deadlineMs, batch }: Claimant & { batch: number },
  ids: number[],
  mark: (lost: MadeClaim[]) => Promise<MadeClaim[]>,
): Promise<void> {
  const until = clock.now() + deadlineMs;
  while (clock.now() < until) {
    await clock.sleep(GIVE_BACK_MS);
    try {
      const lost = await mark(await lostClaims(ledger, ids, { worker, batch }));
      if (lost.length > 0) await recordAnswers(ledger, accountId, lost.map(notSent));
      return;
    } catch {}
  }
}

function notSent({ id, attempt, nonce, planKey }: MadeClaim): AnswerRecord {
  return {
    ...{ orderId: id, attempt, nonce, planKey },
    ...{ outcome: 'not_sent', state: 'waiting', numbers: [], status: null, body: null },
    ...{ waitMs: 0, retryAfterMs: null },
    what: 'Nothing was sent: the answer to its claim was lost.',
  };
}

const ascending = (a: number, b: number) => a - b;

function byOrder<Row extends { [key in Key]: number }, Key extends string>(rows: Row[], key: Key) {
  return new Map(rows.map((row) => [row[key] as number, row]));
}
