import { randomBytes } from 'node:crypto';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { builtPrograms, SOURCE_PROGRAMS } from './support/built-program.ts';
import { findPostgresServer, findRedisServer } from './support/find-server.ts';
import { dropDatabases } from './support/fresh-database.ts';
import { makeTemplates } from './support/ledger-templates.ts';
import { makeRunFolder, quickestPlace } from './support/run-folder.ts';

/** One PostgreSQL and one Redis for the whole run, and one folder; all gone at its end. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const runId = randomBytes(4).toString('hex');
  // Should this process be killed, its watchdog stops the servers and removes the folder.
  const runFolder = makeRunFolder(quickestPlace());
  // Its sources may change while they are watched.
  const programs = project.vitest.config.watch ? SOURCE_PROGRAMS : builtPrograms();
  for (const [name, path] of Object.entries(programs)) symlinkSync(path, join(runFolder, name));

  const [postgres, redis] = await Promise.all([
    findPostgresServer(runFolder),
    findRedisServer(runFolder),
  ]);
  const ledgerTemplates = await makeTemplates({ runFolder, runId }, postgres.server);
  project.provide('runId', runId);
  project.provide('runFolder', runFolder);
  project.provide('postgres', postgres.server);
  project.provide('redis', redis.server);
  project.provide('ledgerTemplates', ledgerTemplates);

  return async () => {
    // A server that was there before stays behind; what this run made on it does not.
    if ('url' in postgres.server) await dropDatabases(postgres.server.url, runId);
    await Promise.all([postgres.stop(), redis.stop()]);
    rmSync(runFolder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
}
