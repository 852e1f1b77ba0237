import { hasCode, needsRestart } from '../src/errors.ts';
import {
  type Batches,
  type Claimant,
  type ClaimedOrder,
  type Ledger,
  type NotClaimed,
  ordinalOf,
  whyNotClaimed,
} from '../src/ledger/index.ts';
import type { Pace, Turn } from '../src/pace/index.ts';
import type { JobAnswer } from '../src/queue/index.ts';
import type { Traces } from '../src/tracing/index.ts';
import { type Answer, notSent, type Vendor } from '../src/vendor/index.ts';
import { START_WITHIN_MS } from './claim-deadline.ts';
import { keepRecording, type RecordContext, recordOf } from './record-answer.ts';

/** What an order's job works with. */
export type PlaceOrderContext = RecordContext & {
  ledger: Ledger;
  /** Who claims, with the deadline of `claimDeadlineMs`. */
  claimant: Claimant;
  /** The claimant's claims and records. */
  batches: Batches;
  pace: Pick<Pace, 'turn' | 'isClosed'>;
  vendor: Pick<Vendor, 'account' | 'order'>;
  /**
   * The wall clock, ms. It runs while the machine is suspended; `now` stops. A person can set it,
   * so it must never permit.
   */
  date: () => number;
  /** 0 ≤ random() < 1. */
  random: () => number;
  /** Traces what `meter` counts, order by order. `now` is then `performance.now()`. */
  traces?: Traces | undefined;
};

/** Orders of a plan that share one trace. No collector takes a million spans in one trace. */
const TRACED_TOGETHER = 1_000;
/**
 * A rest is split into pieces of this, ms, so that an account that a person resumes starts at once.
 */
const LONGEST_REST_MS = 1_000;
/** Delay before asking an unreachable ledger again, ms. */
const LEDGER_AWAY_MS = 5_000;
const AWAY: NotClaimed = { why: 'later', waitMs: LEDGER_AWAY_MS };

/**
 * Waits for the order's turn, claims it in the ledger, sends it once and records the answer.
 *
 *   claimed?  no  -> nothing is sent, whatever the queue says
 *             yes -> the attempt is committed: from here on only an answer, or evidence, lets the
 *                    order be sent again
 *
 * No database transaction is open while the vendor answers. The payload holds the order's id only.
 * The claim reads everything else.
 *
 * Never rejects. `done`: this job is over, whatever happened to the order. `later`: the order
 * waits, and the job comes again after `waitMs`. `rest`: the whole account waits.
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
  // Throttled, or the vendor refused the keys. The ledger knows how long the account rests.
  const { ledger, claimant } = context;
  return passOver(await whyNotClaimed(ledger, orderId, claimant.accountId).catch(() => AWAY));
}

type Claim = {
  order: ClaimedOrder;
  turn: Turn;
  /** Whether the order may still be sent. */
  mayStart: () => boolean;
  /** When the claim was requested and when it was granted, ms. */
  claimAt: number;
  claimedAt: number;
};

/**
 * Waits for a turn and returns the order with its committed attempt, or what happens to the job.
 */
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
    // Taken before the claim is sent, so the ledger's own deadline is always later.
    const mayStart = within(START_WITHIN_MS, context);
    const claimAt = now();
    let order = await batches.claim(orderId);
    // The pace was closed before the claim was made.
    if (!order && pace.isClosed()) return { next: 'later', waitMs: 0 };
    if (!order) {
      const reason = await whyNotClaimed(ledger, orderId, claimant.accountId);
      if (reason.why === 'probe') order = await batches.claimProbe(orderId);
      if (!order) {
        turn.giveBack();
        return passOver(reason);
      }
    }
    const claimedAt = now();
    meter?.claimed(claimedAt - claimAt);
    return { order, turn, mayStart, claimAt, claimedAt };
  } catch (err) {
    turn?.giveBack();
    // Nothing was sent, whether or not the claim was committed. If it was, its deadline decides.
    log.error({ err, order: orderId }, 'the order could not be claimed');
    // No other order of the account could be claimed either.
    if (hasCode(err, 'witness_down') || needsRestart(err))
      return { next: 'rest', waitMs: LONGEST_REST_MS };
    return { next: 'later', waitMs: LEDGER_AWAY_MS };
  }
}

/**
 * Sends the order at its moment. If the moment passes before the first byte, nothing was sent, and
 * the order takes the next moment.
 */
async function sendInTime(
  { order, turn, mayStart }: Claim,
  { vendor, now }: PlaceOrderContext,
): Promise<{ sendAt: number; answer: Answer }> {
  while (true) {
    let sendAt = now();
    let isLate = false;
    // Its attempt says which account it was sent to.
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
 * Writes the job into the trace of the plan's upload, after everything is recorded. Waiting jobs
 * are not traced: each would add a span per second.
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

/**
 * Whether less than `ms` have passed since this call. Both clocks must agree: each can only forbid.
 */
function within(ms: number, { now, date }: Pick<PlaceOrderContext, 'now' | 'date'>): () => boolean {
  const [by, byDate] = [now() + ms, date() + ms];
  return () => now() < by && date() < byDate;
}

function passOver(reason: NotClaimed): JobAnswer {
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
