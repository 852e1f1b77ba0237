import { expect, test } from 'vitest';
import type { PlanDocument } from '../../../src/ledger/index.ts';
import { type Facts, judge, type OrderFact } from './judge.ts';
import { A, attempt, B, C, CLAIMED, D, facts, order, request } from './planted.ts';

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
    'a number of an earlier list that the vendor sold once more',
    {
      orders: [order(), one({ search: '312555', state: 'unknown' })],
      requests: [request([A], { search: '312555', quantity: 1 }), request([B, A])],
      audit: [
        {
          law: 'bought_anew',
          promise: '',
          breaches: [{ order: 1, plan: 1, detail: `number ${A} was on a list before` }],
        },
      ],
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
    { requests: [request([]), request([A, B], { at: CLAIMED + 90_000 })], isWhole: false },
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

function plan(counts: Partial<PlanDocument>): PlanDocument {
  const none = { bought: 0, short: 0, refused: 0, undelivered: 0, unknown: 0, cancelled: 0 };
  return { id: 1, pending: 0, ...none, ...counts } as PlanDocument;
}
