import { copyFileSync, renameSync, rmSync, statSync } from 'node:fs';

/** More than are free before it in its part of a disk, if the file system gives them again. */
const TRIES = 2_000;

/**
 * Replaces a file by a copy of another one that has the inode number of the file before, as it
 * happens by chance where a file system gives numbers again. Where none does, by any copy.
 */
export function copyAtInode(from: string, to: string): void {
  const inodeOf = (path: string) => statSync(path, { bigint: true }).ino;
  const wanted = inodeOf(to);
  rmSync(to);
  const drafts: string[] = [];
  do {
    drafts.push(`${to}.${drafts.length}`);
    copyFileSync(from, drafts.at(-1)!);
  } while (drafts.length < TRIES && inodeOf(drafts.at(-1)!) !== wanted);
  renameSync(drafts.pop()!, to);
  for (const draft of drafts) rmSync(draft);
}
