import type { Ledger } from '../ledger.ts';
import { RECORD, SENTENCES } from './record-statement.ts';

/** What an attempt came to, as it goes into the ledger. */
export type AnswerRecord = {
  orderId: number;
  attempt: number;
  /** The claim's. */
  nonce: number;
  /** Its plan by content; see the claim. */
  planKey: string;
  outcome: 'filled' | 'short' | 'refused' | 'credentials' | 'throttled' | 'not_sent' | 'unknown';
  /** The order's next state. The ledger makes it `unknown` when a number cannot be the order's. */
  state: 'filled' | 'short' | 'refused' | 'waiting' | 'undelivered' | 'unknown';
  numbers: string[];
  status: number | null;
  what: string;
  body: string | null;
  /** For `waiting`: not to be claimed again before so many ms have passed. */
  waitMs: number | null;
  /** For `throttled`: how long the vendor asked for; null when it did not say. */
  retryAfterMs: number | null;
};

export type Recorded = {
  orderId: number;
  state: string;
  bought: number;
  /** Numbers that the vendor named for the order and that could not be the order's. */
  disputed: number;
  /**
   * Why the account paused itself over these answers; told with one of them, null with the others.
   */
  pausedReason: string | null;
};

/**
 * Records answers: the attempt's outcome, the order's state, its numbers, and what follows for the
 * account (throttled, wrong keys, breaker), all in one statement. A compare-and-set as well: an
 * answer is taken for an order that is being sent, or that became unknown by a deadline (evidence
 * beats guesses), and only for its last attempt; a success also when that was settled as nothing
 * and has not been made again yet. Recording the same answer again changes nothing.
 *
 * An order that is missing from what comes back did not take the answer: it had been recorded, or
 * settled by a person before the answer came. Numbers that such an answer names are disputed.
 */
export async function recordAnswers(
  ledger: Ledger,
  accountId: number,
  records: AnswerRecord[],
): Promise<Recorded[]> {
  const named = records.flatMap((r) => r.numbers.map((number) => ({ number, orderId: r.orderId })));
  return ledger.query<Recorded>('record_answers', RECORD, [
    arrayOf(records.map((r) => r.orderId)),
    arrayOf(records.map((r) => r.attempt)),
    arrayOf(records.map((r) => r.outcome)),
    arrayOf(records.map((r) => r.state)),
    arrayOf(records.map((r) => r.status)),
    records.map((r) => r.what),
    records.map((r) => r.body),
    arrayOf(records.map((r) => r.waitMs)),
    arrayOf(records.map((r) => r.retryAfterMs)),
    arrayOf(records.map((r) => r.numbers.length)),
    arrayOf(records.map((r) => r.nonce)),
    arrayOf(records.map((r) => r.planKey)),
    arrayOf(named.map(({ number }) => number)),
    arrayOf(named.map(({ orderId }) => orderId)),
    accountId,
    ...SENTENCES,
  ]);
}

/** Words and numbers without quotes: the drivers would look at each of them, thousands a second. */
function arrayOf(plain: (string | number | null)[]): string {
  return `{${plain.map((value) => value ?? 'null').join(',')}}`;
}
