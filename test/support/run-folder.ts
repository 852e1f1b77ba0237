import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardFolder } from './guard.ts';
import { ownerOfData } from './postgres-server.ts';

/** The folder for everything that a run writes to disk; gone after this process, however it ends. */
export function makeRunFolder(): string {
  const owner = ownerOfData();
  const reachable = (folder: string) =>
    spawnSync('test', ['-x', folder], { ...owner }).status === 0;
  // Run by root, PostgreSQL is another user, who may have no way into root's own TMPDIR.
  const folder = mkdtempSync(join(reachable(tmpdir()) ? tmpdir() : '/tmp', 'bulk-order-test-'));
  guardFolder(folder);
  if (owner) chmodSync(folder, 0o711);
  return folder;
}
