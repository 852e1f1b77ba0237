import { newNumbers } from '../support/sending.ts';

/** The orders of the plan, by what became of each; every one asks for 3 numbers. */
export type Orders = Record<
  'filled' | 'short' | 'unknown' | 'throttled' | 'sending' | 'waiting',
  number
>;

/** What a hand can do to a ledger whose constraints are gone, and which laws that breaks. */
export const BREACHES: [string, (orders: Orders, plan: number) => string, string[]][] = [
  [
    'a limit whose spending nobody counted',
    (_, plan) =>
      `insert into ledger.limits (account_id, whose, period, numbers)
       select account_id, '', 'day', 500 from ledger.plans where id = ${plan}`,
    ['spending_true'],
  ],
  [
    'a second attempt beside one that bought something',
    ({ filled }) =>
      `${attempt(filled, 2, 'filled')}; update ledger.orders set attempts = 2 where id = ${filled}`,
    ['never_twice'],
  ],
  [
    'a second attempt beside one in flight',
    ({ sending }) =>
      `${attempt(sending, 2, null)}; update ledger.orders set attempts = 2 where id = ${sending}`,
    ['never_twice'],
  ],
  [
    'an attempt that is gone',
    ({ throttled }) => `delete from ledger.attempts where order_id = ${throttled}`,
    ['intent_first'],
  ],
  [
    'an attempt that is gone, of an order that was bought',
    ({ filled }) => `delete from ledger.attempts where order_id = ${filled}`,
    ['intent_first', 'state_fits_attempt'],
  ],
  [
    'an order that was bought without any attempt',
    ({ filled }) =>
      `delete from ledger.attempts where order_id = ${filled}; update ledger.orders set
        attempts = 0 where id = ${filled}`,
    ['state_fits_attempt'],
  ],
  [
    'an attempt that nobody counted',
    ({ waiting }) => attempt(waiting, 1, 'not_sent'),
    ['intent_first'],
  ],
  [
    'an order that waits while it is being sent',
    ({ sending }) => `update ledger.orders set state = 'waiting' where id = ${sending}`,
    ['state_fits_attempt'],
  ],
  [
    'an order that waits though it is unknown',
    ({ unknown }) => `update ledger.orders set state = 'waiting' where id = ${unknown}`,
    ['state_fits_attempt'],
  ],
  [
    'an order that is called refused though it is unknown',
    ({ unknown }) => `update ledger.orders set state = 'refused' where id = ${unknown}`,
    ['state_fits_attempt'],
  ],
  [
    'an order that is cancelled though it was filled',
    ({ filled }) => `update ledger.orders set state = 'cancelled' where id = ${filled}`,
    ['state_fits_attempt', 'bought_fits_state'],
  ],
  [
    'an order that is still being sent after its answer',
    ({ throttled }) => `update ledger.orders set state = 'sending' where id = ${throttled}`,
    ['state_fits_attempt'],
  ],
  [
    'a number that is gone',
    ({ filled }) =>
      `delete from ledger.numbers where number = (select min(number) from ledger.numbers where
        order_id = ${filled})`,
    ['numbers_counted'],
  ],
  [
    'a number that nobody counted',
    ({ short }) =>
      `insert into ledger.numbers (number, order_id) values (${newNumbers(1)[0]}, ${short})`,
    ['numbers_counted'],
  ],
  [
    'a filled order that lacks a number',
    ({ filled }) =>
      `delete from ledger.numbers
       where number = (select min(number) from ledger.numbers where order_id = ${filled});
       update ledger.orders set bought = 2 where id = ${filled}`,
    ['bought_fits_state'],
  ],
  [
    'a number of two orders',
    ({ filled, short }) =>
      `insert into ledger.numbers (number, order_id)
       select min(number), ${short} from ledger.numbers where order_id = ${filled};
       update ledger.orders set bought = bought + 1 where id = ${short}`,
    ['number_once'],
  ],
  [
    'an order that is smaller than its line',
    ({ waiting }) => `update ledger.orders set quantity = 2 where id = ${waiting}`,
    ['line_adds_up'],
  ],
  [
    'an order of more than the vendor sells at once',
    ({ waiting }, plan) =>
      `update ledger.orders set quantity = 26 where id = ${waiting};
       update ledger.lines set quantity = 26 where plan_id = ${plan} and line = 7;
       update ledger.plans set requested = requested + 23 where id = ${plan}`,
    ['line_adds_up'],
  ],
  [
    'an order that is gone',
    ({ waiting }) => `delete from ledger.orders where id = ${waiting}`,
    ['line_adds_up', 'plan_adds_up'],
  ],
  [
    'a line that is gone with its order',
    ({ waiting }, plan) =>
      `delete from ledger.orders where id = ${waiting}; delete from ledger.lines where plan_id
        = ${plan} and line = 7`,
    ['plan_adds_up'],
  ],
  ...['lines', 'orders', 'requested'].map(
    (column): [string, (orders: Orders, plan: number) => string, string[]] => [
      `a plan with a wrong count of ${column}`,
      (_, plan) => `update ledger.plans set ${column} = ${column} + 1 where id = ${plan}`,
      ['plan_adds_up'],
    ],
  ),
  ...['orders', 'requested', 'bought'].map(
    (column): [string, (orders: Orders, plan: number) => string, string[]] => [
      `a tally with a wrong count of ${column}`,
      (_, plan) =>
        `update ledger.tallies set ${column} = ${column} - 1 where plan_id = ${plan} and state
          = 'short'`,
      ['tally_true'],
    ],
  ),
  [
    'a tally that is gone',
    (_, plan) => `delete from ledger.tallies where plan_id = ${plan} and state = 'unknown'`,
    ['tally_true'],
  ],
  [
    'a number named for an order that is called done, though it is of another',
    ({ filled, short }) =>
      `insert into ledger.disputes (order_id, number)
       select ${short}, min(number) from ledger.numbers where order_id = ${filled}`,
    ['nothing_lost', 'no_surplus'],
  ],
  [
    'a number that no order has',
    ({ short }) =>
      `insert into ledger.disputes (order_id, number) values (${short}, ${newNumbers(1)[0]})`,
    ['no_surplus'],
  ],
  [
    'a number that no order has, of one that is still unknown',
    ({ unknown }) =>
      `insert into ledger.disputes (order_id, number) values (${unknown}, ${newNumbers(1)[0]})`,
    ['no_surplus'],
  ],
  [
    'an order that was sold more than it asked for, in numbers that all have an order',
    ({ filled, short }) =>
      `insert into ledger.disputes (order_id, number)
       select ${filled}, min(number) from ledger.numbers where order_id = ${short}`,
    ['nothing_lost', 'bought_as_asked'],
  ],
  [
    'a sale of a number that the account owned before',
    ({ filled }, plan) =>
      `insert into ledger.listings (account_id, size)
       select account_id, 1 from ledger.plans where id = ${plan};
       update ledger.attempts set baseline = (select max(id) from ledger.listings)
       where order_id = ${filled};
       insert into ledger.owned (account_id, number, listing_id)
       select p.account_id, min(n.number), max(l.id)
       from ledger.plans p, ledger.numbers n, ledger.listings l
       where p.id = ${plan} and n.order_id = ${filled} group by p.account_id`,
    ['bought_anew'],
  ],
  [
    'a lack that moved to no successor',
    ({ short }) => `update ledger.orders set moved = 1 where id = ${short}`,
    ['successors_lack'],
  ],
  [
    'a successor in the place of another order',
    ({ short }, plan) =>
      `insert into ledger.lines (plan_id, line, first_order, area_code, type, quantity,
         fill_quantity, asked_line, step)
       values (${plan}, -7, 7, '332', 'local', 3, false, 3, 1);
       update ledger.orders set follow = true where id = ${short};
       insert into ledger.orders (id, plan_id, line, quantity, root, step, queued)
       values (${short + 5}, ${plan}, -7, 2, ${short}, 1, false)`,
    ['successor_in_place'],
  ],
  [
    'a successor that asks for another area code than its step means',
    ({ short }, plan) =>
      `insert into ledger.ladders (plan_id, type, area_code, fallback, steps)
       select ${plan}, 'local', area_code, 'overlay', '[{"areaCode": "646", "type": "local"}]'
       from ledger.lines where plan_id = ${plan} and line = 3;
       update ledger.lines set fallback = 'overlay' where plan_id = ${plan} and line = 3;
       insert into ledger.lines (plan_id, line, first_order, area_code, type, quantity,
         fill_quantity, asked_line, step)
       values (${plan}, -7, 7, '332', 'local', 3, false, 3, 1);
       update ledger.orders set follow = true where id = ${short};
       insert into ledger.orders (id, plan_id, line, quantity, root, step, queued)
       select ${short} + orders, ${plan}, -7, 2, ${short}, 1, false
       from ledger.plans where id = ${plan}`,
    ['successor_in_place'],
  ],
  [
    'a start above a threshold without a yes',
    (_, plan) =>
      `update ledger.events set detail = '{"threshold": 17}'
       where plan_id = ${plan} and kind = 'plan_started'`,
    ['approved'],
  ],
  [
    'a settlement by a yes that there is not',
    ({ unknown }, plan) =>
      `insert into ledger.events (kind, who, plan_id, order_id, detail)
       values ('order_settled', 'bob', ${plan}, ${unknown}, '{"approval": 999}')`,
    ['approved'],
  ],
];

function attempt(order: number, no: number, outcome: string | null): string {
  const value = outcome === null ? 'null' : `'${outcome}'`;
  return `insert into ledger.attempts (order_id, no, worker, outcome, nonce) values
    (${order}, ${no}, 'w', ${value}, 1)`;
}
