import { expect, test } from 'vitest';
import { type Facts, judge, type OrderFact } from './judge.ts';
import { A, attempt, B, C, D, facts, order, request } from './planted.ts';

/** 212 was throttled and then filled, 312 is unknown, 415 has not been sent. */
const THROTTLED = request([], { search: '212', fault: 'throttle' });
const ANSWERED = request([A, B], { search: '212', fault: 'ok' });
const UNANSWERED = request([C], { search: '312', fault: 'hang_after' });
const APART: OrderFact[] = [
  order({ id: 1, search: '212', attempts: [attempt('throttled'), attempt('filled')] }),
  order({ id: 2, search: '312', state: 'unknown', numbers: [], attempts: [attempt('unknown')] }),
  order({ id: 3, search: '415', state: 'cancelled', numbers: [], attempts: [] }),
];
const [FIRST, SECOND, THIRD] = APART as [OrderFact, OrderFact, OrderFact];

const byAnswers = (overrides: Partial<Facts>): Facts =>
  facts({
    ...{ orders: APART, requests: [THROTTLED, ANSWERED, UNANSWERED] },
    ...{ isTimed: false, isByAnswers: true, ...overrides },
  });

test.each<[string, Partial<Facts>]>([
  ['what is recorded, unknown or proven innocent', {}],
  [
    'an unknown order that was told of its number and of one that another order has',
    {
      orders: [FIRST, { ...SECOND, numbers: [C], disputed: [A] }, THIRD],
      requests: [THROTTLED, ANSWERED, { ...UNANSWERED, sold: [C, A] }],
    },
  ],
])('when only answers tell, there is nothing wrong with %s', (_, overrides) => {
  expect(judge(byAnswers(overrides))).toEqual([]);
});

test.each<[string, string[], Partial<Facts>]>([
  [
    'an order that was bought twice',
    ['bought twice', 'lost', 'sent unawares', 'sent again'],
    { requests: [THROTTLED, ANSWERED, { ...ANSWERED, sold: [D] }, UNANSWERED] },
  ],
  [
    'an unknown order that was bought twice',
    ['bought twice', 'sent unawares', 'sent again'],
    { requests: [THROTTLED, ANSWERED, UNANSWERED, { ...UNANSWERED, sold: [D] }] },
  ],
  [
    'an order that was sent again without proof, even in vain',
    ['sent again'],
    {
      orders: [FIRST, { ...SECOND, attempts: [attempt('nothing'), attempt('unknown')] }, THIRD],
      requests: [THROTTLED, ANSWERED, { ...UNANSWERED, sold: [] }, UNANSWERED],
    },
  ],
  [
    'one number that is lost of several',
    ['lost'],
    { requests: [{ ...ANSWERED, sold: [A, B, D] }, UNANSWERED] },
  ],
  [
    'a number that another order has, and that an order which is not unknown was sold',
    ['lost'],
    {
      orders: [FIRST, { ...SECOND, state: 'short', disputed: [A] }, THIRD],
      requests: [ANSWERED, { ...UNANSWERED, sold: [A] }],
    },
  ],
  [
    'a number that was never sold',
    ['never bought'],
    { requests: [{ ...ANSWERED, sold: [A] }, UNANSWERED] },
  ],
  [
    'a number that an order was told of and not sold',
    ['never bought'],
    { orders: [FIRST, { ...SECOND, disputed: [D] }, THIRD] },
  ],
  [
    'a number that an order has and that is said to be another one’s',
    ['lost'],
    { orders: [{ ...FIRST, disputed: [B] }, SECOND, THIRD] },
  ],
  [
    'orders that the books cannot tell apart',
    ['out of order', 'out of order'],
    { orders: [...APART, { ...THIRD, id: 4, root: 4 }] },
  ],
])('when only answers tell, it is a breach: %s', (_, kinds, overrides) => {
  expect(judge(byAnswers(overrides)).map(({ kind }) => kind)).toEqual(kinds);
});
