/** A PostgreSQL and a Redis of the benchmark's own, on this machine, gone when it ends. */
import { rmSync } from 'node:fs';
import { createDatabase } from '../test/support/fresh-database.ts';
import { postgresServer } from '../test/support/postgres-server.ts';
import { redisServer } from '../test/support/redis-server.ts';
import { makeRunFolder } from '../test/support/run-folder.ts';

/**
 * As in production: what is committed is on disk, and the tables of a large plan fit into memory.
 */
const POSTGRES = {
  fsync: 'on',
  synchronous_commit: 'on',
  shared_buffers: '512MB',
  max_wal_size: '4GB',
};

export type Servers = AsyncDisposable & {
  /** For all that is written meanwhile. */
  folder: string;
  /** Process ids of the servers, to look at what they cost. */
  postgresPid: number;
  redisPid: number;
  /** The address of a new, empty database. */
  newDatabase(): Promise<string>;
  /** The address of a Redis with nothing in it: each time another one of its 64 databases. */
  newRedis(): string;
};

export async function openServers(): Promise<Servers> {
  const folder = makeRunFolder();
  const postgres = await postgresServer(folder, { settings: POSTGRES });
  const redis = await redisServer(folder);
  await Promise.all([postgres.start(), redis.start()]);
  let databases = 0;
  return {
    folder,
    postgresPid: postgres.pid ?? 0,
    redisPid: redis.pid ?? 0,
    newDatabase: async () => (await createDatabase(postgres.url, 'bench')).url,
    newRedis: () => `${redis.url}/${databases++}`,
    async [Symbol.asyncDispose]() {
      await Promise.all([postgres.discard(), redis.discard()]);
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
