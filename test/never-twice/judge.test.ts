import { beforeAll, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/index.ts';
import type { BookedRequest, Books } from '../../src/sandbox/index.ts';
import { sql } from '../support/ledger.ts';
import { line, newPlan, type SmallPlan } from '../support/plans.ts';
import { sendOne } from '../support/sending.ts';
import { openQuickLedger } from '../support/storage.ts';
import { judge } from './judge.ts';

const FILLED = ['2125550101', '2125550102'];

/** Of one plan: 212 is filled, 415 is still waiting. */
let ledger: Ledger;
let plan: SmallPlan;

beforeAll(async () => {
  ledger = await openQuickLedger();
  const lines = ['212', '415'].map((areaCode, index) =>
    line({ line: index + 2, areaCode, quantity: 2 }),
  );
  plan = await newPlan(ledger, { lines });
  await sendOne(ledger, plan, 'filled', { numbers: FILLED });
});

function booked(search: string, sold: string[]): BookedRequest {
  return { id: 0, at: 0, search, type: 'local', quantity: 2, fault: 'ok', sold, answered: true };
}

const TRUTH = booked('212', FILLED);

const booksOf = (...requests: BookedRequest[]): Books => ({
  sold: requests.reduce((sum, { sold }) => sum + sold.length, 0),
  soldTwice: 0,
  lastId: requests.length,
  requests,
});

test('a sale that the ledger does not know is a breach, which is said with its order', async () => {
  const books = booksOf(TRUTH, booked('415', ['4155550101']));
  await expect(judge(ledger, books)).rejects.toThrow(
    /2 breaches:\n {2}- lost: 10000002: waiting, and not recorded: 4155550101\n {2}- sent unawares/,
  );
});

test('a ledger that does not add up is a breach', async () => {
  const more = 'update ledger.tallies set bought = bought + $1 where plan_id = $2 and state = $3';
  await sql(ledger, more, [1, plan.id, 'filled']);
  await expect(judge(ledger, booksOf(TRUTH))).rejects.toThrow(
    /4 requested, 5 accounted for[\s\S]*audit: null: tally_true/,
  );
});
