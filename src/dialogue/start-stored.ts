import { hasCode } from '../errors.ts';
import type { By, PlannedCost } from '../ledger/index.ts';
import type { ObservedPlan } from '../obstacles/index.ts';
import type { Operations } from '../operations/index.ts';
import { say } from '../terminal/index.ts';

/**
 * Starts a plan that was stored just now, at the prices that were shown. Throws as `steer` does;
 * when it waits for another person's yes, or the prices have changed meanwhile, it says first that
 * the plan is kept.
 */
export async function startStored(
  operations: Operations,
  id: number,
  by: By,
  mayCost: PlannedCost | null,
): Promise<ObservedPlan> {
  try {
    return await operations.steer(id, 'start', by, { prices: pricesShown(mayCost) });
  } catch (error) {
    if (hasCode(error, 'needs_approval', 'wrong_state')) {
      say(`Plan ${id} is stored and not started. Nothing is bought until "start ${id}".`);
    }
    throw error;
  }
}

/** By their hash, as a start compares them. */
export const pricesShown = (mayCost: PlannedCost | null | undefined): string =>
  mayCost?.prices ?? 'none';
