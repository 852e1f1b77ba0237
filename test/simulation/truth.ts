import { wishOf } from '../../src/evidence/fits.ts';
import type { Ledger } from '../../src/ledger/index.ts';
import { ORDER_MAX, orderCount } from '../../src/plan/index.ts';
import type { Books, Sale } from './books.ts';
import type { Plan } from './plan-file.ts';

/** An order as the plan's file says it, under its name in the vendor's books. */
export type PlannedOrder = {
  key: string;
  ordinal: number;
  quantity: number;
  /** Orders of one group are interchangeable: their line gets what any of them buys. */
  group: string;
};

export function ordersOf({ name, sha256, lines }: Plan): PlannedOrder[] {
  let ordinal = 0;
  return lines.flatMap((line) =>
    Array.from({ length: orderCount(line.quantity) }, (_, part) => ({
      ordinal: ++ordinal,
      key: `${sha256}:0 ${ordinal}`,
      quantity: Math.min(ORDER_MAX, line.quantity - ORDER_MAX * part),
      group: `${name} ${wishOf({ ...line, plan: 0 })}`,
    })),
  );
}

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
