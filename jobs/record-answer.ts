/** What the vendor's answer means for an order, and how it gets into the ledger. */
import { needsRestart } from '../src/errors.ts';
import {
  type AnswerRecord,
  type Batches,
  type ClaimedOrder,
  LONGEST_RETRY_MS,
} from '../src/ledger/index.ts';
import type { Log } from '../src/log.ts';
import type { Meter } from '../src/monitor/index.ts';
import { doneWithin, type Timer } from '../src/timing/index.ts';
import { type Answer, namedNumbers } from '../src/vendor/index.ts';

export type RecordContext = {
  batches: Pick<Batches, 'record'>;
  /** The account's name, for messages to a person. */
  account: string;
  log: Log;
  /** A clock that only goes forward, ms. */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  timer?: Timer | undefined;
  meter?: Meter | undefined;
};

/** Attempts in a row that did not reach the vendor before an order is `undelivered`. */
export const MAX_CONNECT_FAILURES = 8;
/** Longest delay before an order's second attempt, ms. It doubles with each further one. */
const FIRST_DELAY_MS = 1_000;

/** Delays before recording is tried again, ms: the first, doubled each time up to the longest. */
const RECORD_AGAIN_MS = { first: 250, longest: 5_000 };
/** An answer that is not recorded within this, ms, goes to the log as well: the ledger may hang. */
const SLOW_RECORD_MS = 1_000;

/** Turns the vendor's answer into a move of the order: see docs/settling.md. Pure. */
export function recordOf(order: ClaimedOrder, answer: Answer, random: () => number): AnswerRecord {
  const { outcome, status, what, body, retryAfterMs } = answer;
  const numbers = outcome === 'unknown' ? namedNumbers(body ?? '') : answer.numbers;
  const { id: orderId, attempt, nonce, planKey } = order;
  const becomes = (state: AnswerRecord['state']) => ({
    ...{ orderId, attempt, nonce, planKey, outcome, numbers, status, what, body },
    ...{ state, waitMs: null, retryAfterMs: null },
  });
  switch (outcome) {
    case 'filled':
    case 'short':
    case 'refused':
    case 'unknown':
      return becomes(outcome);
    case 'not_sent':
      if (order.connectFailures + 1 >= MAX_CONNECT_FAILURES) return becomes('undelivered');
      return { ...becomes('waiting'), waitMs: retryDelay(order.connectFailures, random) };
    case 'throttled':
      return { ...becomes('waiting'), waitMs: 0, retryAfterMs };
    case 'credentials':
      return { ...becomes('waiting'), waitMs: 0 };
  }
}

/** Full jitter: from 0 to 1 s, 2 s, 4 s … 60 s, so retries spread out. In ms. */
export function retryDelay(failures: number, random: () => number): number {
  return Math.floor(random() * Math.min(LONGEST_RETRY_MS, FIRST_DELAY_MS * 2 ** failures));
}

/**
 * Repeats until the ledger has taken the record: an answer in hand is the only proof of a purchase.
 * While the ledger is away or hangs, the log has the numbers and survives a crash. Gives up when
 * only a restart brings the ledger back.
 *
 * Returns the order's new state; null: the ledger had settled the order before, or is lost.
 */
export async function keepRecording(
  record: AnswerRecord,
  type: ClaimedOrder['type'],
  context: RecordContext,
): Promise<string | null> {
  const { batches, log, sleep, now, timer, meter } = context;
  const { orderId: order, attempt, outcome, numbers, what } = record;
  const inHand = { order, attempt, outcome, numbers, what };
  let isRepeat = false;
  let waitMs = RECORD_AGAIN_MS.first;
  for (; ; waitMs = Math.min(waitMs * 2, RECORD_AGAIN_MS.longest)) {
    const beganAt = now();
    try {
      const recording = batches.record(record);
      if (!(await doneWithin(SLOW_RECORD_MS, recording, timer)))
        log.warn(inHand, 'an answer is not recorded yet: the ledger takes its time');
      const recorded = await recording;
      if (recorded) meter?.recorded({ ...recorded, type }, now() - beganAt);
      const state = recorded?.state ?? null;
      logAnswer(inHand, state, isRepeat, log);
      if (recorded?.pausedReason) logPause(recorded.pausedReason, context);
      return state;
    } catch (err) {
      if (needsRestart(err)) {
        log.error(
          { err, ...inHand },
          'an answer is not recorded, and will not be by this process: keep this line',
        );
        return null;
      }
      isRepeat = true;
      log.error({ err, ...inHand }, 'an answer is not recorded yet');
      await sleep(waitMs);
    }
  }
}

function logPause(reason: string, { account, log }: Pick<RecordContext, 'account' | 'log'>): void {
  const resume = `account ${account} --resume --why TEXT`;
  log.error(
    { account, reason, resume },
    'account paused; "resume" has the command that resumes it',
  );
}

type InHand = Pick<AnswerRecord, 'numbers'>;

function logAnswer(inHand: InHand, state: string | null, isRepeat: boolean, log: Log): void {
  const facts = { ...inHand, state };
  if (state === null && isRepeat) {
    // The ledger probably recorded the answer, and the connection broke before it said so.
    log.warn(facts, 'an answer is in the ledger already, or its order is settled');
  } else if (state === null) {
    log.error(facts, 'an answer came too late: the order had been settled');
  } else if (state === 'unknown') {
    log.warn(facts, 'nobody knows what became of this order');
  } else {
    log.info({ ...facts, numbers: inHand.numbers.length }, 'order answered');
  }
}
