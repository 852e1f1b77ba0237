import { beforeAll, expect, test } from 'vitest';
import { type AnswerRecord, type Ledger, recordAnswers } from '../../src/ledger/index.ts';
import type { BookedRequest, Books } from '../../src/sandbox/index.ts';
import { sql } from '../support/ledger.ts';
import { line, newPlan, type SmallPlan } from '../support/plans.ts';
import { answerTo, claimOne } from '../support/sending.ts';
import { openQuickLedger } from '../support/storage.ts';
import { judge } from './judge.ts';

const FILLED = ['2125550101', '2125550102'];
const UNKNOWN = ['3125550101'];

/** Of one plan: 212 was throttled and then filled, 312 is unknown, 415 is still waiting. */
let ledger: Ledger;
let plan: SmallPlan;

beforeAll(async () => {
  ledger = await openQuickLedger();
  const lines = ['212', '312', '415'].map((areaCode, index) =>
    line({ line: index + 2, areaCode, quantity: 2 }),
  );
  plan = await newPlan(ledger, { lines });
  const [filled, unknown] = plan.orders as [number, number];
  type Outcome = Parameters<typeof answerTo>[1];
  const record = async (id: number, outcome: Outcome, answer: Partial<AnswerRecord> = {}) => {
    const order = await claimOne(ledger, plan, id);
    await recordAnswers(ledger, plan.account.id, [answerTo(order, outcome, answer)]);
  };
  await record(filled, 'throttled', { retryAfterMs: 0 });
  await record(filled, 'filled', { numbers: FILLED });
  await record(unknown, 'unknown');
});

function booked(search: string, fault: BookedRequest['fault'], sold: string[] = []) {
  return { id: 0, at: 0, search, type: 'local', quantity: 2, fault, sold, answered: true };
}

const TRUTH: BookedRequest[] = [
  booked('212', 'throttle'),
  booked('212', 'ok', FILLED),
  booked('312', 'hang_after', UNKNOWN),
];

const booksOf = (requests: BookedRequest[]): Books => ({
  sold: requests.reduce((sum, { sold }) => sum + sold.length, 0),
  soldTwice: 0,
  lastId: requests.length,
  requests,
});

test('what is recorded, unknown or proven innocent is in order, and is counted', async () => {
  expect(await judge(ledger, booksOf(TRUTH))).toEqual({
    orders: 3,
    states: { filled: 1, unknown: 1, waiting: 1 },
    attempts: 3,
    requests: 3,
    sold: 3,
    recorded: 2,
  });
});

test('a sale that the ledger does not know is a breach, which is said with its order', async () => {
  const requests = [...TRUTH, booked('415', 'ok', ['4155550101'])];
  await expect(judge(ledger, booksOf(requests))).rejects.toThrow(
    /2 breaches:\n {2}- lost: 10000003: waiting, and not recorded: 4155550101\n {2}- sent unawares/,
  );
});

test('a ledger that does not add up is a breach', async () => {
  const more = 'update ledger.tallies set bought = bought + $1 where plan_id = $2 and state = $3';
  await sql(ledger, more, [1, plan.id, 'filled']);
  await expect(judge(ledger, booksOf(TRUTH))).rejects.toThrow(
    /6 requested, 7 accounted for[\s\S]*audit: null: tally_true/,
  );
});
