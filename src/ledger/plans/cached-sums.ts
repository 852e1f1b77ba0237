import type { PlanDocument } from '../../documents/index.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { missingOf, ordersOf } from './find.ts';

/** Sums of at most this many orders are never kept: only a busy machine reads them slowly. */
const ORDERS_FEW = 1_000;
/** Sums that took longer to read, ms, are kept for `REST_PER_MS` times as long. */
const LONG_MS = 100;
const REST_PER_MS = 20;
/** Sums become too old after this time at the latest, ms, even if nothing seems to have changed. */
const KEPT_MS = 60_000;
const KEPT_MAX = 100;

type Kept<Sums> = {
  sums: Promise<Sums>;
  counts: string;
  tookMs: number;
  at: number;
  /** The reading that replaces these, once they are too old. */
  next?: Promise<unknown>;
};

/**
 * Sums over all orders of a plan, for callers that ask again and again. Those that take long to
 * read are kept: up to two minutes while the plan runs; once it has ended they fit its counts.
 * Callers get the old ones while they are read again, so one that asks often never waits.
 */
export function cachedSums<Sums>(
  read: (ledger: Queries, plan: PlanDocument) => Promise<Sums>,
  now = () => performance.now(),
): (ledger: Ledger, plan: PlanDocument) => Promise<Sums> {
  const keptBy = new WeakMap<Ledger, Map<number, Kept<Sums>>>();
  return (ledger, plan) => {
    const all = keptBy.get(ledger) ?? new Map<number, Kept<Sums>>();
    keptBy.set(ledger, all);
    const counts = [plan.bought, plan.substituted, missingOf(plan)].join(' ');
    const known = all.get(plan.id);
    const age = known ? ageOf(known, plan, counts, now()) : Infinity;
    if (!known || age >= 2) return readAnew();
    // An error is ignored here: callers that wait for the next reading get it.
    if (age >= 1) known.next ??= readAnew().catch(() => {});
    return known.sums;

    async function readAnew(): Promise<Sums> {
      const at = now();
      const sums = read(ledger, plan);
      const kept = { sums, counts, tookMs: Infinity, at };
      if (all.size >= KEPT_MAX) all.clear();
      if (age >= 2) all.set(plan.id, kept);
      try {
        await sums;
        Object.assign(kept, { tookMs: now() - at, at: now() });
        if (kept.tookMs < LONG_MS || ordersOf(plan) <= ORDERS_FEW) all.delete(plan.id);
        else all.set(plan.id, kept);
      } catch {
        all.delete(plan.id);
      }
      return sums;
    }
  };
}

/** As a share of the time for which they are kept; from 1 on they are too old. */
function ageOf<Sums>(
  { counts: seen, tookMs, at }: Kept<Sums>,
  { endedAt }: PlanDocument,
  counts: string,
  now: number,
): number {
  if (tookMs === Infinity) return seen === counts ? 0 : Infinity;
  const longest = seen === counts ? KEPT_MS : Math.min(KEPT_MS, tookMs * REST_PER_MS);
  return seen === counts || endedAt === null ? (now - at) / longest : Infinity;
}
