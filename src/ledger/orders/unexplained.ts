import type { AskedNumbers, Buyer, Listed, Verdict } from '../../evidence/index.ts';
import { SENT_ORDERS, unaskedOf, WANTED } from '../asked.ts';
import { only, type Queries } from '../ledger.ts';
import { IS_UNEXPLAINED, lastListing } from '../listings/listings.ts';

/** A number that neither order nor verdict explains. */
type UnexplainedNumber = Listed & {
  /** A person said of these orders that they did not buy it, and it has not come back since. */
  deniedOf: number[];
};

type UnexplainedAndBuyers = {
  numbers: UnexplainedNumber[];
  /** The unknown orders that may have bought them, for no verdict says what they bought. */
  buyers: Buyer[];
};

/** `told`: what its verdict says that it bought, unless another order has one of these. */
type Unknown = Buyer & { finding: Verdict['finding'] | null; told: string[] };

type Looking = {
  since?: number | null;
  without?: number | null | undefined;
  others?: AskedNumbers[];
};

/**
 * SQL: what orders of `asked` may have bought and another one got. There may be very many of such
 * numbers, so they are sought by area code.
 */
const MIXED_UP = `(
  select distinct u.* from asked a,
    lateral (select case when a.distance > 0 or a.overlay then '' else coalesce(a.code, '') end
      as prefix) area,
    lateral (select * from ledger.unasked
      where number between rpad(prefix, 10, '0')::bigint and rpad(prefix, 10, '9')::bigint
      offset 0) u
  where ledger.asked_for(a.type, a.code, a.distance, a.overlay, u.number))`;

/**
 * Numbers of the vendor's list that no order of the account has, no person called foreign, and no
 * verdict explains; and those that an order has and did not ask for: an unknown order, or one that
 * asked for the same as one of `others`, may have bought them. A verdict explains nothing that its
 * order did not ask for, and nothing at all once another order has one of its numbers. Only numbers
 * that came after list `since` count; by default, after the oldest list that an unknown order was
 * sent after. Order `without` counts as settled.
 */
export async function lookAtUnexplained(
  tx: Queries,
  accountId: number,
  { since = null, without = null, others = [] }: Looking = {},
): Promise<UnexplainedAndBuyers> {
  // One statement: an answer that came between two would leave its order among the buyers, and
  // take its numbers off the list.
  const rows = await tx.query<{ unknown: Unknown[]; numbers: UnexplainedNumber[] }>(
    `with unknown as materialized (
       select o.id as "order", o.quantity - o.bought as lacking, ${WANTED},
         coalesce(t.baseline, 0) as baseline, coalesce(t.named, '{}')::text[] as named, v.finding,
         case when v.finding = 'bought' and not exists (
           select from ledger.numbers n where n.number = any(v.numbers::bigint[]))
           then array(select number from unnest(v.numbers) number where ledger.asked_for(
             l.type, l.area_code, l.distance, l.allow_overlay, number::bigint))
           else '{}' end as told
       from ${SENT_ORDERS}
         left join ledger.verdicts v on v.order_id = o.id and v.attempt = o.attempts
       where o.state = 'unknown' and p.account_id = $1 and o.id is distinct from $3),
     asked(type, code, distance, overlay) as materialized (
       select type, "areaCode", distance, "allowOverlay" from unknown
       union
       select * from jsonb_to_recordset($4::jsonb) other(
         type text, "areaCode" text, distance integer, "allowOverlay" boolean)),
     told as materialized (select unnest(told)::bigint as number from unknown),
     open as (
       select w.*, null::bigint as holder from ledger.owned w
       where w.account_id = $1 and ${IS_UNEXPLAINED}
         and w.number not in (select number from told)
       union all
       select w.*, n.order_id from ${unaskedOf(MIXED_UP)} where w.gone_listing is null),
     numbers as (
       select w.number::text as number, ${lastListing('w')} as listing, w.holder,
         case when w.denied_listing >= ${lastListing('w')} then to_json(w.denied_orders)
           else '[]'::json end as "deniedOf"
       from open w
       where ${lastListing('w')} > coalesce($2, (select min(baseline) from unknown)))
     select
       (select coalesce(json_agg(u order by u."order"), '[]') from unknown u) as unknown,
       (select coalesce(json_agg(n order by n.number), '[]') from numbers n) as numbers`,
    [accountId, since, without, wishesOf(others)],
  );
  const { unknown, numbers } = only(rows, 'a look');
  const isJudged = ({ finding }: Unknown) => finding === 'bought' || finding === 'nothing';
  return { numbers, buyers: unknown.filter((each) => !isJudged(each)) };
}

/** As JSON, each once: many orders ask for the same. */
function wishesOf(orders: AskedNumbers[]): string {
  const wishes = orders.map(({ type, areaCode, distance, allowOverlay }) =>
    JSON.stringify({ type, areaCode, distance, allowOverlay }),
  );
  return `[${[...new Set(wishes)].join(',')}]`;
}
