import {
  type AreaSum,
  areaSums,
  keeping,
  type Ledger,
  ordersOf,
  type PlanDocument,
} from '../../../ledger/index.ts';

/** The sums are read from each order: of a larger plan that takes too long for a page. */
const ORDERS_MAX = 50_000;

const keptPlaces = keeping((ledger, { id }) => areaSums(ledger, id));

/**
 * The sums of a plan by area code, for a page that is loaded again and again; null: of too many
 * orders. While a large plan runs they may be some seconds old.
 */
export async function keptAreaSums(ledger: Ledger, plan: PlanDocument): Promise<AreaSum[] | null> {
  return ordersOf(plan) > ORDERS_MAX ? null : keptPlaces(ledger, plan);
}
