import { guarded, isOurs, nameKey } from '../plan/index.ts';
import { LINES_COLUMNS, NUMBERS_COLUMNS, REMAINDER_COLUMNS } from './columns.ts';

const OURS = [...NUMBERS_COLUMNS, ...LINES_COLUMNS, ...REMAINDER_COLUMNS].map(nameKey);

/** The header of a result file: our names, then the plan's own. */
export function headerWith(ours: readonly string[], extra: readonly string[]): string[] {
  return [...ours, ...resultNames(extra)];
}

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

/**
 * Reads the cells of the plan's own columns, `count` of them, from what the ledger keeps of a line.
 * The rows of a line follow one another, so what was read last is likely what is asked for next.
 */
export function extraReader(count: number): (kept: string | null) => string[] {
  let last: string | null = null;
  let cells = Array<string>(count).fill('');
  return (kept) => {
    if (kept !== last) {
      const texts = kept === null ? [] : (JSON.parse(kept) as string[]);
      cells = Array.from({ length: count }, (_, at) => guarded(texts[at] ?? ''));
      last = kept;
    }
    return cells;
  };
}
