import { expect, test } from 'vitest';
import { type Facts, judge, type OrderFact } from './judge.ts';

const CLAIMED = Date.parse('2026-01-01T12:00:00Z');
const [A, B, C] = ['2125550001', '2125550002', '7065550001'] as const;
/** An area code for one order alone. */
const RUNG = '706';

const order = (overrides: Partial<OrderFact> & { claimedMs: number }): OrderFact => {
  const { claimedMs, ...rest } = overrides;
  return {
    ...{ id: 1, root: 1, search: '212555', quantity: 2, kind: 'first', state: 'short' },
    ...{ isJudged: false, disputed: [], numbers: [A] },
    attempts: [{ outcome: 'short', claimedAt: new Date(CLAIMED + claimedMs) }],
    ...rest,
  };
};

/** An order for two numbers that got one, and its successor, which asked for the other one. */
const family = (overrides: Partial<OrderFact> = {}): OrderFact[] => [
  order({ claimedMs: 0, ...overrides }),
  order({
    ...{ id: 101, search: RUNG, quantity: 1, kind: 'rung', state: 'filled', numbers: [C] },
    ...{ claimedMs: 3_000, ...overrides },
  }),
];

const request = (sold: string[], afterMs = 500) => ({
  ...{ search: '212555', quantity: 2, sold, at: CLAIMED + afterMs },
});
const later = (sold: string[], afterMs = 3_500) => ({
  ...{ search: RUNG, quantity: 1, sold, at: CLAIMED + afterMs },
});

const judged = (overrides: Partial<Facts>) =>
  judge({
    ...{ orders: family(), plans: [], audit: [], requests: [] },
    ...{ isWhole: true, isTimed: true, isByAnswers: false, ...overrides },
  });

test.each<[string, Partial<Facts>]>([
  ['an order that got the rest elsewhere', { requests: [request([A]), later([C])] }],
  [
    'a successor that was lost when the ledger went back, and is not made again',
    {
      orders: [order({ claimedMs: 0, state: 'filled', numbers: [A, B] })],
      requests: [request([A, B]), later([], 3_500)],
      isWhole: false,
    },
  ],
])('there is nothing wrong with %s', (_, overrides) => {
  expect(judged(overrides)).toEqual([]);
});

test.each<[string, string, Partial<Facts>]>([
  [
    'bought twice',
    'an order that was sold all it asks for, and its successor something more',
    {
      orders: family({ state: 'unknown', numbers: [] }),
      requests: [request([A, B]), later([C])],
    },
  ],
  [
    'asked too early',
    'an order that was sent after its successor',
    { requests: [later([C], 2_500), request([A], 2_900)] },
  ],
  [
    'sent unawares',
    'a request for an area code that no order was to fall back to',
    { orders: [order({ claimedMs: 0 })], requests: [request([A]), later([])] },
  ],
])('it is a breach, %s: %s', (kind, _, overrides) => {
  expect(judged(overrides).map((breach) => breach.kind)).toEqual([kind]);
});
