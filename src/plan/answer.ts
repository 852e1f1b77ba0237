import { counted } from '../english.ts';
import { AppError } from '../errors.ts';
import type { Warning } from './plan-error.ts';

/** Warnings that a person must accept before the plan is bought with live keys. */
export function unanswered(warnings: readonly Warning[]): Warning[] {
  return warnings.filter(({ needsAnswer }) => needsAnswer);
}

/** Refuses live buying while nobody has accepted the warnings. Throws AppError `not_confirmed`. */
export function refuseUnanswered(plan: string, warnings: readonly Warning[]): void {
  const open = unanswered(warnings);
  if (open.length === 0) return;
  throw new AppError(
    'not_confirmed',
    [
      `${plan} has ${counted(open.length, 'warning')} that must be accepted before real numbers ` +
        'are bought. Nothing was started.',
      ...open.map(({ line, message }) => `line ${line}: ${message}`),
      'If the plan is right, add --accept-warnings.',
    ],
    { warnings: open },
  );
}
