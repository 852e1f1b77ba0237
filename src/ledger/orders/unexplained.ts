import type { Buyer } from '../../evidence/index.ts';
import { ASKED } from '../asked.ts';
import type { Queries } from '../ledger.ts';
import { isForeign, isStray } from '../listings/listings.ts';

/** A number that neither order nor verdict explains, and the list to which it came last. */
export type UnexplainedNumber = {
  number: string;
  listing: number;
  /** A person said of an order that it did not buy it, and it has not come back since. */
  isDenied: boolean;
};

export type UnexplainedAndBuyers = {
  numbers: UnexplainedNumber[];
  /** The unknown orders that may have bought them, for no verdict says what they bought. */
  buyers: (Buyer & { order: number })[];
};

/** Unknown orders of account `$1`. */
const DOUBTFUL = `doubtful as materialized (
  select o.id, o.attempts, o.line, o.plan_id, o.quantity - o.bought as lacking,
    coalesce(t.baseline, 0) as baseline, coalesce(t.named, '{}')::text[] as named
  from ledger.orders o join ledger.plans p on p.id = o.plan_id
    join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
  where o.state = 'unknown' and p.account_id = $1)`;

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
  const numbers = await tx.query<UnexplainedNumber>(
    `with ${DOUBTFUL},
     told as materialized (
       select unnest(v.numbers)::bigint as number
       from doubtful u join ledger.verdicts v on v.order_id = u.id and v.attempt = u.attempts
       where v.finding = 'bought'
         and not exists (select from ledger.numbers n where n.number = any(v.numbers::bigint[])))
     select w.number::text as number, greatest(w.listing_id, w.back_listing) as listing,
       coalesce(w.denied_listing >= greatest(w.listing_id, w.back_listing), false) as "isDenied"
     from ledger.owned w
     where w.account_id = $1 and w.gone_listing is null
       and greatest(w.listing_id, w.back_listing)
         > coalesce($2::int, (select min(baseline) from doubtful))
       and not ${isForeign('w')} and ${isStray('w')}
       and not exists (select from told where told.number = w.number)
     order by w.number`,
    [accountId, since],
  );
  if (numbers.length === 0) return { numbers, buyers: [] };
  const buyers = await tx.query<UnexplainedAndBuyers['buyers'][number]>(
    `with ${DOUBTFUL}
     select u.id as "order", u.lacking, u.baseline, u.named, ${ASKED}
     from doubtful u join ledger.lines l on l.plan_id = u.plan_id and l.line = u.line
     where not exists (select from ledger.verdicts v where v.order_id = u.id
       and v.attempt = u.attempts and v.finding in ('bought', 'nothing'))
     order by u.id`,
    [accountId],
  );
  return { numbers, buyers };
}
