import {
  type Ledger,
  missingOf,
  ordersOf,
  type PlaceSum,
  type PlanDocument,
  placeSums,
} from '../../../ledger/index.ts';

/** The sums are read from each order: of a larger plan that takes too long for a page. */
const ORDERS_MAX = 50_000;
/** What took longer, ms, is kept for a time that is this many times as long. */
const LONG_MS = 100;
const REST_PER_MS = 20;
const KEPT_MAX = 100;

type Kept = { sums: PlaceSum[]; counts: string; until: number };

const keptBy = new WeakMap<Ledger, Map<number, Kept>>();

/**
 * The sums of a plan by area code, for a page that is loaded again and again; null: of too many
 * orders. While a large plan runs they may be some seconds old.
 */
export async function keptPlaceSums(
  ledger: Ledger,
  plan: PlanDocument,
): Promise<PlaceSum[] | null> {
  if (ordersOf(plan) > ORDERS_MAX) return null;
  const kept = keptBy.get(ledger) ?? new Map<number, Kept>();
  keptBy.set(ledger, kept);
  const counts = [plan.bought, plan.substituted, missingOf(plan)].join(' ');
  const known = kept.get(plan.id);
  if (known && (known.counts === counts || performance.now() < known.until)) return known.sums;
  const from = performance.now();
  const sums = await placeSums(ledger, plan.id);
  const now = performance.now();
  kept.delete(plan.id);
  if (now - from < LONG_MS) return sums;
  if (kept.size >= KEPT_MAX) kept.clear();
  kept.set(plan.id, { sums, counts, until: now + (now - from) * REST_PER_MS });
  return sums;
}
