import { hasCode, needsRestart } from '../src/errors.ts';
import {
  type Batches,
  type Claimant,
  type ClaimedOrder,
  type Ledger,
  type NotClaimed,
  ordinalOf,
  PLAIN_OUTCOMES,
  whyNotClaimed,
} from '../src/ledger/index.ts';
import type { Pace, Turn } from '../src/pace/index.ts';
import type { JobAnswer } from '../src/queue/index.ts';
import type { InSlot } from '../src/timing/index.ts';
import type { Traces } from '../src/tracing/index.ts';
import { type Answer, notSent, type Vendor } from '../src/vendor/index.ts';
import { START_WITHIN_MS } from './claim-deadline.ts';
import { keepRecording, type RecordContext, recordOf } from './record-answer.ts';

export type PlaceOrderContext = RecordContext & {
  ledger: Ledger;
  /** Who claims, with the deadline of `claimDeadlineMs`. */
  claimant: Claimant;
  /** The claimant's claims and records. */
  batches: Batches;
  pace: Pick<Pace, 'turn' | 'isClosed'>;
  vendor: Pick<Vendor, 'account' | 'order'>;
  /** As many slots as orders may be in flight. */
  inFlight: InSlot;
  /**
   * The wall clock, ms. It runs on while the machine is suspended, and `now` does not. A person can
   * set it, so this clock alone never permits anything.
   */
  date: () => number;
  /** 0 ≤ random() < 1. */
  random: () => number;
  /** Traces what `meter` counts, order by order. `now` is then `performance.now()`. */
  traces?: Traces | undefined;
};

/** Orders of a plan that share one trace. No collector takes a million spans in one trace. */
const TRACED_TOGETHER = 1_000;
/** Longest rest at a time, ms: an account that a person resumes starts within this. */
const LONGEST_REST_MS = 1_000;
/** Delay before asking an unreachable ledger again, ms. */
const LEDGER_AWAY_MS = 5_000;
const AWAY: NotClaimed = { why: 'later', waitMs: LEDGER_AWAY_MS };

/**
 * Waits for the order's turn, claims the order in the ledger, sends it once and records the answer.
 * While an answer is recorded that changes nothing about the account, another order may be sent.
 * One that may stop the account is recorded first.
 *
 *   claimed?  no  -> nothing is sent, whatever the queue says
 *             yes -> the attempt is committed: only an answer or evidence lets the order be sent
 *                    again
 *
 * No database transaction is open while the vendor answers. The payload holds the order's id only.
 * The claim reads everything else. Never rejects.
 */
export function placeOrder(orderId: number, context: PlaceOrderContext): Promise<JobAnswer> {
  return context.inFlight((release) => placeInSlot(orderId, context, release));
}

async function placeInSlot(
  orderId: number,
  context: PlaceOrderContext,
  release: () => void,
): Promise<JobAnswer> {
  const { now, meter } = context;
  const claim = await claimInTurn(orderId, context);
  if ('next' in claim) return claim;
  const { order, claimAt, claimedAt } = claim;
  const { sendAt, answer } = await sendInTime(claim, context);
  if (PLAIN_OUTCOMES.has(answer.outcome)) release();
  const answeredAt = now();
  meter?.answered(answer.outcome, answeredAt - sendAt);
  const record = recordOf(order, answer, context.random);
  const state = await keepRecording(record, order.type, context);
  traceJob({ claimAt, claimedAt, sendAt, answeredAt }, order, { answer, state }, context.traces);
  if (state !== 'waiting')
    return { next: 'done', words: `${state ?? 'settled before'}: ${record.what}` };
  if (record.outcome === 'not_sent') return { next: 'later', waitMs: record.waitMs ?? 1 };
  // Throttled, or the vendor refused the keys. The ledger knows how long the account rests.
  const { ledger, claimant } = context;
  return withoutClaim(await whyNotClaimed(ledger, orderId, claimant.accountId).catch(() => AWAY));
}

type Claim = {
  order: ClaimedOrder;
  turn: Turn;
  /** Whether the claim is young enough to send the order. */
  mayStart: () => boolean;
  /** When the claim was requested, ms. */
  claimAt: number;
  /** When the ledger granted it, ms. */
  claimedAt: number;
};

/** Returns the order with its committed attempt, or what the job answers without one. */
async function claimInTurn(
  orderId: number,
  context: PlaceOrderContext,
): Promise<Claim | JobAnswer> {
  const { ledger, batches, claimant, pace, log, now, meter } = context;
  let turn: Turn | null = null;
  try {
    turn = await pace.turn();
    // The worker is stopping. Another worker gets the order.
    if (!turn) return { next: 'later', waitMs: 0 };
    // Measured from before the claim, so the ledger's own deadline is always later.
    const mayStart = within(START_WITHIN_MS, context);
    const claimAt = now();
    let order = await batches.claim(orderId);
    if (!order) {
      if (pace.isClosed()) return { next: 'later', waitMs: 0 };
      const reason = await whyNotClaimed(ledger, orderId, claimant.accountId);
      if (reason.why === 'probe') order = await batches.claimProbe(orderId);
      if (!order) {
        turn.giveBack();
        return withoutClaim(reason);
      }
    }
    const claimedAt = now();
    meter?.claimed(claimedAt - claimAt);
    return { order, turn, mayStart, claimAt, claimedAt };
  } catch (err) {
    turn?.giveBack();
    // Nothing was sent. If the claim was committed, its deadline makes the order unknown.
    log.error({ err, order: orderId }, 'the order could not be claimed');
    // No other order of the account could be claimed either.
    if (hasCode(err, 'witness_down') || needsRestart(err))
      return { next: 'rest', waitMs: LONGEST_REST_MS };
    return { next: 'later', waitMs: LEDGER_AWAY_MS };
  }
}

/** Sends the order at its moment, or at a later one if that moment passes before the first byte. */
async function sendInTime(
  { order, turn, mayStart }: Claim,
  { vendor, now }: PlaceOrderContext,
): Promise<{ sendAt: number; answer: Answer }> {
  while (true) {
    let sendAt = now();
    let isLate = false;
    // The committed attempt is for one vendor account only.
    if (vendor.account() !== order.vendorAccount) {
      turn.drop();
      return { sendAt, answer: notSent('the keys or the address changed after it was claimed') };
    }
    const answer = await vendor.order(
      { ...order, search: order.areaCode },
      {
        async moment() {
          await turn.moment(mayStart);
          sendAt = now();
        },
        mayStart() {
          if (!mayStart()) return false;
          isLate = !turn.isInTime();
          return !isLate;
        },
      },
    );
    if (isLate && mayStart()) continue;
    turn.drop();
    return { sendAt, answer };
  }
}

/**
 * Adds the job to the trace of the plan's upload. Waiting jobs are not traced: each would add a
 * span per second.
 */
function traceJob(
  at: Record<'claimAt' | 'claimedAt' | 'sendAt' | 'answeredAt', number>,
  { id, planId: plan, attempt, type, quantity, traceparent }: ClaimedOrder,
  { answer, state }: { answer: Answer; state: string | null },
  traces: Traces | undefined,
): void {
  const order = ordinalOf(id);
  const { outcome, status, numbers } = answer;
  const job = traces?.begin('place order', {
    ...(order <= TRACED_TOGETHER ? { of: traceparent } : { after: traceparent }),
    from: at.claimAt,
    facts: { plan, order, attempt, type, quantity },
  });
  job?.did('claim order', at.claimAt, {}, at.claimedAt);
  job?.did('call vendor', at.sendAt, { outcome, status }, at.answeredAt);
  job?.did('record answer', at.answeredAt, { bought: numbers.length });
  job?.end({ outcome, state });
}

/** Whether less than `ms` have passed since this call, by both clocks. */
function within(ms: number, { now, date }: Pick<PlaceOrderContext, 'now' | 'date'>): () => boolean {
  const [end, endDate] = [now() + ms, date() + ms];
  return () => now() < end && date() < endDate;
}

function withoutClaim(reason: NotClaimed): JobAnswer {
  switch (reason.why) {
    case 'gone':
      return { next: 'done', words: 'not sent: the ledger has nothing to send for it now' };
    // A half-open probe is in flight, or a limit leaves no room for this order now.
    case 'probe':
      return { next: 'rest', waitMs: LONGEST_REST_MS };
    case 'later':
      return { next: 'later', waitMs: reason.waitMs };
    case 'resting':
      return { next: 'rest', waitMs: Math.min(reason.waitMs, LONGEST_REST_MS) };
  }
}
