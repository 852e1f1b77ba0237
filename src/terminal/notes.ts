import { count, counted } from '../english.ts';
import { shellWord } from './started.ts';
import { inColour, type ScreenLine } from './style.ts';

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

/** The warnings of a checked plan, under a heading; none without any. */
export function warningLines(check: {
  warnings: readonly Note[];
  warningCount: number;
}): ScreenLine[] {
  const { warnings, warningCount } = check;
  if (warningCount === 0) return [];
  const heading = inColour(`${counted(warningCount, 'warning')}:`, 'missing');
  return [heading, ...listNotes(warnings, warningCount)];
}

export const howToMend = (path: string): string =>
  `To correct it in a spreadsheet: "check ${shellWord(path)} --mend annotated.csv"`;
