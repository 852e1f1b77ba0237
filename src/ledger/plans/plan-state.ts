/**
 * What a plan is doing. Standing: its first orders have ended, and some lines are or will be tried
 * again.
 */
export type PlanState = 'ready' | 'running' | 'standing' | 'paused' | 'finished' | 'cancelled';

/** Whether a plan's waiting orders are placed, as far as its account allows. */
export function isPlaced({ state }: { state: PlanState }): boolean {
  return state === 'running' || state === 'standing';
}

/** The same in SQL, of plan `p`. */
export const IS_PLACED = `p.state in ('running', 'standing')`;
