import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Brings the names in a folder to the disk: the sync of a new file does not do that. */
export function syncFolder(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
