import type { Ledger } from './ledger.ts';
import { orderId } from './order-id.ts';

/** Rows are read in pages by key, never by offset: flat memory, and as fast at the end as at the start. */
const PAGE = 2_000;

export type NumberResult = {
  line: number;
  order: number;
  areaCode: string | null;
  type: string;
  number: number;
  boughtAt: Date;
  /** The cells of the plan's own columns, a JSON array; null when it has none. */
  extra: string | null;
};

/** Every number bought for a plan, in pages, in the plan's order. */
export async function* numberResults(
  ledger: Ledger,
  planId: number,
): AsyncGenerator<NumberResult[]> {
  let after = { order: orderId(planId, 0), number: 0 };
  while (true) {
    const rows = await ledger.query<NumberResult>(
      'result_numbers',
      `select o.line, n.order_id as "order", l.area_code as "areaCode", l.type, n.number,
         n.bought_at as "boughtAt", l.extra
       from ledger.numbers n join ledger.orders o on o.id = n.order_id
         join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
       where (n.order_id, n.number) > ($1::bigint, $2::bigint) and n.order_id < $3
       order by n.order_id, n.number limit ${PAGE}`,
      [after.order, after.number, orderId(planId + 1, 0)],
    );
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    after = last;
  }
}

/** A line with what became of its numbers; counts add up to `requested`. */
export type LineResult = {
  line: number;
  areaCode: string | null;
  type: 'local' | 'tollfree' | 'true800' | 'canadian_local';
  requested: number;
  fillQuantity: boolean;
  cleansedOnly: boolean | null;
  distance: number | null;
  smsSupported: boolean | null;
  orderSlot: boolean | null;
  allowOverlay: boolean | null;
  extra: string | null;
  bought: number;
  short: number;
  refused: number;
  undelivered: number;
  unknown: number;
  cancelled: number;
  pending: number;
  /** The reasons of its orders, each once; null when there are none. */
  reason: string | null;
};

/** Every line of a plan, in pages, in the plan's order. */
export async function* lineResults(ledger: Ledger, planId: number): AsyncGenerator<LineResult[]> {
  let after = 0;
  while (true) {
    const rows = await ledger.query<LineResult>('result_lines', LINES_SQL, [planId, after, PAGE]);
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    after = last.line;
  }
}

/** A line's orders are the run of ids that begins with its first. */
const LINES_SQL = `
  select l.line, l.area_code as "areaCode", l.type, l.quantity as requested,
    l.fill_quantity as "fillQuantity", l.cleansed_only as "cleansedOnly", l.distance,
    l.sms_supported as "smsSupported", l.order_slot as "orderSlot", l.allow_overlay as "allowOverlay",
    l.extra, s.*
  from (select * from ledger.lines where plan_id = $1 and line > $2 order by line limit $3) l,
  lateral (
    select sum(o.bought)::int as bought,
      coalesce(sum(o.quantity - o.bought) filter (where o.state = 'short'), 0)::int as short,
      coalesce(sum(o.quantity) filter (where o.state = 'refused'), 0)::int as refused,
      coalesce(sum(o.quantity) filter (where o.state = 'undelivered'), 0)::int as undelivered,
      coalesce(sum(o.quantity - o.bought) filter (where o.state = 'unknown'), 0)::int as unknown,
      coalesce(sum(o.quantity) filter (where o.state = 'cancelled'), 0)::int as cancelled,
      coalesce(sum(o.quantity) filter (where o.state in ('waiting', 'sending')), 0)::int as pending,
      string_agg(distinct o.reason, '; ') as reason
    from ledger.orders o
    where o.id >= l.plan_id * 10000000::bigint + l.first_order
      and o.id < l.plan_id * 10000000::bigint + l.first_order + (l.quantity + 24) / 25) s
  order by l.line`;

/** Every number that the ledger has for an account, ten digits each. */
export async function ownedNumbers(ledger: Ledger, accountId: number): Promise<string[]> {
  const rows = await ledger.query<{ number: string }>(
    'owned_numbers',
    `select n.number::text as number from ledger.numbers n
       join ledger.orders o on o.id = n.order_id join ledger.plans p on p.id = o.plan_id
     where p.account_id = $1`,
    [accountId],
  );
  return rows.map((row) => row.number);
}
