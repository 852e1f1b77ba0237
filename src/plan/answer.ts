import { counted } from '../english.ts';
import { AppError } from '../errors.ts';
import type { Warning } from './plan-error.ts';

/** Those that a person must have accepted before the plan is bought with live keys. */
export function unanswered(warnings: readonly Warning[]): Warning[] {
  return warnings.filter(({ needsAnswer }) => needsAnswer);
}

/**
 * Refuses to buy a plan with live keys while warnings are open that nobody has accepted.
 * Throws AppError `not_confirmed`; nothing has been started then.
 */
export function refuseUnanswered(plan: string, warnings: readonly Warning[]): void {
  const open = unanswered(warnings);
  if (open.length === 0) return;
  throw new AppError(
    'not_confirmed',
    [
      `${plan} has ${counted(open.length, 'warning')} that must be answered before real numbers ` +
        'are bought. Nothing was started.',
      ...open.map(({ line, message }) => `line ${line}: ${message}`),
      'If it is meant as it stands, say --accept-warnings (over HTTP: acceptWarnings=true).',
    ],
    { warnings: open },
  );
}
