import { type AskedNumbers, fits } from '../../evidence/index.ts';
import type { Queries } from '../ledger.ts';
import { isStray } from '../listings/listings.ts';

/** A number that neither order nor verdict explains, and the list to which it came last. */
export type UnexplainedNumber = { number: string; listing: number };

/**
 * Numbers of the vendor's list that no order of the account has and no verdict gives to an unknown
 * order. A verdict explains nothing once another order has one of its numbers.
 */
export function unexplainedNumbers(tx: Queries, accountId: number): Promise<UnexplainedNumber[]> {
  return tx.query<UnexplainedNumber>(
    `with doubtful as materialized (
       select o.id, o.attempts, coalesce(t.baseline, 0) as baseline
       from ledger.orders o join ledger.plans p on p.id = o.plan_id
         join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
       where o.state = 'unknown' and p.account_id = $1),
     told as materialized (
       select unnest(v.numbers)::bigint as number
       from doubtful u join ledger.verdicts v on v.order_id = u.id and v.attempt = u.attempts
       where not exists (select from ledger.numbers n where n.number = any(v.numbers::bigint[])))
     select w.number::text as number, greatest(w.listing_id, w.back_listing) as listing
     from ledger.owned w
     where w.account_id = $1 and w.gone_listing is null
       and greatest(w.listing_id, w.back_listing) > (select min(baseline) from doubtful)
       and ${isStray('w')}
       and not exists (select from told where told.number = w.number)
     order by w.number`,
    [accountId],
  );
}

/** Those that an order can have bought that was sent after that list (0: none was read). */
export function thoseOf(
  asked: AskedNumbers & { baseline: number },
  unexplained: UnexplainedNumber[],
): string[] {
  return unexplained
    .filter(({ number, listing }) => listing > asked.baseline && fits(asked, number))
    .map(({ number }) => number);
}
