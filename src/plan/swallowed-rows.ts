import { DELIMITERS } from './delimiter.ts';
import type { Header } from './header.ts';
import type { Row } from './plain-rows.ts';
import { shown } from './plan-error.ts';

/**
 * The rows that a plan would have if the line breaks in the cells of its own columns ended rows, as
 * they were meant to where a quote was left open. Only those with as many cells as the header.
 */
export function* rowsInCells({ cells }: Row, { names, extraAt }: Header) {
  for (const at of extraAt) {
    const parts = cells[at]?.split(/[\r\n]+/) ?? [];
    if (parts.length < 2) continue;
    for (const [part, text] of parts.entries()) {
      const before = part === 0 ? cells.slice(0, at) : [];
      const after = part === parts.length - 1 ? cells.slice(at + 1) : [];
      for (const delimiter of DELIMITERS) {
        const inside = text.split(delimiter).map((cell) => cell.trim());
        const row = [...before, ...inside, ...after];
        if (inside.length > 1 && row.length === names.length)
          yield { column: shown(names[at]!), text: shown(text), cells: row };
      }
    }
  }
}
