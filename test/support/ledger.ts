import { createHash } from 'node:crypto';
import { type Ladder, mostTollFree } from '../../src/fallback/index.ts';
import {
  type Account,
  type AnswerRecord,
  auditLedger,
  beginListing,
  type ClaimedOrder,
  claimOrders,
  ensureAccount,
  expireAttempts,
  findPlan,
  keepListing,
  type Ledger,
  type LineResult,
  linePage,
  orderId,
  recordAnswers,
  steerPlan,
  submitPlan,
  whyNotClaimed,
} from '../../src/ledger/index.ts';
import type { Recorded } from '../../src/ledger/orders/record.ts';
import type { Limit } from '../../src/limits/index.ts';
import { orderCount } from '../../src/order-size.ts';
import { type Line, NUMBER_TYPES, type NumberType, type PlanCheck } from '../../src/plan/index.ts';
import { BLANK_LINE } from './blank-line.ts';

let made = 0;

export function newAccount(ledger: Ledger, rate: number | null = 4): Promise<Account> {
  return ensureAccount(ledger, { name: `account ${++made}`, mode: 'sandbox', rate });
}

/** A line of a plan, as the reader of CSVs would give it. */
export function line(overrides: Partial<Line> = {}): Line {
  return { ...BLANK_LINE, line: 2, areaCode: '212', quantity: 10, extra: [], ...overrides };
}

/** Lines of these quantities, on the lines of a file that begins with a header. */
export const linesOf = (...quantities: number[]): Line[] =>
  quantities.map((quantity, index) => line({ line: index + 2, quantity }));

/** What the check of a file with these lines says. */
export function checkOf(lines: Line[], sha256 = newSha256(), ladders: Ladder[] = []): PlanCheck {
  const types = Object.groupBy(lines, ({ type }) => type);
  const sumOf = (some: Line[] = []) => ({
    lines: some.length,
    orders: some.reduce((total, { quantity }) => total + orderCount(quantity), 0),
    numbers: some.reduce((total, { quantity }) => total + quantity, 0),
  });
  const tollfree = (some: Line[] = []) =>
    some.reduce((total, l) => total + mostTollFree(l.fallback ?? 'overlay', l.quantity), 0);
  return {
    ...sumOf(lines),
    sha256,
    bytes: 1,
    rows: lines.length,
    slots: sumOf(lines.filter(({ orderSlot }) => orderSlot)).numbers,
    types: ofTypes((type) => sumOf(types[type])),
    areaCodes: [],
    fallbackLines: 0,
    ladders,
    ladderWords: [],
    mayBeTollfree: ofTypes((type) => tollfree(types[type])),
    keepTryingLines: 0,
    numberingDate: ladders.length > 0 ? '2026-08-17' : null,
    faultCount: 0,
    faultyRows: 0,
    faults: [],
    warningCount: 0,
    warnings: [],
    extraColumns: [],
    resultColumns: [],
    encoding: 'utf-8',
    delimiter: ',',
  };
}

const ofTypes = <T>(each: (type: NumberType) => T) =>
  Object.fromEntries(NUMBER_TYPES.map((type) => [type, each(type)])) as Record<NumberType, T>;

export const newSha256 = (): string => createHash('sha256').update(`file ${++made}`).digest('hex');

export type SmallPlan = { id: number; account: Account; orders: number[] };

type Wishes = {
  account?: Account;
  lines?: Line[];
  sha256?: string;
  /** What the fallbacks of its lines mean. */
  ladders?: Ladder[];
  again?: boolean;
  /** False: it stays as submitted, in state `ready`. */
  started?: boolean;
  name?: string;
  who?: string;
  /** What else the check of its file said. */
  check?: Partial<PlanCheck>;
};

/** A plan in the ledger, running, of one order of ten numbers, unless wished otherwise. */
export async function newPlan(ledger: Ledger, wishes: Wishes = {}): Promise<SmallPlan> {
  const { lines = [line()], sha256, ladders, again = false, started = true } = wishes;
  const { name = 'plan.csv', who = 'Ada', check = {} } = wishes;
  const account = wishes.account ?? (await newAccount(ledger));
  const id = await submitPlan(ledger, {
    accountId: account.id,
    name,
    check: { ...checkOf(lines, sha256, ladders), ...check },
    lines: inBatches(lines),
    again,
    who,
  });
  if (started) await steerPlan(ledger, id, 'start', { who });
  const { orders } = await findPlan(ledger, id);
  return { id, account, orders: Array.from({ length: orders }, (_, n) => orderId(id, n + 1)) };
}

/** A stream of lines in several batches: the ordinals must go on from one to the next. */
export async function* inBatches(lines: Line[]): AsyncGenerator<Line[]> {
  const size = Math.max(2, Math.ceil(lines.length / 8));
  for (let at = 0; at < lines.length; at += size) yield lines.slice(at, at + size);
}

/** Claims orders of the plan: all that can be, unless named. */
export function claim(
  ledger: Ledger,
  { account, orders }: SmallPlan,
  ids = orders,
  { deadlineMs = 60_000, worker = 'worker 1', vendorAccount = null }: ClaimWishes = {},
): Promise<ClaimedOrder[]> {
  const claimant = { accountId: account.id, worker, deadlineMs };
  return claimOrders(ledger, ids, { ...claimant, vendorAccount: () => vendorAccount });
}

type ClaimWishes = { deadlineMs?: number; worker?: string; vendorAccount?: number | null };

export async function claimOne(
  ledger: Ledger,
  plan: SmallPlan,
  id = plan.orders[0]!,
  options?: ClaimWishes,
): Promise<ClaimedOrder> {
  const [order] = await claim(ledger, plan, [id], options);
  if (!order) throw new Error(`Order ${id} cannot be claimed.`);
  return order;
}

/** A limit on what all together may buy in a day, for `changeAccount`. */
export const dailyLimit = (numbers: number): Limit => ({
  person: null,
  period: 'day',
  numbers,
  money: null,
});

/** Claims the n-th order as a job does, which also asks why it could not. */
export async function claimAsJob(
  ledger: Ledger,
  plan: SmallPlan,
  n: number,
): Promise<ClaimedOrder | undefined> {
  const [order] = await claim(ledger, plan, [plan.orders[n]!]);
  if (!order) await whyNotClaimed(ledger, plan.orders[n]!, plan.account.id);
  return order;
}

const NEXT_STATE = {
  filled: 'filled',
  short: 'short',
  refused: 'refused',
  credentials: 'waiting',
  throttled: 'waiting',
  not_sent: 'waiting',
  unknown: 'unknown',
} as const satisfies Record<AnswerRecord['outcome'], AnswerRecord['state']>;

/** What the vendor answered: `filled` brings all the numbers, unless said otherwise. */
export function answerTo(
  order: ClaimedOrder,
  outcome: AnswerRecord['outcome'],
  overrides: Partial<AnswerRecord> = {},
): AnswerRecord {
  const state = NEXT_STATE[outcome];
  return {
    orderId: order.id,
    attempt: order.attempt,
    nonce: order.nonce,
    planKey: order.planKey,
    outcome,
    state,
    numbers: outcome === 'filled' ? newNumbers(order.quantity) : [],
    status: outcome === 'not_sent' ? null : 200,
    what: `the vendor said ${outcome}`,
    body: null,
    waitMs: state === 'waiting' ? 0 : null,
    retryAfterMs: null,
    ...overrides,
  };
}

/** The vendor gives these answers. */
export function record(
  ledger: Ledger,
  { account }: Pick<SmallPlan, 'account'>,
  ...answers: AnswerRecord[]
): Promise<Recorded[]> {
  return recordAnswers(ledger, account.id, answers);
}

/** An order is sent, the first one unless named, and the vendor answers so. */
export async function sendOne(
  ledger: Ledger,
  plan: SmallPlan,
  outcome: AnswerRecord['outcome'],
  overrides: Partial<AnswerRecord> = {},
  id = plan.orders[0]!,
): Promise<{ order: ClaimedOrder; answer: AnswerRecord }> {
  const order = await claimOne(ledger, plan, id);
  const answer = answerTo(order, outcome, overrides);
  await record(ledger, plan, answer);
  return { order, answer };
}

/** An order is sent, its deadline passes, and the sweep has come by. */
export async function expireOne(
  ledger: Ledger,
  plan: SmallPlan,
  id = plan.orders[0]!,
): Promise<ClaimedOrder> {
  const order = await claimOne(ledger, plan, id, { deadlineMs: -1 });
  await expireAttempts(ledger, plan.account.id);
  return order;
}

/** The code of the error with which it is refused; `done`: it is not. */
export const codeOf = (operation: Promise<unknown>): Promise<string> =>
  operation.then(
    () => 'done',
    (error) => error.code,
  );

let numbersMade = 0;

/** Phone numbers of an area code that no other call has returned. */
export const newNumbers = (count: number, areaCode = '212'): string[] =>
  Array.from({ length: count }, () => areaCode + String(++numbersMade).padStart(7, '0'));

/** Every line of a plan with what became of it. */
export async function allLines(ledger: Ledger, planId: number): Promise<LineResult[]> {
  return (await linePage(ledger, planId, { filter: 'all', limit: 100_000 })).lines;
}

/** One statement of the test's own, past all functions of the ledger. */
export function sql<Row = Record<string, never>>(
  ledger: Ledger,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return ledger.query<Row>('', text, values);
}

/** Lets a worker have watched so much time pass, ms. */
export async function passTime(ledger: Ledger, { id }: { id: number }, ms: number): Promise<void> {
  await sql(ledger, 'update ledger.accounts set ticks = ticks + $2 where id = $1', [id, ms]);
}

/**
 * An order is claimed by a worker that then falls silent, so that it becomes unknown with most of
 * its time left.
 */
export async function claimSilently(
  ledger: Ledger,
  plan: SmallPlan,
  { deadlineMs }: { deadlineMs: number },
): Promise<ClaimedOrder> {
  const worker = `silent worker ${plan.id}`;
  await passTime(ledger, plan.account, 60_000);
  await sql(ledger, 'insert into ledger.workers (name, account_id, seen_tick) values ($1, $2, 0)', [
    worker,
    plan.account.id,
  ]);
  const order = await claimOne(ledger, plan, undefined, { deadlineMs, worker });
  await expireAttempts(ledger, plan.account.id);
  return order;
}

/** The vendor's list has these numbers now, and the ledger has read it. */
export async function readList(
  ledger: Ledger,
  { id }: { id: number },
  numbers: string[],
): Promise<number> {
  const reader = { vendorAccount: null, listLagMs: 0 };
  return (await keepListing(ledger, id, await beginListing(ledger, id), numbers, reader)).id;
}

export type OrderRow = {
  state: string;
  attempts: number;
  connectFailures: number;
  bought: number;
  reason: string | null;
  notBefore: Date | null;
};

export async function orderRow(ledger: Ledger, id: number): Promise<OrderRow> {
  const [row] = await sql<OrderRow>(
    ledger,
    `select state, attempts, connect_failures as "connectFailures", bought, reason,
       not_before as "notBefore" from ledger.orders where id = $1`,
    [id],
  );
  return row!;
}

/** The numbers that an order has, or that are disputed for it, in their order. */
export async function numbersOf(
  ledger: Ledger,
  orderId: number,
  table: 'numbers' | 'disputes' = 'numbers',
): Promise<string[]> {
  const text = `select number::text from ledger.${table} where order_id = $1 order by 1`;
  return (await sql<{ number: string }>(ledger, text, [orderId])).map(({ number }) => number);
}

/** The laws that are broken in the ledger, or in one plan of it. */
export async function brokenLaws(ledger: Ledger, planId?: number): Promise<string[]> {
  const results = await auditLedger(ledger, planId);
  return results.filter(({ breaches }) => breaches.length > 0).map(({ law }) => law);
}

/** What breaks a law in the ledger, or in one plan of it. */
export async function breachesOf(ledger: Ledger, planId?: number) {
  return (await auditLedger(ledger, planId)).flatMap(({ breaches }) => breaches);
}

/** The name of the constraint that a statement breaks; 'none' when it is accepted. */
export async function brokenConstraint(operation: Promise<unknown>): Promise<string> {
  try {
    await operation;
    return 'none';
  } catch (error) {
    return (error as { constraint?: string }).constraint ?? String(error);
  }
}

/**
 * Sets the clock of the database forward or back by an interval, for our statements alone; '0' is
 * right again. Another test on the same ledger would live by it too.
 */
export async function setClock(ledger: Ledger, by: string): Promise<void> {
  await ledger.script(
    `create or replace function ledger.now() returns timestamptz volatile parallel safe language sql
       as $$ select clock_timestamp() + interval '${by}' $$`,
  );
}
