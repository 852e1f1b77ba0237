/** What the vendor's answer means for an order, and how it gets into the ledger. */
import { doneWithin, type Timer } from '../src/done-within.ts';
import { needsRestart } from '../src/errors.ts';
import {
  type AnswerRecord,
  type Batches,
  type ClaimedOrder,
  LONGEST_RETRY_MS,
} from '../src/ledger/index.ts';
import type { Log } from '../src/log.ts';
import type { Meter } from '../src/monitor/index.ts';
import { type Answer, namedNumbers } from '../src/vendor/index.ts';

/** What recording works with. */
export type RecordContext = {
  batches: Pick<Batches, 'record'>;
  /** The account's name, for messages to a person. */
  account: string;
  log: Log;
  /** A clock that only goes forward, ms. */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  timer?: Timer | undefined;
  /** Counts what is done and how long it takes. */
  meter?: Meter | undefined;
};

/** Attempts in a row that did not reach the vendor before an order is `undelivered`. */
export const MAX_CONNECT_FAILURES = 8;
const FIRST_DELAY_MS = 1_000;
/** Longest delay before recording is tried again, ms. */
const RECORD_AGAIN_MAX_MS = 5_000;

/** Turns the vendor's answer into a move of the order: see docs/settling.md. Pure. */
export function recordOf(order: ClaimedOrder, answer: Answer, random: () => number): AnswerRecord {
  const { outcome, status, what, body, retryAfterMs } = answer;
  const numbers = outcome === 'unknown' ? namedNumbers(body ?? '') : answer.numbers;
  const { id: orderId, attempt, nonce, planKey } = order;
  const base = { orderId, attempt, nonce, planKey, outcome, numbers, status, what, body };
  const becomes = (state: AnswerRecord['state']) => ({
    ...base,
    state,
    waitMs: null,
    retryAfterMs: null,
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

/** Full jitter: between 0 and 1 s, 2 s, 4 s … 60 s, so that retries do not come in herds. */
export function retryDelay(failures: number, random: () => number): number {
  return Math.floor(random() * Math.min(LONGEST_RETRY_MS, FIRST_DELAY_MS * 2 ** failures));
}

/** After this delay, ms, the answer goes to the log as well: the ledger may hang. */
const SLOW_RECORD_MS = 1_000;

/**
 * Repeats until the ledger has taken the record: an answer in hand is the only proof of a purchase.
 * While the ledger is away or hangs, the numbers are in the log, which survives a crash. It is not
 * tried again when only a new start brings the ledger back.
 */
export async function keepRecording(
  record: AnswerRecord,
  type: ClaimedOrder['type'],
  context: RecordContext,
): Promise<string | null> {
  const { batches, log, sleep, now, timer, meter } = context;
  let isAgain = false;
  for (let waitMs = 250; ; waitMs = Math.min(waitMs * 2, RECORD_AGAIN_MAX_MS)) {
    const beganAt = now();
    const { orderId: order, attempt, outcome, numbers, what } = record;
    const inHand = { order, attempt, outcome, numbers, what };
    try {
      const underWay = batches.record(record);
      if (!(await doneWithin(SLOW_RECORD_MS, underWay, timer)))
        log.warn(inHand, 'an answer is not recorded yet: the ledger takes its time');
      const recorded = await underWay;
      if (recorded) meter?.recorded({ ...recorded, type }, now() - beganAt);
      report(record, recorded?.state ?? null, isAgain, log);
      if (recorded?.pausedReason) tellPause(recorded.pausedReason, context);
      return recorded?.state ?? null;
    } catch (err) {
      if (needsRestart(err)) {
        log.error(
          { err, ...inHand },
          'an answer is not recorded, and will not be by this process: keep this line',
        );
        return null;
      }
      isAgain = true;
      log.error({ err, ...inHand }, 'an answer is not recorded yet');
      await sleep(waitMs);
    }
  }
}

function tellPause(reason: string, { account, log }: Pick<RecordContext, 'account' | 'log'>): void {
  const resume = `account ${account} --resume --why TEXT`;
  log.error(
    { account, reason, resume },
    'account paused; "resume" has the command that resumes it',
  );
}

function report(record: AnswerRecord, state: string | null, isAgain: boolean, log: Log): void {
  const { orderId: order, attempt, outcome, numbers, what } = record;
  const facts = { order, attempt, outcome, state, numbers: numbers.length, what };
  if (state === null && isAgain) {
    // The ledger probably took it the last time, and the connection broke before it answered.
    log.warn({ ...facts, numbers }, 'an answer is in the ledger already, or its order is settled');
  } else if (state === null) {
    log.error({ ...facts, numbers }, 'an answer came too late: the order had been settled');
  } else if (state === 'unknown') {
    log.warn({ ...facts, numbers }, 'nobody knows what became of this order');
  } else {
    log.info(facts, 'order answered');
  }
}
