import type { Redis } from 'ioredis';
import { inRedis } from './in-server.ts';

export type RedisDatabase = Awaited<ReturnType<typeof claimRedisDatabase>>;

/** Longer than any test file runs; after that a claim is one that a killed run left. */
const CLAIM_SECONDS = 900;

const claimOf = (number: number) => `bulk-order-test:claim:${number}`;
/** The numbers whose content is ours, also when a killed run never came to empty them. */
const USED = 'bulk-order-test:used';

/**
 * Takes a database number that no other test has: claims are kept in database 0. On a server that
 * was there before, a database that holds things is left alone, unless a test had put them there.
 */
export async function claimRedisDatabase(serverUrl: string) {
  const urlOf = (number: number) =>
    Object.assign(new URL(serverUrl), { pathname: `/${number}` }).href;
  const number = await inRedis(urlOf(0), takeNumber);
  const url = urlOf(number);
  const flush = () => inRedis(url, async (redis) => void (await redis.flushdb()));
  await flush();
  return {
    url,
    /** Empties this database, and no other. */
    flush,
    /** Empties it and lets others have it. */
    drop: async () => {
      await flush();
      await inRedis(urlOf(0), async (redis) => {
        await redis.srem(USED, number);
        await redis.del(claimOf(number));
      });
    },
  };
}

async function takeNumber(redis: Redis): Promise<number> {
  const [, databases] = (await redis.config('GET', 'databases')) as [string, string];
  for (let number = 1; number < Number(databases); number++) {
    if (!(await redis.set(claimOf(number), 'claimed', 'EX', CLAIM_SECONDS, 'NX'))) continue;
    await redis.select(number);
    const size = await redis.dbsize();
    await redis.select(0);
    if (size === 0 || (await redis.sismember(USED, number))) {
      await redis.sadd(USED, number);
      return number;
    }
    await redis.del(claimOf(number));
  }
  throw new Error(`All ${Number(databases) - 1} databases of the Redis for tests are in use.`);
}
