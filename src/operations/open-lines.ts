import { type OpenLine, openByLine } from '../evidence/index.ts';
import { findPlan, type Ledger, openOrders, type UndecidedOrder } from '../ledger/index.ts';

/** A line with orders that the vendor's list leaves undecided. */
export type UndecidedLine = OpenLine<UndecidedOrder>;

/**
 * What the vendor's list leaves undecided, by the lines of one plan or of all, with orders of other
 * plans that could have bought the same. Throws AppError `not_found`.
 */
export async function openLines(
  ledger: Ledger,
  planId: number | undefined,
): Promise<UndecidedLine[]> {
  if (planId !== undefined) await findPlan(ledger, planId);
  const lines = openByLine(await openOrders(ledger));
  return lines.filter(({ plan }) => planId === undefined || plan === planId);
}
