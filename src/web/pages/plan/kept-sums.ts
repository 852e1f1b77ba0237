import {
  type BoughtCost,
  findCheck,
  type Ledger,
  missingOf,
  ordersOf,
  type PlaceSum,
  type PlanDocument,
  placeSums,
  planCosts,
} from '../../../ledger/index.ts';

/** The sums are read from each order: of a larger plan that takes too long for a page. */
const ORDERS_MAX = 50_000;
/** Of so few orders they are always read again: that takes long only on a busy machine. */
const ORDERS_FEW = 1_000;
/** What took longer, ms, is kept for a time that is this many times as long. */
const LONG_MS = 100;
const REST_PER_MS = 20;
const KEPT_MAX = 100;

type Kept<Sums> = { sums: Sums; counts: string; until: number };

/**
 * The sums of a plan by area code, for a page that is loaded again and again; null: of too many
 * orders. While a large plan runs they may be some seconds old; of an ended plan they never are.
 */
export async function keptPlaceSums(
  ledger: Ledger,
  plan: PlanDocument,
): Promise<PlaceSum[] | null> {
  return ordersOf(plan) > ORDERS_MAX ? null : keptPlaces(ledger, plan);
}

const keptPlaces = keeping(({ id }, ledger) => placeSums(ledger, id));

/** What a plan has cost, for the same page and kept likewise; null: without prices. */
export const keptCost = keeping<BoughtCost | null>(
  async (plan, ledger) => (await planCosts(ledger, plan, await findCheck(ledger, plan.id))).cost,
);

function keeping<Sums>(read: (plan: PlanDocument, ledger: Ledger) => Promise<Sums>) {
  const keptBy = new WeakMap<Ledger, Map<number, Kept<Sums>>>();
  return async (ledger: Ledger, plan: PlanDocument): Promise<Sums> => {
    const kept = keptBy.get(ledger) ?? new Map<number, Kept<Sums>>();
    keptBy.set(ledger, kept);
    const counts = [plan.bought, plan.substituted, missingOf(plan)].join(' ');
    const known = kept.get(plan.id);
    const mayBeOld = plan.endedAt === null && performance.now() < (known?.until ?? 0);
    if (known && (known.counts === counts || mayBeOld)) return known.sums;
    const from = performance.now();
    const sums = await read(plan, ledger);
    const now = performance.now();
    kept.delete(plan.id);
    if (now - from < LONG_MS || ordersOf(plan) <= ORDERS_FEW) return sums;
    if (kept.size >= KEPT_MAX) kept.clear();
    kept.set(plan.id, { sums, counts, until: now + (now - from) * REST_PER_MS });
    return sums;
  };
}
