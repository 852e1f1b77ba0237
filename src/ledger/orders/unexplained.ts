import type { Buyer, Verdict } from '../../evidence/index.ts';
import { SENT_ORDERS, WANTED } from '../asked.ts';
import type { Queries } from '../ledger.ts';
import { IS_UNEXPLAINED, lastListing } from '../listings/listings.ts';

/** A number that neither order nor verdict explains, and the list to which it came last. */
type UnexplainedNumber = {
  number: string;
  listing: number;
  /** Orders of which a person said that they did not buy it. It has not come back since. */
  deniedOf: number[];
};

type UnexplainedAndBuyers = {
  numbers: UnexplainedNumber[];
  /** The unknown orders that may have bought them, for no verdict says what they bought. */
  buyers: Buyer[];
};

/** `told`: what its verdict says that it bought, unless another order has one of these. */
type Unknown = Buyer & { finding: Verdict['finding'] | null; told: string[] };

/**
 * Numbers of the vendor's list that no order of the account has, no person called foreign, and no
 * verdict explains. A verdict explains nothing once another order has one of its numbers. They came
 * after list `since`; without it, after the first list that an unknown order was sent after.
 */
export async function lookAtUnexplained(
  tx: Queries,
  accountId: number,
  since: number | null = null,
): Promise<UnexplainedAndBuyers> {
  const unknown = await tx.query<Unknown>(
    `select o.id as "order", o.quantity - o.bought as lacking, ${WANTED},
       coalesce(t.baseline, 0) as baseline, coalesce(t.named, '{}')::text[] as named, v.finding,
       case when v.finding = 'bought' and not exists (
         select from ledger.numbers n where n.number = any(v.numbers::bigint[]))
         then v.numbers else '{}' end as told
     from ${SENT_ORDERS}
       left join ledger.verdicts v on v.order_id = o.id and v.attempt = o.attempts
     where o.state = 'unknown' and p.account_id = $1 order by o.id`,
    [accountId],
  );
  const numbers = await tx.query<UnexplainedNumber>(
    `select w.number::text as number, ${lastListing('w')} as listing,
       case when w.denied_listing >= ${lastListing('w')} then to_json(w.denied_orders)
         else '[]'::json end as "deniedOf"
     from ledger.owned w
     where w.account_id = $1 and ${lastListing('w')} > $2 and ${IS_UNEXPLAINED}
       and not exists (select from unnest($3::bigint[]) told where told = w.number)
     order by w.number`,
    [accountId, since ?? firstBaseline(unknown), unknown.flatMap(({ told }) => told)],
  );
  const isJudged = ({ finding }: Unknown) => finding === 'bought' || finding === 'nothing';
  return { numbers, buyers: unknown.filter((each) => !isJudged(each)) };
}

/** Null, after which nothing comes, when no order is unknown. */
const firstBaseline = (unknown: Unknown[]): number | null =>
  unknown.length === 0 ? null : Math.min(...unknown.map(({ baseline }) => baseline));
