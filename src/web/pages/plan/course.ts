import { missingOf, ordersOf, type PlanDocument, type Progress } from '../../../ledger/index.ts';

/**
 * The course of a plan from its notes. They begin a second after its start and lag behind its
 * counts, so this adds a beginning and an end: the chart must agree with the counts above it.
 */
export function courseOf(plan: PlanDocument, notes: Progress[], now: Date): Progress[] {
  const { startedAt, endedAt } = plan;
  if (startedAt === null) return notes;
  const [first] = notes;
  const nothing = { orders: 0, bought: 0, missing: 0, unknown: 0, cancelled: 0 };
  const course = first && startedAt >= first.at ? notes : [{ at: startedAt, ...nothing }, ...notes];
  const present = presentOf(plan);
  const last = course.at(-1)!;
  if (COUNTS.every((name) => last[name] === present[name])) return course;
  // Orders that were settled after the end change the last counts, not the time that it took.
  if (endedAt && last.at >= endedAt) return [...course.slice(0, -1), { ...present, at: last.at }];
  const at = endedAt ?? now;
  if (at <= last.at) return course;
  // An answer just after a note would look like a great pace, so it joins the step before it.
  const isNear =
    at.getTime() - last.at.getTime() < Math.max(1_000, (at.getTime() - startedAt.getTime()) / 60);
  const before = isNear && course.length > 1 ? course.slice(0, -1) : course;
  return [...before, { ...present, at }];
}

const COUNTS = ['orders', 'bought', 'missing', 'unknown', 'cancelled'] as const;

function presentOf(plan: PlanDocument): Omit<Progress, 'at'> {
  const { pendingOrders, bought, unknown, cancelled } = plan;
  const orders = ordersOf(plan) - pendingOrders;
  return { orders, bought, missing: missingOf(plan), unknown, cancelled };
}
