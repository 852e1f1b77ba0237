import { count } from '../english.ts';
import { AppError } from '../errors.ts';

/** The command's answer: one JSON document with `--json`, else the text. Everything else is stderr's. */
export function answer(json: boolean | undefined, document: unknown, text: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(document, null, 2) : text()}\n`);
}

/** Something a person should know while the command works. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** 75 as "1:15", 4000 as "1:06:40". */
export function duration(seconds: number): string {
  const parts = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    Math.floor(seconds % 60),
  ];
  if (parts[0] === 0) parts.shift();
  return parts.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

/** Rows as columns; what is right-aligned says so by being a number in the first row of values. */
export function table(head: string[], rows: (string | number)[][]): string {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? count(cell) : cell)),
  );
  const isNumber = head.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  return [head, ...cells]
    .map((row) =>
      row
        .map((cell, column) =>
          isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join('\n');
}

/** A plan's or order's id from the command line. Throws AppError `wrong_use`. */
export function idOf(text: string, what: 'plan' | 'order'): number {
  // No more digits than the ledger has room for.
  if (/^[1-9]\d*$/.test(text) && text.length <= (what === 'plan' ? 9 : 15)) return Number(text);
  throw new AppError(
    'wrong_use',
    `"${text}" is not the number of ${what === 'plan' ? 'a plan' : 'an order'}: it must be a whole number, such as ${what === 'plan' ? '12' : '120000340'}.`,
  );
}
