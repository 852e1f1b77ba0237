import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { LOCK_FILE } from './folder-lock.ts';

export const JOURNAL_FILE = 'journal.db';

/**
 * Facts that a restart or a move of the folder keeps and a copy does not: where the two files are
 * on the disk, and when the one that is never written was last changed. Putting a copy back changes
 * at least one of them. `rsync --inplace` may change none, and neither does a snapshot of a whole
 * disk, or moving the original aside and back: those go unnoticed. A change of mode or owner counts
 * as well, and costs no more than a look at the vendor's list.
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
