import { describe, expect, test } from 'vitest';
import {
  judgeUnknowns,
  type Listing,
  type Sighting,
  type UnknownAttempt,
} from '../../src/evidence/index.ts';

const SETTLING_MS = 60_000;
/** The list before the orders were sent, and the one that is judged by. */
const [BEFORE, NOW] = [1, 2];

/** Ended at tick 20,000, ten numbers in 212. */
const unknown = (overrides: Partial<UnknownAttempt> = {}): UnknownAttempt => ({
  order: 1,
  attempt: 1,
  disputed: 0,
  plan: 1,
  type: 'local',
  areaCode: '212',
  distance: null,
  allowOverlay: null,
  fillQuantity: false,
  cleansedOnly: null,
  smsSupported: null,
  orderSlot: null,
  lacking: 10,
  named: [],
  baseline: BEFORE,
  endTick: 20_000,
  wasEnded: true,
  ...overrides,
});

const sighting = (number: string, overrides: Partial<Sighting> = {}): Sighting => ({
  ...{ number, listing: NOW, backListing: null, backFrom: 0 },
  ...overrides,
});

/** Read at tick 100,000, with these numbers new and nothing in flight. */
const listing = (strays: string[], overrides: Partial<Listing> = {}): Listing => ({
  beganTick: 100_000,
  readAt: new Date(1_800_000_100_000),
  endedAt: () => new Date(1_800_000_000_000),
  sightings: strays.map((number) => sighting(number)),
  sending: [],
  doubt: null,
  cut: null,
  ...overrides,
});

/** They had been owned, were gone, and are back. */
const back = (strays: string[]) => ({
  sightings: strays.map((number) => sighting(number, { listing: BEFORE, backListing: NOW })),
});

const numbers = (code: string, n: number) =>
  Array.from({ length: n }, (_, i) => `${code}${String(i).padStart(10 - code.length, '5')}`);

const judgeOne = (order: UnknownAttempt, list: Listing) =>
  judgeUnknowns([order], list, SETTLING_MS)[0];

describe('an unknown order', () => {
  test.each<[string, UnknownAttempt, Listing, object]>([
    [
      'has bought nothing when nothing new fits',
      unknown(),
      listing([]),
      { finding: 'nothing', isClear: true },
    ],
    [
      'cannot be told when numbers of another area code are new that no order explains',
      unknown(),
      listing(numbers('213', 3)),
      {
        finding: 'open',
        isClear: false,
        numbers: numbers('213', 3),
        why: expect.stringContaining('3 that no order here explains'),
      },
    ],
    [
      'has bought all that it asked for when so many are new',
      unknown(),
      listing(numbers('212', 10)),
      { finding: 'bought', isClear: true, numbers: numbers('212', 10) },
    ],
    [
      'has bought a part when fewer are new',
      unknown(),
      listing(numbers('212', 4)),
      { finding: 'bought', isClear: true, numbers: numbers('212', 4) },
    ],
    [
      'cannot be told when more are new than it lacks',
      unknown(),
      listing(numbers('212', 11)),
      { finding: 'open', isClear: false },
    ],
    [
      'cannot be told when it asked for all or nothing and fewer are new',
      unknown({ fillQuantity: true }),
      listing(numbers('212', 4)),
      { finding: 'open', isClear: false },
    ],
    [
      'is not settled by itself when somebody else buys on the account',
      unknown(),
      listing([...numbers('212', 10), ...numbers('999', 1)]),
      { finding: 'bought', isClear: false },
    ],
    [
      'cannot be told without a list from before it was sent',
      unknown({ baseline: null }),
      listing([]),
      { finding: 'open', isClear: false },
    ],
    [
      'waits for a list that was read a settling time after it ended',
      unknown(),
      listing([], { beganTick: 79_999 }),
      { finding: 'later', why: expect.stringContaining('1 second later') },
    ],
    [
      'is told by a list that was read just then',
      unknown(),
      listing([], { beganTick: 80_000 }),
      { finding: 'nothing' },
    ],
    [
      'waits while an order for the same stock is being sent',
      unknown(),
      listing([], { sending: [unknown({ areaCode: '212555' })] }),
      { finding: 'later' },
    ],
    [
      'waits for a list that can be believed',
      unknown(),
      listing([], { doubt: { finding: 'later', why: 'It lags.' } }),
      { finding: 'later', why: 'It lags.' },
    ],
    [
      'has not bought nothing when the vendor said that it had sold to it',
      unknown({ disputed: 2 }),
      listing([]),
      { finding: 'open', isClear: false, why: expect.stringContaining('2 numbers') },
    ],
    [
      'cannot be told when a number came back that it may have bought',
      unknown(),
      listing([], back(numbers('212', 1))),
      { finding: 'open', isClear: false, numbers: numbers('212', 1) },
    ],
    [
      'cannot be told when a number came back in another area code that no order explains',
      unknown(),
      listing([], back(numbers('213', 1))),
      { finding: 'open', numbers: numbers('213', 1) },
    ],
    [
      'takes for no stranger’s what may be the goods of an order that is being sent',
      unknown(),
      listing([...numbers('212', 10), ...numbers('415', 3)], {
        sending: [unknown({ areaCode: '415' })],
      }),
      { finding: 'bought', isClear: true },
    ],
    [
      'does not wait for an order for other stock',
      unknown(),
      listing([], { sending: [unknown({ areaCode: '213' }), unknown({ type: 'tollfree' })] }),
      { finding: 'nothing' },
    ],
    [
      'with a distance may have bought any local number',
      unknown({ distance: 20 }),
      listing(numbers('914', 10)),
      { finding: 'bought', isClear: true },
    ],
    [
      'with an overlay may have bought any local number, but none that is free to call',
      unknown({ areaCode: '212555', allowOverlay: true }),
      listing(numbers('800', 10)),
      { finding: 'open' },
    ],
    [
      'for toll-free numbers may have bought those of every such code',
      unknown({ type: 'tollfree', areaCode: null, lacking: 2 }),
      listing(['8005551234', '8885551234']),
      { finding: 'bought', isClear: true },
    ],
    [
      'for true 800 numbers has not been sold an 888 as asked',
      unknown({ type: 'true800', areaCode: null }),
      listing(['8885551234']),
      { finding: 'open' },
    ],
    [
      'waits for a list when it was still being sent as reading this one began',
      unknown({ wasEnded: false }),
      listing([]),
      { finding: 'later' },
    ],
    [
      'is left to a person by a list that cannot be believed any more',
      unknown(),
      listing(numbers('212', 3), { doubt: { finding: 'open', why: 'It is old.' } }),
      { finding: 'open', numbers: numbers('212', 3), why: 'It is old.' },
    ],
    [
      'has not bought nothing by a list that may be cut off',
      unknown(),
      listing([], { cut: 'Exactly 1,000.' }),
      { finding: 'open', why: 'Exactly 1,000.' },
    ],
    [
      'has not bought a part by a list that may be cut off',
      unknown(),
      listing(numbers('212', 4), { cut: 'Exactly 1,000.' }),
      { finding: 'open' },
    ],
    [
      'has bought all of it, also by a list that may be cut off',
      unknown(),
      listing(numbers('212', 10), { cut: 'Exactly 1,000.' }),
      { finding: 'bought', isClear: true },
    ],
    [
      'waits while numbers are new that only an order for other stock explains that is being sent',
      unknown(),
      listing(numbers('415', 3), { sending: [unknown({ areaCode: '415' })] }),
      { finding: 'later' },
    ],
    [
      'has bought the numbers of another area code that its answer names and the list shows',
      unknown({ named: numbers('646', 3) }),
      listing(numbers('646', 3)),
      { finding: 'bought', isClear: true, numbers: numbers('646', 3) },
    ],
    [
      'cannot be told when its answer names a number that the list does not show',
      unknown({ named: numbers('212', 1) }),
      listing([]),
      { finding: 'open', why: expect.stringContaining('names 1 number') },
    ],
    [
      'cannot be told when its answer names a number that was owned before',
      unknown({ named: numbers('212', 1) }),
      listing([], back(numbers('212', 1))),
      { finding: 'open' },
    ],
  ])('%s', (_title, order, list, verdict) => {
    expect(judgeOne(order, list)).toMatchObject({ order: 1, ...verdict });
  });

  test('shares its candidates with another that may have bought them: neither can be told', () => {
    const both = [unknown(), unknown({ order: 2, areaCode: '212555' })];
    const verdicts = judgeUnknowns(both, listing(numbers('212555', 3)), SETTLING_MS);
    expect(verdicts).toMatchObject([
      { order: 1, finding: 'open', numbers: numbers('212555', 3) },
      { order: 2, finding: 'open' },
    ]);
  });

  test('shares nothing with another when there is no candidate: both have bought nothing', () => {
    const both = [unknown(), unknown({ order: 2 })];
    const verdicts = judgeUnknowns(both, listing([]), SETTLING_MS);
    expect(verdicts).toMatchObject([{ finding: 'nothing' }, { finding: 'nothing' }]);
  });

  test('is compared with what was new since it was sent, each order with its own list', () => {
    const early = unknown();
    const late = unknown({ order: 2, baseline: NOW });
    expect(judgeUnknowns([early, late], listing(numbers('212', 10)), SETTLING_MS)).toMatchObject([
      { finding: 'bought', numbers: numbers('212', 10) },
      { finding: 'nothing' },
    ]);
  });
});

describe('unknown orders of one line', () => {
  const line = (n: number, overrides: Partial<UnknownAttempt> = {}) =>
    Array.from({ length: n }, (_, i) => unknown({ order: i + 1, ...overrides }));
  const judge = (orders: UnknownAttempt[], list: Listing) =>
    judgeUnknowns(orders, list, SETTLING_MS);
  const goods = (orders: UnknownAttempt[], list: Listing) =>
    judge(orders, list).map((verdict) =>
      verdict.finding === 'bought' && verdict.isClear ? verdict.numbers.length : verdict.finding,
    );

  test('get the new numbers in the order of ids, each what it lacks, and the last the rest', () => {
    expect(goods(line(4), listing(numbers('212', 23)))).toEqual([10, 10, 3, 'nothing']);
    const given = judge(line(4), listing(numbers('212', 23))).flatMap((verdict) =>
      verdict.finding === 'later' ? [] : verdict.numbers,
    );
    expect(given.sort()).toEqual(numbers('212', 23).sort());
  });

  test('cannot be told when more are new than all of them lack', () => {
    expect(goods(line(2), listing(numbers('212', 21)))).toEqual(['open', 'open']);
  });

  test('of another plan are another line: neither can be told', () => {
    const [one] = line(1);
    const both = [one!, unknown({ order: 2, plan: 2 })];
    expect(goods(both, listing(numbers('212', 3)))).toEqual(['open', 'open']);
    expect(goods(both, listing(numbers('212', 20)))).toEqual(['open', 'open']);
  });

  test('that ask for all or none share whole orders only', () => {
    const orders = [
      ...line(2, { fillQuantity: true }),
      unknown({ order: 3, lacking: 4, fillQuantity: true }),
    ];
    expect(goods(orders, listing(numbers('212', 14)))).toEqual([10, 'nothing', 4]);
    expect(goods(orders, listing(numbers('212', 4)))).toEqual(['nothing', 'nothing', 4]);
    expect(goods(orders, listing(numbers('212', 13)))).toEqual(['open', 'open', 'open']);
  });

  test('cannot be told from another line that could have bought the same numbers', () => {
    const orders = [unknown({ lacking: 2 }), unknown({ order: 2, areaCode: '212555', lacking: 2 })];
    const list = (elsewhere: number, there: number) =>
      listing([...numbers('212444', elsewhere), ...numbers('212555', there)]);
    expect(goods(orders, list(2, 0))).toEqual([2, 'nothing']);
    expect(goods(orders, list(0, 2))).toEqual(['open', 'open']);
    expect(goods(orders, list(1, 1))).toEqual(['open', 'open']);
    // The first seems to be full; but a stranger may have bought what fills it.
    expect(goods(orders, list(2, 1))).toEqual(['open', 'open']);
    expect(goods(orders, list(1, 4))).toEqual(['open', 'open']);
  });

  test('leave to an order what its answer names', () => {
    const [first, second] = line(2);
    const named = numbers('212', 12).slice(0, 2);
    const orders = [first!, { ...second!, named }];
    const verdicts = judge(orders, listing(numbers('212', 12)));
    expect(verdicts).toMatchObject([{ numbers: { length: 2 } }, { numbers: { length: 10 } }]);
    expect(verdicts[1]).toMatchObject({ numbers: expect.arrayContaining(named) });
  });

  test('cannot be told when two answers name the same number', () => {
    const named = numbers('212', 1);
    expect(goods(line(2, { named }), listing(numbers('212', 2)))).toEqual(['open', 'open']);
  });

  test('get only what was on no list when they were sent', () => {
    const orders = [unknown({ baseline: 3 }), unknown({ order: 2, baseline: 1 })];
    const sightings = numbers('212', 12).map((number, i) =>
      sighting(number, { listing: i < 9 ? 2 : 4 }),
    );
    // Nine can only be the second's; the first takes the three that came later.
    expect(goods(orders, listing([], { sightings }))).toEqual([3, 9]);
  });

  test('wait for one of them on which it is too early to say anything, if numbers are new', () => {
    const [first, second] = line(2);
    const orders = [first!, { ...second!, endTick: 99_000 }];
    expect(goods(orders, listing(numbers('212', 3)))).toEqual(['later', 'later']);
    expect(goods(orders, listing([]))).toEqual(['nothing', 'later']);
  });

  test('cannot be told with one that was sold what belongs elsewhere, if numbers are new', () => {
    const [first, second] = line(2);
    const orders = [first!, { ...second!, disputed: 1 }];
    expect(goods(orders, listing(numbers('212', 3)))).toEqual(['open', 'open']);
  });

  test('are held up by what other lines cannot explain', () => {
    const orders = [...line(2), unknown({ order: 3, areaCode: '415' })];
    const list = listing([...numbers('212', 10), ...numbers('415', 11)]);
    expect(judge(orders, list)).toMatchObject([
      { finding: 'bought', isClear: false },
      { finding: 'open' },
      { finding: 'open' },
    ]);
  });
});
