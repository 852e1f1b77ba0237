import type { Ledger } from '../../src/ledger/index.ts';
import type { Books, Sale } from './books.ts';

/** Which order each number of the ledger belongs to. */
export async function claimedNumbers(ledger: Ledger): Promise<Map<string, number>> {
  const rows = await ledger.query<{ number: string; order: number }>(
    'select number::text as number, order_id as "order" from ledger.numbers',
  );
  return new Map(rows.map(({ number, order }) => [number, order]));
}

/** Sales with only those of their numbers that no order of the ledger has. */
export async function unclaimedSales(ledger: Ledger, books: Books): Promise<Sale[]> {
  const claimed = await claimedNumbers(ledger);
  return books.sales
    .map((sale) => ({ ...sale, numbers: sale.numbers.filter((number) => !claimed.has(number)) }))
    .filter(({ numbers }) => numbers.length > 0);
}

/**
 * Orders that lack something, of families in which all is proven: the program has yet to look at
 * them, or has let their lines wait for a try.
 */
export function ordersToFollow(
  ledger: Ledger,
): Promise<{ id: number; isWaiting: boolean; plan: string }[]> {
  return ledger.query(
    `select o.id, not o.follow as "isWaiting", p.state as plan
     from ledger.orders o join ledger.plans p on p.id = o.plan_id
     where o.state = 'short' and o.follow is not null and p.state <> 'cancelled'
       and not exists (select from ledger.orders m
         where coalesce(m.root, m.id) = coalesce(o.root, o.id)
           and m.state not in ('filled', 'short', 'refused', 'undelivered'))`,
  );
}
