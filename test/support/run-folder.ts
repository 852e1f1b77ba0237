import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardFolder } from './guard.ts';
import { ownerOfData } from './postgres-server.ts';

const MEMORY = '/dev/shm';
/** Several times what a run has on it at any moment, bytes. */
const ROOM = 2 * 1024 ** 3;

/**
 * The folder for everything that a run writes to disk; gone after this process, however it ends.
 */
export function makeRunFolder(parent = tmpdir()): string {
  const owner = ownerOfData();
  const reachable = (folder: string) =>
    spawnSync('test', ['-x', folder], { ...owner }).status === 0;
  // Run by root, PostgreSQL is another user, who may have no way into root's own TMPDIR.
  const folder = mkdtempSync(join(reachable(parent) ? parent : '/tmp', 'bulk-order-test-'));
  guardFolder(folder);
  if (owner) chmodSync(folder, 0o711);
  return folder;
}

/**
 * Memory, where there is enough of it: thousands of commits wait for a disk, some of them 10 ms
 * each. What a server has written outlives the server there as well; only the machine must not
 * fail.
 */
export function quickestPlace(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return Math.min(bavail * bsize, freemem()) >= ROOM ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
