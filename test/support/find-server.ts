import { dockerAnswers, postgresContainer, redisContainer } from './containers.ts';
import { findPostgres, NO_POSTGRES, postgresServer } from './postgres-server.ts';
import type { Server } from './provided.ts';
import { findRedis, NO_REDIS, redisServer } from './redis-server.ts';

export type Found = { server: Server; stop(): Promise<unknown> };

type Sources = {
  name: string;
  /**
   * The variable that names a server which is there already. It comes first, and is not stopped.
   */
  variable: string;
  container(): Promise<{ url: string; stop(): Promise<unknown> }>;
  /** The reason why this machine cannot run one of its own. */
  whyNoneOfItsOwn: string | undefined;
  ownServer(folder: string): ReturnType<typeof redisServer>;
};

export const findPostgresServer = (folder: string) =>
  findServer(folder, {
    name: 'PostgreSQL',
    variable: 'TEST_DATABASE_URL',
    container: postgresContainer,
    whyNoneOfItsOwn: findPostgres() ? undefined : NO_POSTGRES,
    // No test's database lives long enough to be cleaned; looking for what to clean costs.
    ownServer: (folder) => postgresServer(folder, { settings: { autovacuum: 'off' } }),
  });

export const findRedisServer = (folder: string) =>
  findServer(folder, {
    name: 'Redis',
    variable: 'TEST_REDIS_URL',
    container: redisContainer,
    whyNoneOfItsOwn: findRedis() ? undefined : NO_REDIS,
    ownServer: redisServer,
  });

async function findServer(folder: string, sources: Sources): Promise<Found> {
  const { name, variable } = sources;
  const given = process.env[variable];
  if (given) return { server: { url: given }, stop: async () => {} };

  const reasons = [`${variable} is not set`];
  if (await dockerAnswers()) {
    try {
      const { url, stop } = await sources.container();
      return { server: { url }, stop };
    } catch (error) {
      // An engine that cannot fetch the image, for one.
      reasons.push(`a container does not start (${error})`);
    }
  } else {
    reasons.push('no Docker engine answers');
  }

  if (sources.whyNoneOfItsOwn) {
    reasons.push(sources.whyNoneOfItsOwn);
    return { server: { missing: `No ${name}: ${reasons.join(', ')}.` }, stop: async () => {} };
  }
  const own = await sources.ownServer(folder);
  await own.start();
  return { server: { url: own.url }, stop: own.discard };
}
