import { describe, expect, test } from 'vitest';
import type { FaultName } from '../../src/sandbox/index.ts';
import { line } from '../support/plans.ts';
import { recordingLog } from '../support/recording-log.ts';
import { openRig, vendorAt } from './rig.ts';

const rig = openRig();

/** A plan of one order, and what is left to say when its job has been done under this fault. */
async function placeUnder(fault: FaultName, overrides: Parameters<typeof line>[0] = {}) {
  const plan = await rig.newPlan({ lines: [line(overrides)] });
  const id = plan.orders[0]!;
  const { log, lines } = recordingLog();
  rig.arrivals();
  rig.sandbox.next(fault);
  // Too impatient for what comes late, and only then: a busy machine is late itself.
  const isLate = ['hang', 'hang_after', 'slow'].includes(fault);
  const impatient = { vendor: vendorAt(rig.sandbox.url, 300) };
  const answer = await rig.place(plan, id, { log, ...(isLate ? impatient : {}) });
  const [request, ...more] = rig.arrivals();
  return {
    plan,
    id,
    answer,
    /** The vendor's own books of it. */
    sold: request?.sold.toSorted() ?? [],
    sentOnce: request?.fault === fault && more.length === 0,
    order: await rig.orderRow(id),
    attempts: await rig.attemptsOf(id),
    numbers: await rig.numbersOf(id),
    shouted: lines
      .filter(({ level }) => level >= 40)
      .map(({ order, numbers }) => ({ order, numbers })),
    breaches: await rig.breachesOf(plan.id),
  };
}

describe('an honest answer', () => {
  test.each([
    {
      what: 'of all the numbers',
      line: { areaCode: '212', quantity: 25 },
      state: 'filled',
      bought: 25,
    },
    {
      what: 'of fewer numbers',
      line: { areaCode: '907', quantity: 20 },
      state: 'short',
      bought: 12,
    },
    {
      what: 'of none, for want of stock',
      line: { areaCode: '808', quantity: 5 },
      state: 'short',
      bought: 0,
    },
    {
      what: 'of too few, all or nothing',
      line: { areaCode: '907', quantity: 9, fillQuantity: true },
      state: 'short',
      bought: 0,
    },
    {
      what: 'of toll-free numbers',
      line: { areaCode: null, type: 'tollfree' as const },
      state: 'filled',
      bought: 10,
    },
  ])('$what leaves the order $state, with the very numbers sold', async (row) => {
    const placed = await placeUnder('ok', row.line);
    expect(placed).toMatchObject({
      sentOnce: true,
      answer: { next: 'done', words: expect.stringMatching(`^${row.state}: `) },
      order: { state: row.state, bought: row.bought, attempts: 1, connectFailures: 0 },
      attempts: [{ outcome: row.state, status: 200, worker: 'worker 1' }],
      shouted: [],
      breaches: [],
    });
    expect(placed.numbers).toHaveLength(row.bought);
    expect(placed.numbers).toEqual(placed.sold);
  });
});

describe('a refusal', () => {
  test('for want of stock leaves the order short, with nothing bought', async () => {
    expect(await placeUnder('no_stock')).toMatchObject({
      sentOnce: true,
      answer: { next: 'done' },
      order: { state: 'short', bought: 0, reason: expect.stringContaining('No numbers available') },
      attempts: [{ outcome: 'short', status: 200 }],
      numbers: [],
      sold: [],
      breaches: [],
    });
  });

  test('for any other reason is kept word for word and is not tried again', async () => {
    const placed = await placeUnder('refuse');
    expect(placed).toMatchObject({
      sentOnce: true,
      answer: { next: 'done', words: expect.stringMatching(/^refused: /) },
      order: {
        state: 'refused',
        reason: expect.stringContaining('"Order declined by the carrier desk"'),
      },
      attempts: [{ outcome: 'refused' }],
      breaches: [],
    });
    expect(await rig.place(placed.plan, placed.id)).toMatchObject({ next: 'done' });
    expect(rig.arrivals()).toEqual([]);
  });

  test('that blames the keys pauses the account, which says why, and the order waits', async () => {
    const placed = await placeUnder('bad_keys');
    expect(placed).toMatchObject({
      sentOnce: true,
      answer: { next: 'rest', waitMs: 1_000 },
      order: { state: 'waiting', attempts: 1, connectFailures: 0, bought: 0 },
      attempts: [{ outcome: 'credentials' }],
      breaches: [],
    });
    const { pausedReason } = await rig.findAccount(placed.plan.account.name);
    expect(pausedReason).toMatch(/^Put the keys right before you resume: .*"Invalid access key"/);
  });

  test('and the log says that the account paused, why, and how to resume it', async () => {
    const plan = await rig.newPlan();
    const { log, lines } = recordingLog();
    rig.sandbox.next('bad_keys');
    await rig.place(plan, plan.orders[0]!, { log });
    expect(lines.filter(({ reason }) => reason)).toMatchObject([
      {
        level: 50,
        account: plan.account.name,
        reason: expect.stringContaining('Put the keys right'),
        resume: expect.stringContaining(`account ${plan.account.name} --resume`),
        msg: expect.stringContaining('account paused'),
      },
    ]);
  });
});

describe('an answer that proves nothing leaves the order unknown', () => {
  const ROWS: [FaultName, { sold?: number; status?: number }][] = [
    ['busy_503', { status: 503, sold: 0 }],
    ['error_before', { status: 500, sold: 0 }],
    ['error_after', { status: 500, sold: 10 }],
    ['cut_before', { sold: 0 }],
    ['cut_after', { sold: 10 }],
    ['half_body', { status: 200, sold: 10 }],
    ['early_end', { status: 200, sold: 10 }],
    // These two toss a coin for whether they sell.
    ['html', { status: 200 }],
    ['empty', { status: 200 }],
    ['hang', { sold: 0 }],
    ['hang_after', { sold: 10 }],
    ['slow', { sold: 10 }],
    ['wrong_quantity', { status: 200, sold: 10 }],
  ];

  test.each(ROWS)('%s', async (fault, { sold, status = null }) => {
    const placed = await placeUnder(fault);
    expect(placed).toMatchObject({
      sentOnce: true,
      answer: { next: 'done', words: expect.stringMatching(/^unknown: /) },
      order: { state: 'unknown', bought: 0, attempts: 1, reason: expect.stringMatching(/\w/) },
      attempts: [{ outcome: 'unknown', status }],
      numbers: [],
      // The log says so, too.
      shouted: [{ order: placed.id }],
      breaches: [],
    });
    const named = placed.shouted.flatMap(({ numbers }) => numbers as string[]);
    expect(placed.sold).toEqual(expect.arrayContaining(named));
    if (sold !== undefined) expect(placed.sold).toHaveLength(sold);
    // Delivered again, and it is not sent again.
    expect(await rig.place(placed.plan, placed.id)).toMatchObject({ next: 'done' });
    expect(rig.arrivals()).toEqual([]);
  });

  test('a number of another order is disputed, and the rest is recorded', async () => {
    const before = await placeUnder('ok', { areaCode: '303' });
    const placed = await placeUnder('sold_twice', { areaCode: '303' });
    const repeated = placed.sold.filter((number) => before.numbers.includes(number));
    expect(repeated).toHaveLength(1);
    expect(placed).toMatchObject({
      sentOnce: true,
      answer: { next: 'done', words: expect.stringMatching(/^unknown: /) },
      order: { state: 'unknown', bought: 9 },
      attempts: [{ outcome: 'unknown', status: 200 }],
      numbers: placed.sold.filter((number) => !repeated.includes(number)),
      breaches: [],
    });
    expect(await rig.numbersOf(placed.id, 'disputes')).toEqual(repeated);
    expect(await rig.numbersOf(before.id)).toEqual(before.sold);
  });
});

test('five answers in a row that prove nothing pause the account before the sixth', async () => {
  const lines = [2, 3, 4, 5, 6, 7].map((n) => line({ line: n }));
  const plan = await rig.newPlan({ lines });
  rig.sandbox.next('error_before', { times: 5 });
  for (const id of plan.orders.slice(0, 5)) await rig.place(plan, id);
  rig.arrivals();
  expect(await rig.place(plan, plan.orders[5]!)).toEqual({ next: 'rest', waitMs: 1_000 });
  expect(rig.arrivals()).toEqual([]);
  const { pausedReason } = await rig.findAccount(plan.account.name);
  expect(pausedReason).toMatch(/^The last 5 answers were unknown/);
});
