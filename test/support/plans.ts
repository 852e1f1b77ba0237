/** Makes accounts and plans in a ledger. */
import { createHash } from 'node:crypto';
import { type Ladder, mostTollFree } from '../../src/fallback/index.ts';
import {
  type Account,
  ensureAccount,
  findPlan,
  type Ledger,
  orderId,
  steerPlan,
  submitPlan,
} from '../../src/ledger/index.ts';
import type { Limit } from '../../src/limits/index.ts';
import { ofEachType } from '../../src/number-type.ts';
import { orderCount } from '../../src/order-size.ts';
import { COLUMNS, type Line, type PlanCheck, type Values } from '../../src/plan/index.ts';

let made = 0;

export function newAccount(ledger: Ledger, rate: number | null = 4): Promise<Account> {
  return ensureAccount(ledger, { name: `account ${++made}`, mode: 'sandbox', rate });
}

/** A limit on what all together may buy in a day, for `changeAccount`. */
export const dailyLimit = (numbers: number): Limit => ({
  person: null,
  period: 'day',
  numbers,
  money: null,
});

/** What a row of blank cells would ask for. */
export const BLANK_LINE = Object.fromEntries(
  COLUMNS.map(({ field, blank }) => [field, blank]),
) as Values;

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
    types: ofEachType((type) => sumOf(types[type])),
    areaCodes: [],
    fallbackLines: 0,
    ladders,
    ladderWords: [],
    mayBeTollfree: ofEachType((type) => tollfree(types[type])),
    keepTryingLines: 0,
    numberingDate: ladders.length > 0 ? '2026-08-17' : null,
    faultCount: 0,
    faultyRows: 0,
    isMendable: false,
    faults: [],
    warningCount: 0,
    warnings: [],
    extraColumns: [],
    resultColumns: [],
    encoding: 'utf-8',
    delimiter: ',',
  };
}

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
  const { lines = [line()], sha256, ladders, started = true } = wishes;
  // Small plans of a test are often alike, and each is meant.
  const { again = sha256 === undefined } = wishes;
  const { name = 'plan.csv', who = 'Ada', check = {} } = wishes;
  const account = wishes.account ?? (await newAccount(ledger));
  const id = await submitPlan(ledger, {
    accountId: account.id,
    name,
    check: { ...checkOf(lines, sha256, ladders), ...check },
    lines: () => inBatches(lines),
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
