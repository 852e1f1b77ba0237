import { type OpenLine, openByLine } from '../evidence/index.ts';
import {
  findPlan,
  type Ledger,
  type OpenOrder,
  openOrders,
  otherAskers,
  type UndecidedOrder,
} from '../ledger/index.ts';

/** A line with orders that the vendor's list leaves undecided. */
export type UndecidedLine = Omit<OpenLine<OpenOrder>, 'orders'> & { orders: UndecidedOrder[] };

/** With orders of other plans that could have bought the same. Throws AppError `not_found`. */
export async function openLines(
  ledger: Ledger,
  planId: number | undefined,
): Promise<UndecidedLine[]> {
  if (planId !== undefined) await findPlan(ledger, planId);
  return openByLine(await openOrders(ledger), await otherAskers(ledger))
    .filter(({ plan }) => planId === undefined || plan === planId)
    .map((line) => ({
      ...line,
      orders: line.orders.map(({ account: _account, earlier: _earlier, ...order }) => order),
    }));
}
