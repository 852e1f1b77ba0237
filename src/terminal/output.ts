import { writeJson, writeLines } from './screen.ts';
import type { ScreenLine } from './style.ts';

/** The command's answer on stdout: one JSON document with `--json`, else lines. */
export function answer(
  json: boolean | undefined,
  document: unknown,
  lines: () => ScreenLine[],
): void {
  if (json) writeJson(document);
  else writeLines('stdout', ...lines());
}

/** For a person, while the command works: on stderr. */
export function say(...lines: ScreenLine[]): void {
  writeLines('stderr', ...lines);
}
