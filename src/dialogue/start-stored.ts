import { hasCode } from '../errors.ts';
import type { By } from '../ledger/index.ts';
import type { ObservedPlan } from '../obstacles/index.ts';
import type { Operations } from '../operations/index.ts';
import { say } from '../terminal/index.ts';

/**
 * Starts a plan that was stored just now. Throws as `steer` does; when it waits for another
 * person's yes, it says first that the plan is kept.
 */
export async function startStored(
  operations: Operations,
  id: number,
  by: By,
): Promise<ObservedPlan> {
  try {
    return await operations.steer(id, 'start', by);
  } catch (error) {
    if (hasCode(error, 'needs_approval')) {
      say(`Plan ${id} is stored and not started. Nothing is bought until "start ${id}".`);
    }
    throw error;
  }
}
