import { nameKey } from '../reading/index.ts';
import { isOurs } from './columns.ts';
import { rowError, Unreadable } from './plan-error.ts';
import { guarded } from './spreadsheet.ts';

// The columns of the result files. They are here because a check knows them, and loads no ledger.

export const NUMBERS_COLUMNS = (
  'line order area_code type number e164 bought_at ' + 'asked_area_code rung miles region outside'
).split(' ');

export const LINES_COLUMNS = (
  'line area_code type requested bought short refused undelivered unknown cancelled pending ' +
  'status reason substituted'
).split(' ');

export const UNKNOWN_COLUMNS =
  'order line area_code type quantity sent_at what_happened evidence'.split(' ');

export const SURPLUS_COLUMNS = 'order line area_code type number e164 seen_at why'.split(' ');

const ASKS_FOR_THE_REST = 'The remainder.csv of that plan asks for the rest.';

/** Those that ask for nothing. `unknown.csv` reads like a plan, and would buy its orders again. */
const NO_PLANS: readonly [file: string, columns: readonly string[], advice: string][] = [
  ['unknown.csv', UNKNOWN_COLUMNS, 'Its orders may have bought: settle them.'],
  ['numbers.csv', NUMBERS_COLUMNS, ASKS_FOR_THE_REST],
  ['lines.csv', LINES_COLUMNS, ASKS_FOR_THE_REST],
  ['surplus.csv', SURPLUS_COLUMNS, ASKS_FOR_THE_REST],
];

/** A person may have removed a column or two from the file. */
const REMOVED_MAX = 2;

/** Throws Unreadable when a header is that of a result file, in any order and with more columns. */
export function refuseResultFile(line: number, names: readonly string[]): void {
  const keys = new Set(names.map(nameKey));
  for (const [file, columns, advice] of NO_PLANS) {
    const missing = columns.filter((column) => !keys.has(nameKey(column)));
    if (missing.length > REMOVED_MAX) continue;
    const message = `This is the ${file} of a plan. ${advice}`;
    throw new Unreadable(rowError(line, file, 'a plan', message));
  }
}

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
