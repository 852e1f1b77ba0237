import { cellWriter, guarded, resultNames } from '../plan/index.ts';
import type { Shape } from './csv.ts';

/** The header of a result file: our names, then the plan's own. */
export function headerWith(ours: readonly string[], { extra }: Shape): string[] {
  return [...ours, ...resultNames(extra)];
}

/**
 * Reads the cells of the plan's own columns from the ledger's text of a line. The rows of a line
 * follow one another, so the last result is kept.
 */
export function extraReader({ extra }: Shape): (kept: string | null) => string[] {
  return remembering((kept) => {
    const texts = kept === null ? [] : (JSON.parse(kept) as string[]);
    return extra.map((_, at) => guarded(texts[at] ?? ''));
  });
}

/** Returns a function that makes, of the same text, the end of a row: these cells and CRLF. */
export function endWriter(shape: Shape): (kept: string | null) => string {
  const { separator } = shape;
  const [extraOf, cellOf] = [extraReader(shape), cellWriter(separator)];
  return remembering(
    (kept) =>
      `${extraOf(kept)
        .map((cell) => separator + cellOf(cell))
        .join('')}\r\n`,
  );
}

function remembering<T>(read: (kept: string | null) => T): (kept: string | null) => T {
  let last: string | null | undefined;
  let value: T;
  return (kept) => {
    if (kept !== last) {
      value = read(kept);
      last = kept;
    }
    return value;
  };
}
