import type { LedgerEvent } from '../../../ledger/index.ts';

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
