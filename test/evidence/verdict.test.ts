import { describe, expect, test } from 'vitest';
import { judgeUnknowns, type Listing, type UnknownAttempt } from '../../src/evidence/index.ts';
import { back, listing, NOW, numbers, SETTLING_MS, unknown } from './unknowns.ts';

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
      'is open when numbers of another area code are new that no order explains',
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
      'has bought all that it asked for when as many are new',
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
      'is open when more are new than it lacks',
      unknown(),
      listing(numbers('212', 11)),
      { finding: 'open', isClear: false },
    ],
    [
      'is open when it asked for all or nothing and fewer are new',
      unknown({ fillQuantity: true }),
      listing(numbers('212', 4)),
      { finding: 'open', isClear: false },
    ],
    [
      'is not clear when somebody else buys on the account',
      unknown(),
      listing([...numbers('212', 10), ...numbers('999', 1)]),
      { finding: 'bought', isClear: false },
    ],
    [
      'is open without a list from before it was sent',
      unknown({ baseline: null }),
      listing([]),
      { finding: 'open', isClear: false },
    ],
    [
      'is judged later by a list that was read a settling time after it ended',
      unknown(),
      listing([], { beganTick: 79_999 }),
      { finding: 'later', why: expect.stringContaining('1 second later') },
    ],
    [
      'is judged by a list that was read just then',
      unknown(),
      listing([], { beganTick: 80_000 }),
      { finding: 'nothing' },
    ],
    [
      'is judged later while an order for the same stock is being sent',
      unknown(),
      listing([], { sending: [unknown({ areaCode: '212555' })] }),
      { finding: 'later' },
    ],
    [
      'is judged later when the list is in doubt',
      unknown(),
      listing([], { doubt: { finding: 'later', why: 'It lags.' } }),
      { finding: 'later', why: 'It lags.' },
    ],
    [
      'is open when the vendor said that it sold numbers to it',
      unknown({ disputed: 2 }),
      listing([]),
      { finding: 'open', isClear: false, why: expect.stringContaining('2 numbers') },
    ],
    [
      'is open when a number came back that it may have bought',
      unknown(),
      listing([], back(numbers('212', 1))),
      { finding: 'open', isClear: false, numbers: numbers('212', 1) },
    ],
    [
      'is open when a number came back in another area code that no order explains',
      unknown(),
      listing([], back(numbers('213', 1))),
      { finding: 'open', numbers: numbers('213', 1) },
    ],
    [
      'is clear beside numbers that an order that is being sent may have bought',
      unknown(),
      listing([...numbers('212', 10), ...numbers('415', 3)], {
        sending: [unknown({ areaCode: '415' })],
      }),
      { finding: 'bought', isClear: true },
    ],
    [
      'is judged while an order for other stock is being sent',
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
      'with an overlay may have bought any local number, but no toll-free one',
      unknown({ areaCode: '212555', allowOverlay: true }),
      listing(numbers('800', 10)),
      { finding: 'open' },
    ],
    [
      'for toll-free numbers may have bought those of every toll-free code',
      unknown({ type: 'tollfree', areaCode: null, lacking: 2 }),
      listing(['8005551234', '8885551234']),
      { finding: 'bought', isClear: true },
    ],
    [
      'for true 800 numbers is open when an 888 is new',
      unknown({ type: 'true800', areaCode: null }),
      listing(['8885551234']),
      { finding: 'open' },
    ],
    [
      'is judged later when it was still being sent as the reading began',
      unknown({ wasEnded: false }),
      listing([]),
      { finding: 'later' },
    ],
    [
      'is open when the list will not be believed',
      unknown(),
      listing(numbers('212', 3), { doubt: { finding: 'open', why: 'It is old.' } }),
      { finding: 'open', numbers: numbers('212', 3), why: 'It is old.' },
    ],
    [
      'is open when nothing is new on a list that may be cut off',
      unknown(),
      listing([], { cut: 'Exactly 1,000.' }),
      { finding: 'open', why: 'Exactly 1,000.' },
    ],
    [
      'is open when a part is new on a list that may be cut off',
      unknown(),
      listing(numbers('212', 4), { cut: 'Exactly 1,000.' }),
      { finding: 'open' },
    ],
    [
      'has bought all of it, also when the list may be cut off',
      unknown(),
      listing(numbers('212', 10), { cut: 'Exactly 1,000.' }),
      { finding: 'bought', isClear: true },
    ],
    [
      'is judged later while new numbers may be of an order that is being sent',
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
      'is open when its answer names a number that the list does not show',
      unknown({ named: numbers('212', 1) }),
      listing([]),
      { finding: 'open', why: expect.stringContaining('names 1 number') },
    ],
    [
      'is open when its answer names a number that was owned before',
      unknown({ named: numbers('212', 1) }),
      listing([], back(numbers('212', 1))),
      { finding: 'open' },
    ],
  ])('%s', (_title, order, list, verdict) => {
    expect(judgeOne(order, list)).toMatchObject({ order: 1, ...verdict });
  });

  test('is open, as is another order that may have bought its candidates', () => {
    const both = [unknown(), unknown({ order: 2, areaCode: '212555' })];
    const verdicts = judgeUnknowns(both, listing(numbers('212555', 3)), SETTLING_MS);
    expect(verdicts).toMatchObject([
      { order: 1, finding: 'open', numbers: numbers('212555', 3) },
      { order: 2, finding: 'open' },
    ]);
  });

  test('has bought nothing, as has another order, when there is no candidate', () => {
    const both = [unknown(), unknown({ order: 2 })];
    const verdicts = judgeUnknowns(both, listing([]), SETTLING_MS);
    expect(verdicts).toMatchObject([{ finding: 'nothing' }, { finding: 'nothing' }]);
  });

  test('is judged by what is new since its own baseline', () => {
    const early = unknown();
    const late = unknown({ order: 2, baseline: NOW });
    expect(judgeUnknowns([early, late], listing(numbers('212', 10)), SETTLING_MS)).toMatchObject([
      { finding: 'bought', numbers: numbers('212', 10) },
      { finding: 'nothing' },
    ]);
  });
});
