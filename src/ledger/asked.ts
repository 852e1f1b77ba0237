import { PLAN_ROOM } from '../order-size.ts';

/** SQL: which numbers an order of line `l` can have bought, as `AskedNumbers` has it. */
export const ASKED = `l.type, l.area_code as "areaCode", l.distance,
  l.allow_overlay as "allowOverlay"`;

/** SQL: all that an order of line `l` asks for, except how many. */
export const WANTED = `${ASKED}, l.fill_quantity as "fillQuantity",
  l.cleansed_only as "cleansedOnly", l.sms_supported as "smsSupported",
  l.order_slot as "orderSlot"`;

/**
 * SQL: line `l` of each order `o`, one after the other: of a plan that was stored just now the
 * database knows nothing, and could read all of its lines for an order or two.
 */
export const LINE_OF_ORDER = `lateral (
  select * from ledger.lines where plan_id = o.plan_id and line = o.line offset 0) l`;

/** SQL: orders `o` that were sent, each with line `l`, plan `p` and its last attempt `t`. */
export const SENT_ORDERS = `ledger.orders o
  cross join ${LINE_OF_ORDER}
  join ledger.plans p on p.id = o.plan_id
  join ledger.attempts t on t.order_id = o.id and t.no = o.attempts`;

/** SQL: whether order `o` is short, and what it lacks may be asked for again, now or later. */
export const MAY_ASK_AGAIN = `o.state = 'short' and o.follow is not null`;

/**
 * SQL: of these rows of `unasked`, the numbers `n` that an order of account `$1` has and did not
 * ask for, each with what its lists had of it, `w`. The vendor may have answered that order with
 * the sale of another one.
 */
export const unaskedOf = (rows: string): string => `${rows} u
  -- One after the other: else the database could read all numbers.
  cross join lateral (select * from ledger.numbers
    where number = u.number and order_id = u.order_id offset 0) n
  join ledger.plans ours on ours.id = n.order_id / ${PLAN_ROOM} and ours.account_id = $1
  left join ledger.owned w on w.account_id = $1 and w.number = n.number`;
