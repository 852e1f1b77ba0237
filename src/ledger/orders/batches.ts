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

/** Claims and records of one worker, each as if it were alone, made in few statements. */
export type Batches = {
  /** See `claimOrders`; undefined: not claimed, so it must not be sent. */
  claim(orderId: number): Promise<ClaimedOrder | undefined>;
  /** See `claimSingle`; else as `claim`. */
  claimAlone(orderId: number): Promise<ClaimedOrder | undefined>;
  /**
   * See `recordAnswers`; undefined: the order did not take the answer. An answer to an attempt that
   * the ledger does not know shows that it has gone back: the attempt is put in, and answered.
   */
  record(record: AnswerRecord): Promise<Recorded | undefined>;
};

export type BatchOptions = {
  /** Marks every attempt before it may be sent. */
  witness: Witness;
  /** Asked at the last moment: claims that were still being gathered are not made then. */
  mayClaim?: () => boolean;
  /** Called when attempts had been sent before: the ledger has gone back. */
  onDoubt?: (orders: number[]) => Promise<void>;
  clock?: BatchClock | undefined;
};

type BatchClock = {
  /** One that only goes forward, ms. */
  now(): number;
  sleep(ms: number): Promise<void>;
  timer?: Timer;
};

/** A wait that does not keep the process from ending. */
const OWN: BatchClock = {
  now: () => performance.now(),
  sleep: (ms) => pause(ms, undefined, { ref: false }),
};

/** What has become of the marks of some claims. */
type Fate = {
  /** Orders that had been sent before. */
  known: Set<number>;
  /** The witness has taken them. */
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
   * The claims that may be sent: those that nobody has marked before. What became of the marks is
   * in `fate`, also when it throws.
   */
  async function mark<Claim extends MadeClaim>(
    claimed: Claim[],
    ticket: string,
    fate: Fate,
  ): Promise<Claim[]> {
    if (claimed.length === 0) return claimed;
    const marks = claimed.map(({ id, planKey, attempt, nonce, quantity }) => ({
      ...{ planKey, attempt, nonce, quantity, order: ordinalOf(id) },
    }));
    const before = await witness.mark(marks, ticket).catch(rethrow);
    fate.isMarked = true;
    if (before.length === 0) return claimed;
    const sent = claimed.filter((_, at) => before.includes(marks[at] as Sent));
    for (const { id } of sent) fate.known.add(id);
    await doubtClaims(
      ledger,
      sent.map(({ id, attempt }) => ({ orderId: id, attempt })),
      SENT_BEFORE,
    );
    await onDoubt(sent.map(({ id }) => id));
    return claimed.filter(({ id }) => !fate.known.has(id));
  }

  /** As `mark`, of claims that held this ticket, and whose marks may not have been taken. */
  async function markLate(claimed: MadeClaim[], held: string, fate: Fate): Promise<MadeClaim[]> {
    if (fate.isMarked) return claimed;
    const ticket = await witness.ticket();
    // What was marked before is forgotten, and these claims were learnt from the ledger.
    if (ticket !== held && isLearnt(ticket)) return claimed;
    return mark(claimed, ticket, fate);
  }

  /** Claims and marks. When either fails, those who asked are told so and send nothing. */
  async function claimAndMark(
    ids: number[],
    claim: (claimant: Claimant) => Promise<ClaimedOrder[]>,
    next = () => {},
  ): Promise<ClaimedOrder[]> {
    if (!mayClaim()) return [];
    const batch = ++claims;
    const fate: Fate = { known: new Set(), isMarked: false };
    let ticket = '';
    try {
      ticket = await witness.ticket().catch(rethrow);
      const claimed = await claim({ ...claimant, batch });
      // The next orders are claimed while these are marked.
      next();
      return await mark(claimed, ticket, fate);
    } catch (error) {
      // The claim may have been made. Of what was sent before nobody may say that it was not: its
      // deadline makes it unknown.
      const unsent = ids.filter((id) => !fate.known.has(id));
      if (isAway(error)) {
        const late = (lost: MadeClaim[]) => markLate(lost, ticket, fate);
        void giveBack({ ledger, clock }, { ...claimant, batch }, unsent, late);
      }
      throw error;
    }
  }

  const { timer } = clock;
  return {
    // Twice at once: only one may be told yes, and the batcher keeps the other for the next
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
      // They cost the database several times as much as claims, and it may use two processors.
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

/** The cause may be the store's own, which says nothing to people. */
function rethrow(cause: Error): never {
  const message =
    'What remembers which orders were sent cannot be reached ' +
    `(${cause.message}). Nothing is sent until it can.`;
  throw new AppError('witness_down', message, {}, { cause });
}

/** Until the ledger is asked again what has become of a claim, ms. */
const GIVE_BACK_MS = 1_000;

/**
 * Says of all that a claim has made that it was not sent, as soon as the ledger is there to hear
 * it: else it would count as unknown at its deadline, and a person would have to settle it. After
 * that, or when the process ends before, it does.
 *
 * First they are marked. The next attempt has another number, so nobody would ask any more whether
 * this one had been sent before by a ledger that went back.
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
