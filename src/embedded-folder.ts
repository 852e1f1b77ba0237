import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the embedded ledger is in its folder. */
export const ledgerIn = (folder: string): string => join(folder, 'ledger');

/** Whether an embedded ledger was made in this folder before. */
export function isEmbeddedIn(folder: string): boolean {
  return existsSync(ledgerIn(folder));
}
