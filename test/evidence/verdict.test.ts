import { describe, expect, test } from 'vitest';
import { judgeUnknowns, type Listing, type UnknownAttempt } from '../../src/evidence/index.ts';

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000);
const SETTLING_MS = 60_000;

/** Sent at second 10, ended at second 20, ten numbers in 212. */
const unknown = (overrides: Partial<UnknownAttempt> = {}): UnknownAttempt => ({
  order: 1,
  attempt: 1,
  disputed: 0,
  type: 'local',
  areaCode: '212',
  distance: null,
  allowOverlay: null,
  lacking: 10,
  fillQuantity: false,
  sentAt: at(10),
  endedAt: at(20),
  ...overrides,
});

/** Read at second 100, after one at second 0, with nothing new and nothing in flight. */
const listing = (strays: string[], overrides: Partial<Listing> = {}): Listing => ({
  readAt: at(100),
  baselineAt: () => at(0),
  strays: () => strays,
  returned: () => [],
  doubt: () => null,
  sending: [],
  ...overrides,
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
      'has bought nothing when only numbers of other area codes are new',
      unknown(),
      listing(numbers('213', 3)),
      { finding: 'nothing', isClear: true },
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
      unknown(),
      listing([], { baselineAt: () => null }),
      { finding: 'open', isClear: false },
    ],
    [
      'waits for a list that was read a settling time after it ended',
      unknown(),
      listing([], { readAt: at(79) }),
      { finding: 'later' },
    ],
    [
      'is told by a list that was read just then',
      unknown(),
      listing([], { readAt: at(80) }),
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
      listing([], { doubt: () => 'It lags.' }),
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
      listing([], { returned: () => numbers('212', 1) }),
      { finding: 'open', isClear: false, numbers: numbers('212', 1) },
    ],
    [
      'does not mind what came back in another area code',
      unknown(),
      listing([], { returned: () => numbers('213', 1) }),
      { finding: 'nothing', isClear: true },
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
      { finding: 'nothing' },
    ],
    [
      'for toll-free numbers may have bought those of every such code',
      unknown({ type: 'tollfree', areaCode: null, lacking: 2 }),
      listing(['8005551234', '8885551234']),
      { finding: 'bought', isClear: true },
    ],
    [
      'for true 800 numbers has not bought an 888',
      unknown({ type: 'true800', areaCode: null }),
      listing(['8885551234']),
      { finding: 'nothing' },
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

  test('is compared with what was new since it was sent, each order with its own moment', () => {
    const early = unknown();
    const late = unknown({ order: 2, areaCode: '415', sentAt: at(30), endedAt: at(35) });
    const list = listing([], {
      strays: (sentAt) => (sentAt < at(30) ? numbers('212', 10) : []),
    });
    expect(judgeUnknowns([early, late], list, SETTLING_MS)).toMatchObject([
      { finding: 'bought' },
      { finding: 'nothing' },
    ]);
  });
});
