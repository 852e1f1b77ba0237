import { type BigIntStats, chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { LOCK_FILE } from './folder-lock.ts';

export const JOURNAL_FILE = 'journal.db';

/**
 * Facts that a restart or a move of the folder keeps and a copy changes: the inodes of both files,
 * the last change of the lock, which is never written, and when the journal was made, because a
 * copy may get the old inode. Not noticed: the journal's bytes overwritten beside the old lock, a
 * snapshot of a disk, and the original moved aside and back. A change of the lock's mode or owner
 * counts as a copy, and costs no more than a look at the vendor's list.
 */
function anchor(folder: string): string {
  const lock = statSync(join(folder, LOCK_FILE), { bigint: true });
  const journal = statSync(join(folder, JOURNAL_FILE), { bigint: true });
  return `${lock.ino}/${lock.ctimeNs}/${journal.ino}/${birthOf(journal)}`;
}

/** Where a file system does not know it, Node gives 0 or the last change: then it is no fact. */
const birthOf = ({ birthtimeNs, ctimeNs }: BigIntStats): string =>
  birthtimeNs === 0n || birthtimeNs === ctimeNs ? '' : String(birthtimeNs);

/** Longer than a file system's clock takes for a step, ms. */
const CLOCK_STEP_MS = 20;

/** A file that was changed in the moment in which it was made is changed once more, later. */
function partFromBirth(path: string): void {
  for (const waitMs of [0, CLOCK_STEP_MS]) {
    const { birthtimeNs, ctimeNs, mode } = statSync(path, { bigint: true });
    if (birthtimeNs !== ctimeNs) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
    chmodSync(path, Number(mode & 0o777n));
  }
}

/** The fact that keeps the anchor: of the whole folder, or of what one account has sent. */
const anchorFact = (account?: string) => (account === undefined ? 'anchor' : `anchor ${account}`);

export function isAnchored(db: DatabaseSync, folder: string, account?: string): boolean {
  const kept = db.prepare('select value from facts where name = ?').get(anchorFact(account));
  return kept?.value === anchor(folder);
}

export function setAnchor(db: DatabaseSync, folder: string, account?: string): void {
  partFromBirth(join(folder, JOURNAL_FILE));
  const keep = db.prepare('insert or replace into facts values (?, ?)');
  keep.run(anchorFact(account), anchor(folder));
}
