import type { Ledger } from '../../src/ledger/index.ts';
import type { Books, Sale } from './books.ts';

/** Which order each number of the ledger belongs to. */
export async function claimedNumbers(ledger: Ledger): Promise<Map<string, number>> {
  const rows = await ledger.query<{ number: string; order: number }>(
    'all_numbers',
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

/** Orders that are proven to lack something which the program has yet to look at. */
export async function ordersToFollow(ledger: Ledger): Promise<number> {
  const rows = await ledger.query(
    'orders_to_follow',
    `select o.id from ledger.orders o join ledger.plans p on p.id = o.plan_id
     where o.state = 'short' and o.follow and p.state <> 'cancelled'`,
  );
  return rows.length;
}
