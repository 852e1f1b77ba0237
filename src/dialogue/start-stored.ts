import { AppError, hasCode } from '../errors.ts';
import type { By, PlannedCost } from '../ledger/index.ts';
import type { ObservedPlan } from '../obstacles/index.ts';
import type { Operations } from '../operations/index.ts';
import { say } from '../terminal/index.ts';

/** After these nobody knows whether it was done. */
const UNCLEAR = ['no_answer', 'ledger_down', 'internal'] as const;

/**
 * Starts a plan that was stored just now, at the prices that were shown. Throws as `steer` does;
 * whatever it throws, it says first that the plan is kept: its file must not be submitted again.
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
    const isUnclear = !(error instanceof AppError) || hasCode(error, ...UNCLEAR);
    say(
      isUnclear
        ? `Plan ${id} is stored, and may be started: do not submit it again. "show ${id}" tells.`
        : `Plan ${id} is stored and not started. Nothing is bought until "start ${id}".`,
    );
    throw error;
  }
}

/** By their hash, as a start compares them. */
export const pricesShown = (mayCost: PlannedCost | null | undefined): string =>
  mayCost?.prices ?? 'none';
