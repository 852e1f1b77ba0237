import { lockSettling } from '../account-lock.ts';
import { columns } from '../columns.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { planOf } from '../order-id.ts';
import { lockCompared } from './contradicted.ts';
import { PLAIN_OUTCOMES, RECORD_PLAIN } from './record-plain.ts';
import { RECORD, SENTENCES } from './record-statement.ts';
import { suspectOthers } from './suspect-others.ts';
import { takeBackAnswered } from './take-back.ts';

/** The result of an attempt, as the ledger stores it. */
export type AnswerRecord = {
  orderId: number;
  attempt: number;
  /** The claim's. */
  nonce: number;
  /** The plan by content; see the claim. */
  planKey: string;
  outcome: 'filled' | 'short' | 'refused' | 'credentials' | 'throttled' | 'not_sent' | 'unknown';
  /** The order's next state. The ledger makes it `unknown` when a number cannot be the order's. */
  state: 'filled' | 'short' | 'refused' | 'waiting' | 'undelivered' | 'unknown';
  /** Those that the answer names. Those of an unclear one are evidence, and the order gets none. */
  numbers: string[];
  status: number | null;
  what: string;
  body: string | null;
  /** For `waiting`: the delay before the order may be claimed again, ms. */
  waitMs: number | null;
  /** For `throttled`: the wait that the vendor asked for, ms; null when it named none. */
  retryAfterMs: number | null;
};

export type Recorded = {
  orderId: number;
  state: string;
  bought: number;
  /** Numbers that the vendor named and that the order cannot have. */
  disputed: number;
  /** Why the account paused itself over these answers; null on all but one of them. */
  pausedReason: string | null;
};

/**
 * Records answers: the attempt's outcome, the order's state, its numbers, and the consequences for
 * the account (throttling, wrong keys, breaker). It is a compare-and-set: it takes an answer only
 * for the order's last attempt, while the order is being sent or is unknown by a deadline; and one
 * with numbers when the attempt was settled as nothing and the order was not sent again. The same
 * answer again changes nothing. An order that is missing from the result did not take the answer:
 * numbers that it names are disputed, unless the order has them.
 */
export async function recordAnswers(
  ledger: Ledger,
  accountId: number,
  records: AnswerRecord[],
): Promise<Recorded[]> {
  // If one is not plain, one statement records all in the order in which they came: the breaker
  // counts.
  const arePlain = records.every(
    ({ outcome, state }) => outcome === state && PLAIN_OUTCOMES.has(outcome),
  );
  const recorded = arePlain ? await recordPlain(ledger, accountId, records) : [];
  if (recorded.length === records.length) return recorded;
  const done = new Set(recorded.map(({ orderId }) => orderId));
  const left = records.filter(({ orderId }) => !done.has(orderId));
  return [...recorded, ...(await recordAny(ledger, accountId, left))];
}

/** None when the database refuses it, as when a number belongs to another order. */
async function recordPlain(
  ledger: Ledger,
  accountId: number,
  records: AnswerRecord[],
): Promise<Recorded[]> {
  try {
    return await ledger.query<Recorded>(RECORD_PLAIN, [
      ...literals(records, 'orderId', 'attempt', 'outcome', 'status'),
      ...columns(records, 'what', 'body'),
      arrayOf(records.map(({ numbers }) => numbers.length)),
      ...literals(records, 'nonce'),
      ...namedIn(records),
      accountId,
    ]);
  } catch (error) {
    // A constraint of the database does not let it be stored.
    if (hasState(error, /^23/)) return [];
    throw error;
  }
}

function hasState(error: unknown, state: RegExp): boolean {
  return error instanceof Error && 'code' in error && state.test(String(error.code));
}

/** Somebody else holds what a statement would not wait for, or an order is not in flight now. */
const MUST_LOCK = /^(55P03|22012)$/;

async function recordAny(
  ledger: Ledger,
  accountId: number,
  records: AnswerRecord[],
): Promise<Recorded[]> {
  const late = await lateAmong(ledger, records);
  const isLate = ({ orderId }: AnswerRecord) => late.has(orderId);
  const inTime = records.filter((each) => !isLate(each));
  return [
    ...(await recordInTime(ledger, accountId, inTime)),
    ...(await recordLate(ledger, accountId, records.filter(isLate))),
  ];
}

/** Those that are not being sent any more: they are unknown, or somebody settled them. */
async function lateAmong(ledger: Queries, records: AnswerRecord[]): Promise<Set<number>> {
  const late = await ledger.query<{ id: number }>(
    `/* record_late */
     select o.id from unnest($1::bigint[], $2::int[]) a(id, no) join ledger.orders o using (id)
       join ledger.attempts t on t.order_id = a.id and t.no = a.no
     where o.state <> 'sending' and o.attempts = t.no and t.answered_at is null`,
    literals(records, 'orderId', 'attempt'),
  );
  return new Set(late.map(({ id }) => id));
}

async function recordInTime(
  ledger: Ledger,
  accountId: number,
  records: AnswerRecord[],
): Promise<Recorded[]> {
  if (records.length === 0) return [];
  try {
    return await recordIn(ledger, accountId, records, false);
  } catch (error) {
    if (!hasState(error, MUST_LOCK)) throw error;
    return recordLate(ledger, accountId, records);
  }
}

/** Those that say what their attempt has bought. */
const clear = (records: AnswerRecord[]) => records.filter(({ outcome }) => outcome !== 'unknown');

/** The end of each ledger's latest late recording in this process. */
const latest = new WeakMap<Ledger, Promise<unknown>>();

/**
 * Waits in line for the lock: who only tried to take it might never get it. A large plan that is
 * being stored may hold it for half a minute, and claims need connections meanwhile. So only one of
 * this process's late recordings waits with a connection.
 */
function recordLate(
  ledger: Ledger,
  accountId: number,
  records: AnswerRecord[],
): Promise<Recorded[]> {
  if (records.length === 0) return Promise.resolve([]);
  const record = () => ledger.transaction((tx) => recordLocked(tx, accountId, records));
  const recorded = (latest.get(ledger) ?? Promise.resolve()).then(record, record);
  latest.set(ledger, recorded);
  return recorded;
}

/**
 * A late sale changes plans, too: they are locked before the orders. An order that was unknown may
 * have explained numbers of the list that it did not buy.
 */
async function recordLocked(
  tx: Queries,
  accountId: number,
  records: AnswerRecord[],
): Promise<Recorded[]> {
  const plans = [...new Set(records.map(({ orderId }) => planOf(orderId)))];
  const accounts = await lockSettling(tx, ...plans);
  await lockCompared(tx, accounts, ...plans);
  await takeBackAnswered(tx, clear(records));
  const done = await recordIn(tx, accountId, records, true);
  await suspectOthers(tx, accounts);
  return done;
}

function recordIn(
  tx: Queries,
  accountId: number,
  records: AnswerRecord[],
  isLocked: boolean,
): Promise<Recorded[]> {
  return tx.query(RECORD, [
    ...literals(records, 'orderId', 'attempt', 'outcome', 'state', 'status'),
    ...columns(records, 'what', 'body'),
    ...literals(records, 'waitMs', 'retryAfterMs'),
    arrayOf(records.map(({ numbers }) => numbers.length)),
    ...literals(records, 'nonce', 'planKey'),
    ...namedIn(records),
    accountId,
    ...SENTENCES,
    isLocked,
  ]);
}

type Plain = Exclude<keyof AnswerRecord, 'numbers'>;

const literals = (records: AnswerRecord[], ...fields: Plain[]): string[] =>
  fields.map((field) => arrayOf(records.map((record) => record[field])));

/** All numbers that the answers name, and beside each its order. */
function namedIn(records: AnswerRecord[]): [numbers: string, orders: string] {
  const orders = records.flatMap(({ orderId, numbers }) => numbers.map(() => orderId));
  return [arrayOf(records.flatMap(({ numbers }) => numbers)), arrayOf(orders)];
}

/** An array literal of plain values: the drivers would escape thousands of them a second. */
function arrayOf(plain: (string | number | null)[]): string {
  return `{${plain.map((value) => value ?? 'null').join(',')}}`;
}
