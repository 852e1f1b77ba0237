import type { Ledger, Queries } from '../ledger.ts';
import { missingOf, ordersOf, type PlanDocument } from './find.ts';

/** Of so few orders sums are always read again: that takes long only on a busy machine. */
const ORDERS_FEW = 1_000;
/** What took longer, ms, is kept for a time that is this many times as long. */
const LONG_MS = 100;
const REST_PER_MS = 20;
/** The longest time, ms, even for sums that nothing seems to have changed. */
const KEPT_MS = 60_000;
const KEPT_MAX = 100;

type Kept<Sums> = { sums: Promise<Sums>; counts: string; tookMs: number; at: number };

/**
 * Sums that are read from each order of a plan, for what asks again and again. Those that take long
 * are kept: they may be some seconds old while the plan runs, and are those of its counts once it
 * has ended. Several that ask at once wait for one reading.
 */
export function keeping<Sums>(
  read: (ledger: Queries, plan: PlanDocument) => Promise<Sums>,
  now = () => performance.now(),
): (ledger: Ledger, plan: PlanDocument) => Promise<Sums> {
  const keptBy = new WeakMap<Ledger, Map<number, Kept<Sums>>>();
  return async (ledger, plan) => {
    const all = keptBy.get(ledger) ?? new Map<number, Kept<Sums>>();
    keptBy.set(ledger, all);
    const counts = [plan.bought, plan.substituted, missingOf(plan)].join(' ');
    const known = all.get(plan.id);
    if (known && mayServe(known, plan, counts, now())) return known.sums;
    const kept = { sums: read(ledger, plan), counts, tookMs: Infinity, at: now() };
    if (all.size >= KEPT_MAX) all.clear();
    all.set(plan.id, kept);
    try {
      const sums = await kept.sums;
      const at = now();
      Object.assign(kept, { tookMs: at - kept.at, at });
      if (kept.tookMs < LONG_MS || ordersOf(plan) <= ORDERS_FEW) forget();
      return sums;
    } catch (error) {
      forget();
      throw error;
    }

    function forget() {
      if (all.get(plan.id) === kept) all.delete(plan.id);
    }
  };
}

function mayServe<Sums>(
  { counts: seen, tookMs, at }: Kept<Sums>,
  { endedAt }: PlanDocument,
  counts: string,
  now: number,
): boolean {
  const age = now - at;
  if (seen === counts) return tookMs === Infinity || age < KEPT_MS;
  return endedAt === null && age < Math.min(KEPT_MS, tookMs * REST_PER_MS);
}
