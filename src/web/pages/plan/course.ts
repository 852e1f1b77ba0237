import {
  type LedgerEvent,
  missingOf,
  ordersOf,
  type PlanDocument,
  type Progress,
} from '../../../ledger/index.ts';

/** A time in which no order of a plan was sent: a person, the breaker or a limit had paused it. */
export type Pause = { from: Date; to: Date };

const TOGGLES: Record<string, { what: 'plan' | 'account' | 'queue'; isPaused: boolean }> = {
  plan_paused: { what: 'plan', isPaused: true },
  plan_limited: { what: 'plan', isPaused: true },
  plan_resumed: { what: 'plan', isPaused: false },
  account_paused: { what: 'account', isPaused: true },
  account_resumed: { what: 'account', isPaused: false },
  queue_paused: { what: 'queue', isPaused: true },
  queue_resumed: { what: 'queue', isPaused: false },
};

/**
 * The pauses between two moments, from a plan's events, oldest first. Pauses that overlap count as
 * one. What is resumed without a pause in that time was paused before it.
 */
export function pausesBetween(events: LedgerEvent[], from: Date, to: Date): Pause[] {
  const toggles = events.flatMap(({ kind, at }) => (TOGGLES[kind] ? { ...TOGGLES[kind], at } : []));
  const firsts = new Map(toggles.toReversed().map((each) => [each.what, each]));
  const paused = new Set([...firsts.values()].filter((each) => !each.isPaused).map((e) => e.what));
  const pauses: Pause[] = [];
  let since = paused.size > 0 ? from : null;
  for (const { what, isPaused, at } of toggles) {
    if (isPaused) paused.add(what);
    else paused.delete(what);
    if (paused.size > 0) since ??= at;
    else if (since) {
      pauses.push({ from: since, to: at });
      since = null;
    }
  }
  return since ? [...pauses, { from: since, to }] : pauses;
}

export function msPaused(pauses: Pause[]): number {
  return pauses.reduce((sum, { from, to }) => sum + (to.getTime() - from.getTime()), 0);
}

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
