import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** In a file's mode, what others than its owner may do. */
export const OTHERS = 0o077;

/** Leaves a folder and everything in it to its owner alone. A private one stays as it is. */
export function makePrivate(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  else if ((statSync(folder).mode & OTHERS) === 0) return;
  takeFromOthers(folder);
}

/** The folder itself comes last: while others may enter it, something in it may still be open. */
export function takeFromOthers(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) takeFromOthers(path);
    else if (entry.isFile()) chmodSync(path, 0o600);
  }
  chmodSync(folder, 0o700);
}
