import { guarded, resultNames } from '../plan/index.ts';

/** The header of a result file: our names, then the plan's own. */
export function headerWith(ours: readonly string[], extra: readonly string[]): string[] {
  return [...ours, ...resultNames(extra)];
}

/**
 * Reads the `count` cells of the plan's own columns from the ledger's text of a line. The rows of a
 * line follow one another, so the last result is kept.
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
