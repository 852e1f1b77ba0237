import { writeJson, writeLines } from './screen.ts';
import type { Line } from './style.ts';

/** The command's answer on stdout: one JSON document with `--json`, else lines. */
export function answer(json: boolean | undefined, document: unknown, lines: () => Line[]): void {
  if (json) writeJson(document);
  else writeLines('stdout', ...lines());
}

/** For a person, while the command works: on stderr. */
export function say(...lines: Line[]): void {
  writeLines('stderr', ...lines);
}
