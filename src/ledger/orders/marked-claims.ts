import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError, needsRestart } from '../../errors.ts';
import type { Timer } from '../../timing/index.ts';
import { isLearnt, type Sent, type Witness } from '../../witness/index.ts';
import type { Ledger } from '../ledger.ts';
import { ordinalOf } from '../order-id.ts';
import { isAway } from './batcher.ts';
import { type Claimant, type ClaimedOrder, lostClaims, type MadeClaim } from './claim.ts';
import { doubtClaims } from './doubt.ts';
import { type AnswerRecord, recordAnswers } from './record.ts';

export type ClaimingOptions = {
  /** Marks every attempt before it may be sent. */
  witness: Witness;
  /** Asked at the last moment. False: claims that still wait for their statement are not made. */
  mayClaim?: () => boolean;
  /** Called when attempts had been sent before, because the ledger has gone back. */
  onDoubt?: (orders: number[]) => Promise<void>;
  clock?: BatchClock | undefined;
};

export type BatchClock = {
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
  /** Names the call to the witness. A repeat of it must hold the same claims. */
  call: string;
  /** The claims of that call; null before it. */
  asked: MadeClaim[] | null;
  /** Orders that had been sent before. */
  known: Set<number>;
  isMarked: boolean;
};

/** A worker's claims: each is made in the ledger, then marked at the witness. */
export class MarkedClaims {
  readonly #ledger: Ledger;
  readonly #claimant: Claimant;
  readonly #options: Required<ClaimingOptions> & { clock: BatchClock };
  /** How many claims were made. */
  #claims = 0;

  constructor(ledger: Ledger, claimant: Claimant, options: ClaimingOptions) {
    const { mayClaim = () => true, onDoubt = async () => {}, clock = OWN } = options;
    this.#ledger = ledger;
    this.#claimant = claimant;
    this.#options = { ...options, mayClaim, onDoubt, clock };
  }

  /** Claims, then marks. When either fails, the callers get the error and send nothing. */
  async make(
    ids: number[],
    claim: (claimant: Claimant) => Promise<ClaimedOrder[]>,
    releaseSlot = () => {},
  ): Promise<ClaimedOrder[]> {
    const { mayClaim, witness } = this.#options;
    if (!mayClaim()) return [];
    const claimant = { ...this.#claimant, batch: ++this.#claims };
    const call = randomUUID();
    const marking: Marking = { call, asked: null, known: new Set(), isMarked: false };
    let ticket = '';
    try {
      ticket = await witness.ticket().catch(rethrow);
      const claimed = await claim(claimant);
      // The next orders may be claimed while these are marked.
      releaseSlot();
      return await this.#mark(claimed, ticket, marking);
    } catch (error) {
      // The claim may have been made. An order that was sent before must not be given back as
      // unsent: its deadline makes it unknown.
      const unsent = ids.filter((id) => !marking.known.has(id));
      if (isAway(error) || marking.asked) void this.#giveBack(claimant, unsent, ticket, marking);
      throw error;
    }
  }

  /** Returns the claims without an earlier mark. It also tells `marking`, even when it throws. */
  async #mark<Claim extends MadeClaim>(
    claimed: Claim[],
    ticket: string,
    marking: Marking,
  ): Promise<Claim[]> {
    if (claimed.length === 0) return claimed;
    const marks = claimed.map(({ id, planKey, attempt, nonce, quantity }) => ({
      ...{ planKey, attempt, nonce, quantity, order: ordinalOf(id) },
    }));
    marking.asked = claimed;
    const call = { id: marking.call, ticket, repeatWithinMs: 2 * this.#claimant.deadlineMs };
    const before = await this.#options.witness.mark(marks, call).catch(rethrow);
    marking.isMarked = true;
    const sent = claimed.filter((_, at) => before.includes(marks[at] as Sent));
    for (const { id } of sent) marking.known.add(id);
    return this.#withoutKnown(claimed, marking);
  }

  /** Puts in doubt what had been sent before, and returns the others. It may be called again. */
  async #withoutKnown<Claim extends MadeClaim>(
    claimed: Claim[],
    { known }: Marking,
  ): Promise<Claim[]> {
    const sent = claimed.filter(({ id }) => known.has(id));
    if (sent.length === 0) return claimed;
    await doubtClaims(
      this.#ledger,
      sent.map(({ id, attempt }) => ({ orderId: id, attempt })),
      ATTEMPT_SENT_BEFORE,
    );
    await this.#options.onDoubt(sent.map(({ id }) => id));
    return claimed.filter(({ id }) => !known.has(id));
  }

  /** Marks claims that held this ticket, by the same call: their marks may have been stored. */
  async #markLate(claimed: MadeClaim[], held: string, marking: Marking): Promise<MadeClaim[]> {
    if (marking.isMarked) return this.#withoutKnown(claimed, marking);
    const ticket = await this.#options.witness.ticket();
    // The store has forgotten its marks and has learnt these claims from the ledger.
    if (ticket !== held && isLearnt(ticket)) return claimed;
    const unsent = await this.#mark(marking.asked ?? claimed, ticket, marking);
    return claimed.filter(({ id }) => unsent.some((each) => each.id === id));
  }

  /**
   * Records that nothing of a claim was sent, as soon as the ledger answers; else it counts as
   * unknown at its deadline, and a person must settle it. The attempts are marked first: the next
   * attempt has another number, so no later check would find an earlier sending of this one.
   */
  async #giveBack(
    { accountId, worker, deadlineMs, batch }: Claimant & { batch: number },
    ids: number[],
    ticket: string,
    marking: Marking,
  ): Promise<void> {
    const { clock } = this.#options;
    const until = clock.now() + deadlineMs;
    while (clock.now() < until) {
      await clock.sleep(GIVE_BACK_MS);
      try {
        const made = await lostClaims(this.#ledger, ids, { worker, batch });
        // The ledger may have been slow, and the store soon forgets the call. It would then take
        // our own marks for another sender's.
        if (clock.now() >= until) return;
        if (made.length === 0 && !marking.asked) return;
        const lost = await this.#markLate(made, ticket, marking);
        if (lost.length > 0) await recordAnswers(this.#ledger, accountId, lost.map(notSent));
        return;
      } catch {}
    }
  }
}

const ATTEMPT_SENT_BEFORE =
  'The ledger has gone back: the same attempt had been sent before, and its answer is lost';

/** Replaces the store's own error, which says nothing to people, unless it is about the ledger. */
function rethrow(cause: Error): never {
  if (needsRestart(cause)) throw cause;
  const message =
    'The witness, which remembers what was sent, cannot be asked at the moment ' +
    `(${cause.message}). Nothing is sent until it can.`;
  throw new AppError('witness_down', message, {}, { cause });
}

/** Delay before asking the ledger again what became of a claim, ms. */
const GIVE_BACK_MS = 1_000;

function notSent({ id, attempt, nonce, planKey }: MadeClaim): AnswerRecord {
  return {
    ...{ orderId: id, attempt, nonce, planKey },
    ...{ outcome: 'not_sent', state: 'waiting', numbers: [], status: null, body: null },
    ...{ waitMs: 0, retryAfterMs: null },
    what: 'Nothing was sent: the answer to its claim was lost.',
  };
}
