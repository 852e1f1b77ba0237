import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the embedded ledger is in its folder. */
export const ledgerIn = (folder: string): string => join(folder, 'ledger');

/** Whether an embedded ledger was made in this folder before. */
export function isEmbeddedIn(folder: string): boolean {
  return existsSync(ledgerIn(folder));
}

/** A warning while DATABASE_URL is set: files of the folder's ledger are new to the other one. */
export function leftBehind(folder: string): string | null {
  if (!isEmbeddedIn(folder)) return null;
  return (
    `The folder ${folder} has a ledger of its own, which is not used while DATABASE_URL is set. ` +
    'What it has bought is not known here: do not submit its files again.'
  );
}
