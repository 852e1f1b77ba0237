import { expect, test } from 'vitest';
import type { PlanDocument } from '../../../src/ledger/index.ts';
import { type Facts, judge, type OrderFact } from './judge.ts';

const CLAIMED = Date.parse('2026-01-01T12:00:00Z');
const SEARCH = '212555';
const [A, B, C, D] = ['2125550001', '2125550002', '2125550003', '2125550004'] as const;

const attempt = (outcome: string | null, at = CLAIMED) => ({ outcome, claimedAt: new Date(at) });
const request = (
  sold: string[],
  overrides: Partial<Omit<Facts['requests'][number], 'sold'>> = {},
) => ({ search: SEARCH, quantity: 2, sold, at: CLAIMED + 500, ...overrides });

const order = (overrides: Partial<OrderFact> = {}): OrderFact => ({
  id: 1,
  root: overrides.id ?? 1,
  search: SEARCH,
  quantity: 2,
  kind: 'these',
  isJudged: false,
  state: 'filled',
  disputed: [],
  numbers: [A, B],
  attempts: [attempt('filled')],
  ...overrides,
});

/** Another order, for one number. */
const one = (overrides: Partial<OrderFact>): OrderFact =>
  order({ id: 2, quantity: 1, numbers: [], ...overrides });

/** Two orders that ask for the same; the one for two numbers has been sent twice. */
function alike(overrides: Partial<OrderFact> = {}): OrderFact[] {
  const attempts = [attempt('nothing'), attempt('filled')];
  return [
    order({ numbers: [B, C], attempts, ...overrides }),
    one({ numbers: [A], attempts: [attempt('unknown')], ...overrides }),
  ];
}

const facts = (overrides: Partial<Facts> = {}): Facts => ({
  orders: [order()],
  plans: [],
  audit: [],

  requests: [request([A, B])],
  isWhole: true,
  isTimed: true,
  isByAnswers: false,
  ...overrides,
});

const kindsOf = (overrides: Partial<Facts>) => judge(facts(overrides)).map(({ kind }) => kind);

test.each<[string, Partial<Facts>]>([
  ['an order whose numbers are recorded one by one', {}],
  [
    'an order that is unknown, whatever it was sold',
    { orders: [order({ state: 'unknown', numbers: [A], attempts: [attempt('unknown')] })] },
  ],
  [
    'an order that was sent again after it had bought nothing',
    {
      orders: [order({ attempts: [attempt('nothing'), attempt('filled', CLAIMED + 5_000)] })],
      requests: [request([]), request([A, B], { at: CLAIMED + 5_500 })],
    },
  ],
  [
    'a number that the vendor sold twice and one order has',
    {
      orders: [order(), order({ id: 2, search: '312555', state: 'short', numbers: [C] })],
      requests: [request([A, B]), request([C, A], { search: '312555' })],
    },
  ],
  [
    'two orders for the same area code that asked for different quantities',
    {
      orders: [order(), order({ id: 2, quantity: 1, numbers: [C] })],
      requests: [request([A, B]), request([C], { quantity: 1 })],
    },
  ],
  [
    'an order for one number that another order has, settled as nothing and not sent again',
    {
      orders: [order(), one({ state: 'short', disputed: [A] })],
      requests: [request([A, B]), request([A], { quantity: 1 })],
    },
  ],
  [
    'an order for one number that another order has, when nobody heard of that sale',
    {
      orders: [
        order(),
        one({ numbers: [C], attempts: [attempt('nothing'), attempt('filled', CLAIMED + 5_000)] }),
      ],
      requests: [
        request([A, B]),
        request([A], { quantity: 1 }),
        request([C], { quantity: 1, at: CLAIMED + 5_500 }),
      ],
    },
  ],
  [
    'a number that the vendor named for an order that has no room for it, and that is kept as ' +
      'surplus',
    { orders: [order({ disputed: [C] })], requests: [request([A, B, C])] },
  ],
  [
    'orders alike, when one was given what the other had bought, and the list has told it',
    { orders: alike({ isJudged: true }), requests: [request([A, B]), request([C])] },
  ],
  [
    'orders alike, when one was given what the other had bought, in a ledger that went back',
    { orders: alike(), requests: [request([A, B]), request([C])], isWhole: false },
  ],
  [
    'more requests than attempts, and at other times, when the ledger has gone back',
    {
      requests: [request([]), request([A, B], { at: CLAIMED + 90_000 })],
      isWhole: false,
    },
  ],
  [
    'a request long after its claim, by a clock that was set',
    { requests: [request([A, B], { at: CLAIMED + 3_600_000 })], isTimed: false },
  ],
])('there is nothing wrong with %s', (_, overrides) => {
  expect(judge(facts(overrides))).toEqual([]);
});

test.each<[string, string, Partial<Facts>]>([
  [
    'bought twice',
    'an order with two sales, though all of it is recorded',
    {
      orders: [order({ attempts: [attempt('nothing'), attempt('filled')], numbers: [A, B] })],
      requests: [request([A]), request([B])],
    },
  ],
  [
    'bought twice',
    'an order that was sold another one’s number, as the ledger knows, and then one of its own',
    {
      orders: [
        order(),
        one({
          numbers: [C],
          disputed: [A],
          attempts: [attempt('nothing'), attempt('filled', CLAIMED + 5_000)],
        }),
      ],
      requests: [
        request([A, B]),
        request([A], { quantity: 1 }),
        request([C], { quantity: 1, at: CLAIMED + 5_500 }),
      ],
    },
  ],
  [
    'bought twice',
    'orders alike, one of which was sold two times what the other could not have been given',
    {
      orders: alike({ isJudged: true }).map((each) => ({ ...each, state: 'unknown' })),
      requests: [request([A, B]), request([C, D])],
    },
  ],
  [
    'bought twice',
    'orders alike that had more sales between them than there are orders',
    {
      orders: alike({ isJudged: true }),
      requests: [request([A]), request([B]), request([C])],
      isWhole: false,
    },
  ],
  [
    'bought twice',
    'orders alike, when one was sold something twice and the list has told nothing',
    {
      orders: alike().map((each) => ({ ...each, state: 'unknown', numbers: [] })),
      requests: [request([A, B]), request([C])],
    },
  ],
  [
    'sent again',
    'an order that had been sold something, though nothing more was sold',
    {
      orders: [order({ attempts: [attempt('filled'), attempt('refused', CLAIMED + 5_000)] })],
      requests: [request([A, B]), request([], { at: CLAIMED + 5_500 })],
    },
  ],
  [
    'never bought',
    'a number that was sold to another order for the same area code',
    {
      orders: [order({ numbers: [A, B, C] }), one({ state: 'unknown' })],
      requests: [request([A, B]), request([C], { quantity: 1 })],
    },
  ],
  [
    'lost',
    'a number that was sold to an order that is done, and recorded for nobody',
    { requests: [request([A, B, C])] },
  ],
  [
    'lost',
    'an order that was sold something and waits',
    { orders: [order({ state: 'cancelled', numbers: [], attempts: [attempt('refused')] })] },
  ],
  ['never bought', 'a number that was not sold', { requests: [request([A])] }],
  [
    'never bought',
    'a number that was sold to another order',
    {
      orders: [
        order({ numbers: [A, B, C] }),
        order({ id: 2, search: '312555', state: 'unknown', numbers: [] }),
      ],
      requests: [request([A, B]), request([C], { search: '312555' })],
    },
  ],
  [
    'sent unawares',
    'a request for an order when the ledger says that nothing was sent for it',
    {
      orders: [order({ state: 'undelivered', numbers: [], attempts: [attempt('not_sent')] })],
      requests: [request([])],
    },
  ],
  ['sent unawares', 'more requests than attempts', { requests: [request([]), request([A, B])] }],
  [
    'sent unawares',
    'a request for what nobody ordered',
    { requests: [request([A, B]), request([], { search: '999555' })] },
  ],
  [
    'sent too late',
    'a request long after its claim',
    { requests: [request([A, B], { at: CLAIMED + 35_000 })] },
  ],
  [
    'sent too late',
    'a request before its claim',
    { requests: [request([A, B], { at: CLAIMED - 5_000 })] },
  ],
  [
    'left open',
    'an order that is still waiting',
    { orders: [order({ state: 'waiting', numbers: [], attempts: [] })], requests: [] },
  ],
  [
    'does not add up',
    'a plan whose parts are not its whole',
    { plans: [plan({ requested: 5, bought: 2, short: 1, unknown: 1 })] },
  ],
  [
    'audit',
    'what the audit has found',
    {
      audit: [
        { law: 'never_twice', promise: '', breaches: [{ order: 1, plan: null, detail: 'oh' }] },
        { law: 'number_once', promise: '', breaches: [] },
      ],
    },
  ],
])('it is a breach, %s: %s', (kind, _, overrides) => {
  expect(kindsOf(overrides)).toEqual([kind]);
});

/** 212 was throttled and then filled, 312 is unknown, 415 has not been sent. */
const THROTTLED = request([], { search: '212', fault: 'throttle' });
const ANSWERED = request([A, B], { search: '212', fault: 'ok' });
const UNANSWERED = request([C], { search: '312', fault: 'hang_after' });
const UNSENT = { search: '415', fault: 'ok' } as const;
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
    'a request that no attempt was written down for',
    ['sent unawares'],
    { requests: [THROTTLED, ANSWERED, UNANSWERED, request([], UNSENT)] },
  ],
  [
    'a purchase that is lost',
    ['lost', 'sent unawares'],
    { requests: [THROTTLED, ANSWERED, UNANSWERED, request([D], UNSENT)] },
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
    'a request that nobody had ordered',
    ['sent unawares'],
    { requests: [THROTTLED, ANSWERED, UNANSWERED, request([D], { search: '999' })] },
  ],
  [
    'orders that the books cannot tell apart',
    ['out of order', 'out of order'],
    { orders: [...APART, { ...THIRD, id: 4, root: 4 }] },
  ],
])('when only answers tell, it is a breach: %s', (_, kinds, overrides) => {
  expect(judge(byAnswers(overrides)).map(({ kind }) => kind)).toEqual(kinds);
});

function plan(counts: Partial<PlanDocument>): PlanDocument {
  const none = { bought: 0, short: 0, refused: 0, undelivered: 0, unknown: 0, cancelled: 0 };
  return { id: 1, pending: 0, ...none, ...counts } as PlanDocument;
}
