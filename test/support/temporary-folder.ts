import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { openJournal } from '../../src/ledger/database/embedded/open-journal.ts';
import { atEnd } from './clean-up.ts';
import './provided.ts';

/** An empty folder, removed at the end of the test (or of the file, when no test is running). */
export const temporaryFolder = (): string => folderIn(join(inject('runFolder'), 'test-'));

/** The same, but not in memory, where no file gets the inode of one that is gone. */
export const folderOnDisk = (): string => folderIn('/var/tmp/bulk-order-test-');

function folderIn(prefix: string): string {
  const folder = mkdtempSync(prefix);
  // A process that is just ending may still write: ask again rather than fail on a folder not
  // empty.
  atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  return folder;
}

/** One with an embedded ledger in it: tables without rows. */
export function embeddedFolder(): string {
  const folder = temporaryFolder();
  cpSync(inject('ledgerTemplates').folder, folder, { recursive: true });
  // Else it would be taken for one that was put back from a copy, which it is.
  const journal = openJournal(folder, false);
  journal.adopt();
  journal.close();
  return folder;
}
