import { cellWriter, guarded, resultNames } from '../plan/index.ts';
import type { Shape } from './csv.ts';

/** The header of a result file: our names, then the plan's own. */
export function headerWith(ours: readonly string[], { extra }: Shape): string[] {
  return [...ours, ...resultNames(extra)];
}

/** Reads the cells of the plan's own columns from the ledger's text of a line. */
export function extraReader({ extra }: Shape): (kept: string | null) => string[] {
  return (kept) => {
    const texts = kept === null ? [] : (JSON.parse(kept) as string[]);
    return extra.map((_, at) => guarded(texts[at] ?? ''));
  };
}

/**
 * Returns a function that makes, of the same text, the end of a row: these cells and CRLF. The rows
 * of a line follow one another, so it keeps the last end.
 */
export function endWriter(shape: Shape): (kept: string | null) => string {
  const { separator } = shape;
  const [extraOf, cellOf] = [extraReader(shape), cellWriter(separator)];
  let last: string | null | undefined;
  let end = '';
  return (kept) => {
    if (kept !== last)
      end = `${extraOf(kept)
        .map((cell) => separator + cellOf(cell))
        .join('')}\r\n`;
    last = kept;
    return end;
  };
}
