import { type OpenLine, openByLine } from '../evidence/index.ts';
import { findPlan, type Ledger, openOrders, type UndecidedOrder } from '../ledger/index.ts';

/** A line with orders that the vendor's list cannot tell. */
export type UntoldLine = OpenLine<UndecidedOrder>;

/**
 * What the vendor's list cannot tell, by the lines of one plan or of all. Orders of other plans
 * that could have bought the same are beside them. Throws AppError `not_found`.
 */
export async function openLines(ledger: Ledger, planId: number | undefined): Promise<UntoldLine[]> {
  if (planId !== undefined) await findPlan(ledger, planId);
  const lines = openByLine(await openOrders(ledger));
  return lines.filter(({ plan }) => planId === undefined || plan === planId);
}
