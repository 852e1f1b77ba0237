import { count } from '../english.ts';
import { shellWord } from './started.ts';

/** An error or a warning of a plan; line 0 is the whole file. */
type Note = { line: number; column?: string | null; message: string };

/** One line a note. `total`: how many there are, including those that are not in `notes`. */
export function listNotes(notes: readonly Note[], total: number): string[] {
  const lines = notes.map(({ line, column, message }) => {
    const where = [line > 0 ? `line ${line}` : 'file', column].filter(Boolean).join(', ');
    return `  ${where}: ${message}`;
  });
  if (total > notes.length) lines.push(`  … and ${count(total - notes.length)} more`);
  return lines;
}

export const howToMend = (path: string): string =>
  `To correct it in a spreadsheet: "check ${shellWord(path)} --mend annotated.csv"`;
