import { nameKey } from '../name-key.ts';
import { isOurs } from './columns.ts';
import { guarded } from './spreadsheet.ts';

// The columns of the result files that also carry the plan's own. They are here because a check
// names those as well, and loads no ledger.

export const NUMBERS_COLUMNS = (
  'line order area_code type number e164 bought_at ' + 'asked_area_code rung miles region outside'
).split(' ');

export const LINES_COLUMNS = (
  'line area_code type requested bought short refused undelivered unknown cancelled pending ' +
  'status reason substituted'
).split(' ');

const OURS = [...NUMBERS_COLUMNS, ...LINES_COLUMNS].map(nameKey);

/** The plan's own columns in a result file. A name that is taken gets `plan_` before it. */
export function resultNames(extra: readonly string[]): string[] {
  const taken = new Set(OURS);
  const isTaken = (name: string) => isOurs(name) || taken.has(nameKey(name));
  return extra.map((name) => {
    let own = guarded(name);
    // The guard must come first, before `plan_`.
    for (let bare = name.trim(); isTaken(own); own = guarded(bare)) {
      bare = `plan_${bare}`;
    }
    taken.add(nameKey(own));
    return own;
  });
}
