/** SQL: which numbers an order of line `l` can have bought, as `AskedNumbers` has it. */
export const ASKED = `l.type, l.area_code as "areaCode", l.distance,
  l.allow_overlay as "allowOverlay"`;

/** SQL: all that an order of line `l` asks for, except how many. */
export const WANTED = `${ASKED}, l.fill_quantity as "fillQuantity",
  l.cleansed_only as "cleansedOnly", l.sms_supported as "smsSupported",
  l.order_slot as "orderSlot"`;

/** SQL: orders `o` that were sent, each with line `l`, plan `p` and its last attempt `t`. */
export const SENT_ORDERS = `ledger.orders o
  join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
  join ledger.plans p on p.id = o.plan_id
  join ledger.attempts t on t.order_id = o.id and t.no = o.attempts`;

/** SQL: whether order `o` is short, and what it lacks may be asked for again, now or later. */
export const MAY_ASK_AGAIN = `o.state = 'short' and o.follow is not null`;
