import { counted } from '../english.ts';
import { AppError } from '../errors.ts';
import type { PlanCheck } from '../plan/index.ts';

/**
 * Refuses a file that has errors. `more`: further lines of the message. Throws AppError `bad_plan`,
 * with the first errors and warnings.
 */
export function refuseBadPlan(check: PlanCheck, name: string, more: string[] = []): void {
  const { faultCount, faultyRows, faults, warningCount, warnings } = check;
  if (faultCount === 0) return;
  const many = counted(faultCount, 'error');
  throw new AppError(
    'bad_plan',
    [`${name} has ${many}. Nothing was stored and nothing was bought.`, ...more],
    { faultCount, faultyRows, faults, warningCount, warnings },
  );
}
