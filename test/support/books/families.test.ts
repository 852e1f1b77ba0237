import { expect, test } from 'vitest';
import { type Facts, judge, type OrderFact } from './judge.ts';
import { A, attempt, B, CLAIMED, facts, order, request } from './planted.ts';

/** An area code for one order alone, and a number in it. */
const RUNG = '706';
const C = '7065550001';

const short: Partial<OrderFact> = { state: 'short', numbers: [A], attempts: [attempt('short')] };
/** An order for two numbers that got one, and its successor, which asked for the other one. */
const family = (overrides: Partial<OrderFact> = {}): OrderFact[] => [
  order({ ...short, ...overrides }),
  order({
    ...{ id: 101, root: 1, search: RUNG, quantity: 1, kind: 'rung', numbers: [C] },
    ...{ attempts: [attempt('short', CLAIMED + 3_000)], ...overrides },
  }),
];

const later = (sold: string[], afterMs = 3_500) =>
  request(sold, { search: RUNG, quantity: 1, at: CLAIMED + afterMs });

const judged = (overrides: Partial<Facts>) => judge(facts({ orders: family(), ...overrides }));

test.each<[string, Partial<Facts>]>([
  ['an order that got the rest elsewhere', { requests: [request([A]), later([C])] }],
  [
    'a successor that was lost when the ledger went back, and is not made again',
    { orders: [order()], requests: [request([A, B]), later([])], isWhole: false },
  ],
])('there is nothing wrong with %s', (_, overrides) => {
  expect(judged(overrides)).toEqual([]);
});

test.each<[string, string, Partial<Facts>]>([
  [
    'bought twice',
    'an order that was sold all it asks for, and its successor something more',
    { orders: family({ state: 'unknown', numbers: [] }), requests: [request([A, B]), later([C])] },
  ],
  [
    'asked too early',
    'an order that was sent after its successor',
    { requests: [later([C], 2_500), request([A], { at: CLAIMED + 2_900 })] },
  ],
  [
    'sent unawares',
    'a request for an area code that no order was to fall back to',
    { orders: [order(short)], requests: [request([A]), later([])] },
  ],
])('it is a breach, %s: %s', (kind, _, overrides) => {
  expect(judged(overrides).map((breach) => breach.kind)).toEqual([kind]);
});
