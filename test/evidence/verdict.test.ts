import { describe, expect, test } from 'vitest';
import { judgeUnknowns, type Listing, type UnknownAttempt } from '../../src/evidence/index.ts';
import { BEFORE, back, LIST_LAG_MS, listing, NOW, numbers, unknown } from './unknowns.ts';

const judgeOne = (order: UnknownAttempt, list: Listing) =>
  judgeUnknowns([order], list, LIST_LAG_MS)[0];

type Row = [title: string, order: UnknownAttempt, list: Listing, more?: object];

const TEN = numbers('212', 10);
const CUT = { cut: 'Exactly 1,000.' };
const sending = (overrides: Parameters<typeof unknown>[0]) => ({ sending: [unknown(overrides)] });

describe('an unknown order has bought', () => {
  test.each<Row>([
    ['all that it asked for when as many are new', unknown(), listing(TEN)],
    ['a part when fewer are new', unknown(), listing(numbers('212', 4))],
    ['any local number with a distance', unknown({ distance: 20 }), listing(numbers('914', 10))],
    ['all of it, also when the list may be cut off', unknown(), listing(TEN, CUT)],
    [
      'numbers of every toll-free code when it asked for toll-free ones',
      unknown({ type: 'tollfree', areaCode: null, lacking: 2 }),
      listing(['8005551234', '8885551234']),
    ],
    [
      'numbers of another area code that its answer names and the list shows',
      unknown({ named: numbers('646', 3) }),
      listing(numbers('646', 3)),
    ],
  ])('%s', (_title, order, list) => {
    const goods = list.sightings.map(({ number }) => number);
    const verdict = { order: 1, finding: 'bought', isClear: true, numbers: goods };
    expect(judgeOne(order, list)).toMatchObject(verdict);
  });

  test('its numbers, also beside those that an order that is being sent may have bought', () => {
    const list = listing([...TEN, ...numbers('415', 3)], sending({ areaCode: '415' }));
    expect(judgeOne(unknown(), list)).toMatchObject({ finding: 'bought', isClear: true });
  });

  test('its numbers, but not clearly, when another buyer uses the account', () => {
    const list = listing([...TEN, ...numbers('999', 1)]);
    expect(judgeOne(unknown(), list)).toMatchObject({ finding: 'bought', isClear: false });
  });
});

describe('an unknown order has bought nothing', () => {
  const others = [unknown({ areaCode: '213' }), unknown({ type: 'tollfree' })];
  test.each<Row>([
    ['when nothing new fits', unknown(), listing([])],
    [
      'by a list that was read a settling time later',
      unknown(),
      listing([], { beganTick: 80_000 }),
    ],
    ['while an order for other stock is being sent', unknown(), listing([], { sending: others })],
  ])('%s', (_title, order, list) => {
    expect(judgeOne(order, list)).toMatchObject({ order: 1, finding: 'nothing', isClear: true });
  });
});

describe('an unknown order is judged later', () => {
  test.each<Row>([
    [
      'by a list that is read a settling time after it ended',
      unknown(),
      listing([], { beganTick: 79_999 }),
      { why: expect.stringContaining('read 1 second later, while a worker runs, can show it.') },
    ],
    [
      'while an order for the same stock is being sent',
      unknown(),
      listing([], sending({ areaCode: '212555' })),
    ],
    [
      'when the list is in doubt',
      unknown(),
      listing([], { doubt: { finding: 'later', why: 'It lags.' } }),
      { why: 'It lags.' },
    ],
    [
      'when it was still being sent as the reading began',
      unknown({ wasEnded: false }),
      listing([]),
    ],
    [
      'while new numbers may be of an order that is being sent',
      unknown(),
      listing(numbers('415', 3), sending({ areaCode: '415' })),
    ],
  ])('%s', (_title, order, list, more) => {
    expect(judgeOne(order, list)).toMatchObject({ order: 1, finding: 'later', ...more });
  });
});

describe('an unknown order is open', () => {
  test('while others are undecided, where the vendor has sold other numbers than it should', () => {
    const all = [
      unknown(),
      unknown({ order: 2, areaCode: '646' }),
      unknown({ order: 3, areaCode: '415', distance: 20 }),
    ];
    const strays = numbers('646', 10);
    const [own, ...others] = judgeUnknowns(
      all,
      listing(strays, { unasked: [{ number: '9095550100', holder: 4, listing: BEFORE }] }),
      LIST_LAG_MS,
    );
    expect(others.map(({ finding }) => finding)).toEqual(['open', 'open']);
    expect(own).toMatchObject({
      ...{ finding: 'open', numbers: strays },
      why: expect.stringMatching(/, and 10 of other orders, .* Settle those orders first\.$/),
    });
    const [honest] = judgeUnknowns(all, listing(strays), LIST_LAG_MS);
    expect(honest).toMatchObject({ finding: 'nothing', isClear: true });
  });

  test.each<Row>([
    [
      'when numbers of another area code are new that no order explains',
      unknown(),
      listing(numbers('213', 3)),
      { numbers: numbers('213', 3), why: expect.stringContaining('3 that no order here explains') },
    ],
    [
      'when it lacks as many as are new in another area code: the vendor may have sold it those',
      unknown({ named: numbers('212', 4) }),
      listing([...numbers('212', 4), ...numbers('646', 6)]),
      {
        numbers: [...numbers('212', 4), ...numbers('646', 6)],
        why: expect.stringMatching(
          /has 4 new numbers .*, of the 10 that it lacks, and 6 that no order/,
        ),
      },
    ],
    [
      'when others got what it asked for, of whom it names the first',
      unknown(),
      listing([], {
        unasked: numbers('212', 7).map((number, at) => ({ number, holder: at + 2, listing: NOW })),
      }),
      { why: expect.stringContaining('that orders 2, 3, 4, 5, 6 and 2 more got') },
    ],
    ['when more are new than it lacks', unknown(), listing(numbers('212', 11))],
    [
      'when it asked for all or nothing and fewer are new',
      unknown({ fillQuantity: true }),
      listing(numbers('212', 4)),
    ],
    ['without a list from before it was sent', unknown({ baseline: null }), listing([])],
    [
      'when the vendor said that it sold numbers to it',
      unknown({ disputed: 2 }),
      listing([]),
      { why: expect.stringContaining('2 numbers') },
    ],
    [
      'when a number came back that it may have bought',
      unknown(),
      listing([], back(numbers('212', 1))),
      { numbers: numbers('212', 1) },
    ],
    [
      'when a number came back in another area code that no order explains',
      unknown(),
      listing([], back(numbers('213', 1))),
      { numbers: numbers('213', 1) },
    ],
    [
      'when only toll-free numbers are new and it allows an overlay',
      unknown({ areaCode: '212555', allowOverlay: true }),
      listing(numbers('800', 10)),
    ],
    [
      'when it asked for true 800 numbers and an 888 is new',
      unknown({ type: 'true800', areaCode: null }),
      listing(['8885551234']),
    ],
    [
      'when the list will not be believed',
      unknown(),
      listing(numbers('212', 3), { doubt: { finding: 'open', why: 'It is old.' } }),
      { numbers: numbers('212', 3), why: 'It is old.' },
    ],
    [
      'when nothing is new on a list that may be cut off',
      unknown(),
      listing([], CUT),
      { why: CUT.cut },
    ],
    [
      'when a part is new on a list that may be cut off',
      unknown(),
      listing(numbers('212', 4), CUT),
    ],
    [
      'when its answer names a number that the list does not show',
      unknown({ named: numbers('212', 1) }),
      listing([]),
      { why: expect.stringContaining('names 1 number') },
    ],
    [
      'when its answer names a number that was owned before',
      unknown({ named: numbers('212', 1) }),
      listing([], back(numbers('212', 1))),
    ],
  ])('%s', (_title, order, list, more) => {
    expect(judgeOne(order, list)).toMatchObject({
      ...{ order: 1, finding: 'open', isClear: false },
      ...more,
    });
  });
});
