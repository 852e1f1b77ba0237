/** What a Redis has of the one account's queue, what it takes, and how long its commands take. */
import { Redis } from 'ioredis';
import { ACCOUNT } from './stage.ts';

/** Commands of Redis that took longer than this are looked at, µs. */
const SLOW_US = 1_000;

export function watchQueue(url: string) {
  const redis = new Redis(url);
  return {
    jobs: () => redis.zcard(`bull:orders-${ACCOUNT}:prioritized`),
    usedBytes: async () => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]),
    async forgetSlow() {
      await redis.config('SET', 'slowlog-log-slower-than', SLOW_US, 'slowlog-max-len', 100_000);
      await redis.slowlog('RESET');
    },
    /** Of all commands since then, ms. */
    async slowest() {
      const entries = (await redis.slowlog('GET', -1)) as [id: number, at: number, us: number][];
      return Math.max(SLOW_US, ...entries.map(([, , us]) => us)) / 1e3;
    },
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
}
