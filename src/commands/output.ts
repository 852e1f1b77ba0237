import { AppError } from '../errors.ts';
import { type Line, writeJson, writeLines } from '../terminal/index.ts';

/** The command's answer: one JSON document with `--json`, else lines. Everything else is stderr's. */
export function answer(json: boolean | undefined, document: unknown, lines: () => Line[]): void {
  if (json) writeJson(document);
  else writeLines('stdout', ...lines());
}

/** Something a person should know while the command works. */
export function say(...lines: Line[]): void {
  writeLines('stderr', ...lines);
}

/** 75 as "1:15", 4000 as "1:06:40", 90000 as "1 d 1:00:00". */
export function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const parts = [
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    Math.floor(seconds % 60),
  ];
  if (parts[0] === 0 && days === 0) parts.shift();
  const clock = parts.map((part, i) => String(part).padStart(i === 0 ? 1 : 2, '0')).join(':');
  return days > 0 ? `${days} d ${clock}` : clock;
}

/** A plan's or order's id from the command line. Throws AppError `invalid_usage`. */
export function idOf(text: string, what: 'plan' | 'order'): number {
  // No more digits than the ledger has room for.
  if (/^[1-9]\d*$/.test(text) && text.length <= (what === 'plan' ? 9 : 15)) return Number(text);
  throw new AppError(
    'invalid_usage',
    `"${text}" is not the number of ${what === 'plan' ? 'a plan' : 'an order'}: it must be a whole number, such as ${what === 'plan' ? '12' : '120000340'}.`,
  );
}
