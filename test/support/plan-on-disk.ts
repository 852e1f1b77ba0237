import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

/** Writes a plan into a folder that is gone at the end of the test, and tells its path. */
export function writePlan(csv: string): string {
  const path = join(temporaryFolder(), 'plan.csv');
  writeFileSync(path, csv);
  return path;
}
