import { existsSync } from 'node:fs';
import { count, counted } from '../english.ts';
import { shellWord, typed } from './started.ts';
import { inColour, type ScreenLine } from './style.ts';
import type { Defaults } from './usage.ts';

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

export function warningLines(check: {
  warnings: readonly Note[];
  warningCount: number;
}): ScreenLine[] {
  const { warnings, warningCount } = check;
  if (warningCount === 0) return [];
  const heading = inColour(`${counted(warningCount, 'warning')}:`, 'missing');
  return [heading, ...listNotes(warnings, warningCount)];
}

/** The way to a copy to correct; none where `--mend` would refuse the file. */
export function howToMend(
  path: string,
  { isMendable }: { isMendable: boolean },
  { defaultQuantity, keepTrying }: Defaults,
): string[] {
  if (!isMendable || path === '-') return [];
  const read = flagsOf({ defaultQuantity, keepTrying });
  const command = `check ${shellWord(path)}${read} --mend ${freeName()}`;
  return [`To correct it in a spreadsheet: "${command}"`];
}

/** `--mend` replaces no file. */
function freeName(): string {
  let name = 'annotated.csv';
  for (let next = 2; existsSync(name); next++) name = `annotated-${next}.csv`;
  return name;
}

/** `isServed`: a server has the ledger, so `order` cannot open it. */
export function howToBuy(
  path: string,
  {
    account,
    isServed,
    ...defaults
  }: Defaults & { account?: string | undefined; isServed: boolean },
): ScreenLine {
  if (path === '-') return null;
  const rest = flagsOf(defaults) + (account ? ` --account ${shellWord(account)}` : '');
  const file = shellWord(path);
  const command = isServed ? `submit ${file} --start${rest}` : typed(`order ${file}${rest}`);
  return `To buy it: "${command}"`;
}

const flagsOf = ({ defaultQuantity, keepTrying }: Defaults): string =>
  (defaultQuantity ? ` --default-quantity ${defaultQuantity}` : '') +
  (keepTrying ? ` --keep-trying ${shellWord(keepTrying)}` : '');
