import { execFile } from 'node:child_process';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PrivateServer } from './server-process.ts';
import { until } from './until.ts';

/**
 * A copy of a server's folder, to be put back later, like a snapshot of its disk. The server
 * restarts for it. Returns what puts it back: the server ends at once, as by `pg_ctl stop -m
 * immediate`, and starts from the copy, on the same address.
 */
export async function copyOf(server: PrivateServer): Promise<() => Promise<void>> {
  const [data, copy] = [join(server.folder, 'data'), join(server.folder, 'copy')];
  await server.stop();
  // It keeps the owner, which Node's own copy does not.
  await promisify(execFile)('cp', ['-a', data, copy]);
  await server.start();
  return async () => {
    process.kill(server.pid!, 'SIGQUIT');
    await until(() => server.pid === undefined, { what: 'PostgreSQL has ended' });
    await rm(data, { recursive: true, force: true, maxRetries: 10 });
    await rename(copy, data);
    await server.start();
  };
}
