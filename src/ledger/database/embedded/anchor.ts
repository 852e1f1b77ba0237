import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { LOCK_FILE } from './folder-lock.ts';

export const JOURNAL_FILE = 'journal.db';

/**
 * What a restart or a move of the folder keeps, and a copy does not: the two files'
 * places on the disk, and when the one that is never written was last touched. A copy that is put
 * back touches at least one of them. `rsync --inplace` may not, nor does a snapshot of a whole
 * disk, nor an original that is moved aside and moved back: those cannot be noticed here. A change
 * of rights or owner touches it as well, and costs no more than a look at the vendor's list.
 */
function anchor(folder: string): string {
  const lock = statSync(join(folder, LOCK_FILE), { bigint: true });
  const journal = statSync(join(folder, JOURNAL_FILE), { bigint: true });
  return `${lock.ino}/${lock.ctimeNs}/${journal.ino}`;
}

/** The fact that keeps the anchor: of the whole folder, or of what one account has sent. */
const anchorFact = (account?: string) => (account === undefined ? 'anchor' : `anchor ${account}`);

export function isAnchored(db: DatabaseSync, folder: string, account?: string): boolean {
  const kept = db.prepare('select value from facts where name = ?').get(anchorFact(account));
  return kept?.value === anchor(folder);
}

export function setAnchor(db: DatabaseSync, folder: string, account?: string): void {
  const keep = db.prepare('insert or replace into facts values (?, ?)');
  keep.run(anchorFact(account), anchor(folder));
}
