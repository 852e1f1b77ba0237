import { writeJson, writeLines } from './screen.ts';
import type { Line } from './style.ts';

/**
 * The command's answer: one JSON document with `--json`, else lines. Everything else is stderr's.
 */
export function answer(json: boolean | undefined, document: unknown, lines: () => Line[]): void {
  if (json) writeJson(document);
  else writeLines('stdout', ...lines());
}

/** Something a person should know while the command works. */
export function say(...lines: Line[]): void {
  writeLines('stderr', ...lines);
}
