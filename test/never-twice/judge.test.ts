import { beforeAll, describe, expect, test } from 'vitest';
import { type AnswerRecord, type Ledger, recordAnswers } from '../../src/ledger/index.ts';
import type { BookedRequest, Books } from '../../src/sandbox/index.ts';
import { sql } from '../support/ledger.ts';
import { line, newPlan, type SmallPlan } from '../support/plans.ts';
import { answerTo, claimOne } from '../support/sending.ts';
import { EMBEDDED, openLedger } from '../support/storage.ts';
import { judge } from './judge.ts';

const FILLED = ['2125550101', '2125550102'];
const UNKNOWN = ['3125550101'];

/** Of one plan: 212 was throttled and then filled, 312 is unknown, 415 is still waiting. */
let ledger: Ledger;
let plan: SmallPlan;

beforeAll(async () => {
  ledger = await openLedger(await EMBEDDED.makeStorage());
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

describe('the judge notices', () => {
  const withOthers = (...others: BookedRequest[]) => [...TRUTH, ...others];
  test.each([
    {
      what: 'an order that was bought twice',
      requests: withOthers(booked('212', 'ok', ['2125550103'])),
      says: '(212, filled) was bought 2 times',
    },
    {
      what: 'an unknown order that was bought twice',
      requests: withOthers(booked('312', 'ok', ['3125550102'])),
      says: '(312, unknown) was bought 2 times',
    },
    {
      what: 'an order that was sent again without proof, even in vain',
      requests: withOthers(booked('312', 'hang')),
      says: '(312, unknown) was sent 2 times, without proof that nothing was bought',
    },
    {
      what: 'a request that no attempt was written down for',
      requests: withOthers(booked('415', 'throttle')),
      says: '(415, waiting) was sent 1 times in 0 attempts',
    },
    {
      what: 'a purchase that is lost',
      requests: withOthers(booked('415', 'ok', ['4155550101'])),
      says: '(415, waiting) has lost 4155550101',
    },
    {
      what: 'one number that is lost of several',
      requests: [booked('212', 'ok', [...FILLED, '2125550103']), TRUTH[2]!],
      says: '(212, filled) has lost 2125550103',
    },
    {
      what: 'a number that was never sold',
      requests: [booked('212', 'ok', FILLED.slice(0, 1)), TRUTH[2]!],
      says: `(212, filled) has ${FILLED[1]}, which it was not sold`,
    },
    {
      what: 'a request that nobody had ordered',
      requests: withOthers(booked('999', 'ok', ['9995550101'])),
      says: '999 was sent for no order',
    },
  ])('$what', async ({ requests, says }) => {
    await expect(judge(ledger, booksOf(requests))).rejects.toThrow(says);
  });

  test('two orders that the books cannot tell apart', async () => {
    const twins = ['505', '505'].map((areaCode, n) => line({ line: n + 2, areaCode }));
    const other = await newPlan(ledger, { lines: twins });
    await expect(judge(ledger, booksOf(TRUTH))).rejects.toThrow('505 is the search of 2 orders');
    await sql(ledger, `update ledger.lines set area_code = '506' where plan_id = $1 and line = 2`, [
      other.id,
    ]);
    await judge(ledger, booksOf(TRUTH));
  });

  test('a ledger that does not add up', async () => {
    const more = 'update ledger.tallies set bought = bought + $1 where plan_id = $2 and state = $3';
    await sql(ledger, more, [1, plan.id, 'filled']);
    await expect(judge(ledger, booksOf(TRUTH))).rejects.toThrow(
      /6 requested, 7 accounted for[\s\S]*audit, tally_true/,
    );
    await sql(ledger, more, [-1, plan.id, 'filled']);
    await judge(ledger, booksOf(TRUTH));
  });
});
