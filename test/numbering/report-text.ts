import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** NANPA's report of 2026-08-17, as it was served. */
export const REPORT = gunzipSync(
  readFileSync(join(import.meta.dirname, 'npa-report-2026-08-17.csv.gz')),
);

/** The report with a change; each change must find what it replaces. */
export function changed(...changes: [from: string | RegExp, to: string][]): Buffer {
  let text = REPORT.toString();
  for (const [from, to] of changes) {
    const next = text.replace(from, to);
    if (next === text) throw new Error(`The report has no ${from}.`);
    text = next;
  }
  return Buffer.from(text);
}

/** A file that holds it. */
export function reportFile(content: string | Buffer = REPORT): string {
  const path = join(temporaryFolder(), 'report.csv');
  writeFileSync(path, content);
  return path;
}
