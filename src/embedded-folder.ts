import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Whether an embedded ledger was made in this folder before. */
export function isEmbeddedIn(folder: string): boolean {
  return existsSync(join(folder, 'ledger'));
}
