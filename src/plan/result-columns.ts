import { COLUMNS, isOurs, nameKey } from './columns.ts';
import { guarded } from './spreadsheet.ts';

// Of the result files that also carry the plan's own columns. They stand here because a check tells
// what those will be called, and loads no ledger.

export const NUMBERS_COLUMNS = [
  'line',
  'order',
  'area_code',
  'type',
  'number',
  'e164',
  'bought_at',
];

export const LINES_COLUMNS = [
  'line',
  'area_code',
  'type',
  'requested',
  'bought',
  'short',
  'refused',
  'undelivered',
  'unknown',
  'cancelled',
  'pending',
  'status',
  'reason',
];

/** The remainder is a plan. */
export const REMAINDER_COLUMNS: readonly string[] = COLUMNS;

const OURS = [...NUMBERS_COLUMNS, ...LINES_COLUMNS, ...REMAINDER_COLUMNS].map(nameKey);

/**
 * What the plan's own columns are called in every result file. One that would be read as one of
 * ours in any of them, or as another of its own, gets `plan_` before it.
 */
export function resultNames(extra: readonly string[]): string[] {
  const taken = new Set(OURS);
  const isTaken = (name: string) => isOurs(name) || taken.has(nameKey(name));
  return extra.map((name) => {
    let own = guarded(name);
    // The guard goes in front of everything, so that it is found there.
    for (let bare = name.trim(); isTaken(own); own = guarded(bare)) {
      bare = `plan_${bare}`;
    }
    taken.add(nameKey(own));
    return own;
  });
}
