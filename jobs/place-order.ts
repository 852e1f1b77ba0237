import type { Timer } from '../src/done-within.ts';
import { AppError } from '../src/errors.ts';
import {
  type Batches,
  type Claimant,
  type ClaimedOrder,
  type Ledger,
  type NotClaimed,
  ordinalOf,
  whyNotClaimed,
} from '../src/ledger/index.ts';
import type { Log } from '../src/log.ts';
import type { Meter } from '../src/monitor/index.ts';
import type { Pace, Turn } from '../src/pace/index.ts';
import type { JobAnswer } from '../src/queue/index.ts';
import type { Traces } from '../src/tracing/index.ts';
import type { Answer, Vendor } from '../src/vendor/index.ts';
import { keepRecording, recordOf } from './record-answer.ts';

/** What an order's job works with. */
export type PlaceOrderContext = {
  ledger: Ledger;
  /** Who claims, with the deadline of `claimDeadlineMs`. */
  claimant: Claimant;
  /** The account's name, for words to a person. */
  account: string;
  /** The claimant's claims and records. */
  batches: Batches;
  pace: Pick<Pace, 'turn' | 'isClosed'>;
  vendor: Pick<Vendor, 'order'>;
  log: Log;
  /** A clock that only goes forward, ms; one that a person can set must not allow a thing. */
  now: () => number;
  /** The clock on the wall, ms: the other one stands still while the machine is suspended. */
  date: () => number;
  /** 0 ≤ random() < 1. */
  random: () => number;
  sleep: (ms: number) => Promise<void>;
  timer?: Timer | undefined;
  /** Told what is done and how long it took. */
  meter?: Meter | undefined;
  /** Told the same, order by order; `now` is `performance.now()` then. */
  traces?: Traces | undefined;
};

/** From claim to first byte, ms: time to connect; a process that slept longer sends nothing. */
const START_WITHIN_MS = 15_000;
/** From the last moment an answer may come to the moment it is given up, ms: time to record it. */
const RECORD_WITHIN_MS = 15_000;
/** Orders of a plan that are parts of one trace: no collector takes a million in one piece. */
const TRACED_TOGETHER = 1_000;
/** A rest is taken in pieces, ms, so that an account that a person resumes goes on at once. */
const LONGEST_REST_MS = 1_000;
/** Wait before asking a ledger again that cannot be reached, ms. */
const LEDGER_AWAY_MS = 5_000;
/** The same of a witness that is being compared with the ledger, ms: it seldom takes longer. */
const WITNESS_AWAY_MS = 1_500;
const AWAY: NotClaimed = { why: 'later', waitMs: LEDGER_AWAY_MS };

/** From the claim to the attempt's deadline, after which it counts as unknown. */
export function claimDeadlineMs(requestTimeoutMs: number): number {
  return START_WITHIN_MS + requestTimeoutMs + RECORD_WITHIN_MS;
}

/**
 * The job of an order: wait for its turn, claim it in the ledger, send it once, record what came of
 * it.
 *
 *   claimed?  no  -> nothing is sent, whatever the queue says
 *             yes -> the attempt is committed: from here on only an answer, or evidence, lets the
 *                    order be sent again
 *
 * No database transaction is open while the vendor is being talked to. The payload is the order's
 * id and nothing else; everything it is about is read with the claim.
 *
 * Never rejects. `done`: this job has nothing more to do, whatever became of the order. `later`:
 * the order waits, and the job comes again after so many ms. `rest`: the whole account does.
 */
export async function placeOrder(orderId: number, context: PlaceOrderContext): Promise<JobAnswer> {
  const { now, meter } = context;
  const claim = await claimInTurn(orderId, context);
  if ('next' in claim) return claim;
  const { order, claimAt, claimedAt } = claim;
  const { sendAt, answer } = await sendInTime(claim, context);
  const answeredAt = now();
  meter?.answered(answer.outcome, answeredAt - sendAt);
  const record = recordOf(order, answer, context.random);
  const state = await keepRecording(record, order.type, context);
  tellTrace({ claimAt, claimedAt, sendAt, answeredAt }, order, { answer, state }, context);
  if (state !== 'waiting')
    return { next: 'done', words: `${state ?? 'settled before'}: ${record.what}` };
  if (record.outcome === 'not_sent') return { next: 'later', waitMs: record.waitMs ?? 1 };
  // Throttled, or the keys were refused: the ledger knows how long the account rests.
  const { ledger, claimant } = context;
  return passOver(await whyNotClaimed(ledger, orderId, claimant.accountId).catch(() => AWAY));
}

type Claim = {
  order: ClaimedOrder;
  turn: Turn;
  /** Whether it may still be sent. */
  mayStart: () => boolean;
  /** When the claim was asked for, and when it was there, ms. */
  claimAt: number;
  claimedAt: number;
};

/**
 * When its turn has come: the order, for which an attempt is committed; or what becomes of the job.
 */
async function claimInTurn(
  orderId: number,
  context: PlaceOrderContext,
): Promise<Claim | JobAnswer> {
  const { ledger, batches, claimant, pace, log, now, meter } = context;
  try {
    const turn = await pace.turn();
    // The worker is stopping: the order is another one's.
    if (!turn) return { next: 'later', waitMs: 0 };
    // Before the claim is sent: the deadline that the ledger counts from its own clock is later.
    const mayStart = within(START_WITHIN_MS, context);
    const claimAt = now();
    let order = await batches.claim(orderId);
    // It had its turn, but the claim was not made any more.
    if (!order && pace.isClosed()) return { next: 'later', waitMs: 0 };
    if (!order) {
      const reason = await whyNotClaimed(ledger, orderId, claimant.accountId);
      if (reason.why === 'single') order = await batches.claimAlone(orderId);
      if (!order) {
        turn.giveBack();
        return passOver(reason);
      }
    }
    const claimedAt = now();
    meter?.claimed(claimedAt - claimAt);
    return { order, turn, mayStart, claimAt, claimedAt };
  } catch (err) {
    // Whether or not the claim was committed, nothing was sent. If it was, its deadline decides.
    log.error({ err, order: orderId }, 'the order could not be claimed');
    const isWitness = err instanceof AppError && err.code === 'witness_down';
    return { next: 'later', waitMs: isWitness ? WITNESS_AWAY_MS : LEDGER_AWAY_MS };
  }
}

/**
 * Sends it at its moment. When that was missed on the way to the first byte, nothing has left, and
 * it is begun again for the next one.
 */
async function sendInTime(
  { order, turn, mayStart }: Claim,
  { vendor, now }: PlaceOrderContext,
): Promise<{ sendAt: number; answer: Answer }> {
  while (true) {
    await turn.moment(mayStart);
    const sendAt = now();
    const answer = await vendor.order(
      { ...order, search: order.areaCode },
      { mayStart: () => mayStart() && turn.isInTime() },
    );
    if (answer.outcome !== 'not_sent' || !turn.wasRefused()) return { sendAt, answer };
  }
}

/**
 * Afterwards, when nothing depends on it any more: as a part of the trace of the plan's upload,
 * from before the claim. Jobs that only wait are not told; there is one a second of them.
 */
function tellTrace(
  {
    claimAt,
    claimedAt,
    sendAt,
    answeredAt,
  }: { [moment in 'claimAt' | 'claimedAt' | 'sendAt' | 'answeredAt']: number },
  { id, planId: plan, attempt, type, quantity, traceparent }: ClaimedOrder,
  { answer, state }: { answer: Answer; state: string | null },
  { traces }: PlaceOrderContext,
): void {
  const order = ordinalOf(id);
  const { outcome, status, numbers } = answer;
  const job = traces?.begin('place order', {
    ...(order <= TRACED_TOGETHER ? { of: traceparent } : { after: traceparent }),
    from: claimAt,
    facts: { plan, order, attempt, type, quantity },
  });
  job?.did('claim order', claimAt, {}, claimedAt);
  job?.did('call vendor', sendAt, { outcome, status }, answeredAt);
  job?.did('record answer', answeredAt, { bought: numbers.length });
  job?.end({ outcome, state });
}

/** Whether less than `ms` have passed since this call, by both clocks: each can only forbid. */
function within(ms: number, { now, date }: Pick<PlaceOrderContext, 'now' | 'date'>): () => boolean {
  const [by, byDate] = [now() + ms, date() + ms];
  return () => now() < by && date() < byDate;
}

function passOver(reason: NotClaimed): JobAnswer {
  switch (reason.why) {
    case 'gone':
      return { next: 'done', words: 'not sent: the ledger has nothing to send for it now' };
    // Another one is being tried alone, or the day's limit leaves no room for it at the moment.
    case 'single':
      return { next: 'rest', waitMs: LONGEST_REST_MS };
    case 'later':
      return { next: 'later', waitMs: reason.waitMs };
    case 'resting':
      return { next: 'rest', waitMs: Math.min(reason.waitMs, LONGEST_REST_MS) };
  }
}
