import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findPostgresServer, findRedisServer } from './support/find-server.ts';
import { dropDatabases } from './support/fresh-database.ts';
import { guardFolder } from './support/guard.ts';
import { ownerOfData } from './support/postgres-server.ts';

/** One PostgreSQL and one Redis for the whole run, and one folder; all gone at its end. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const runId = randomBytes(4).toString('hex');
  const runFolder = makeRunFolder();
  // Should this process be killed, its watchdog stops the servers and removes the folder.
  guardFolder(runFolder);

  const [postgres, redis] = await Promise.all([
    findPostgresServer(runFolder),
    findRedisServer(runFolder),
  ]);
  project.provide('runId', runId);
  project.provide('runFolder', runFolder);
  project.provide('postgres', postgres.server);
  project.provide('redis', redis.server);

  return async () => {
    // A server that was there before stays behind; what this run made on it does not.
    if ('url' in postgres.server) await dropDatabases(postgres.server.url, runId);
    await Promise.all([postgres.stop(), redis.stop()]);
    rmSync(runFolder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
}

function makeRunFolder(): string {
  const owner = ownerOfData();
  const reachable = (folder: string) =>
    spawnSync('test', ['-x', folder], { ...owner }).status === 0;
  // Run by root, PostgreSQL is another user, who may have no way into root's own TMPDIR.
  const folder = mkdtempSync(join(reachable(tmpdir()) ? tmpdir() : '/tmp', 'bulk-order-test-'));
  if (owner) chmodSync(folder, 0o711);
  return folder;
}
