import type { Mark, MarkStore } from '../witness/index.ts';
import type { RedisClient } from './redis.ts';

/**
 * The marks of an account in Redis. `SETBIT` sets a bit and tells what it was before, and a batch of
 * them goes in one round trip. `name` says whose they are, across ledgers.
 */
export function redisMarks(redis: RedisClient, name: string): MarkStore {
  // What has the same text in braces lies on one node of a cluster.
  const keyOf = (what: string) => `bulk-order:witness:{${name}}:${what}`;
  const [index, remembering, draft] = [keyOf('index'), keyOf('remembers'), keyOf('draft')];
  const nameOf = ({ planKey, attempt }: Pick<Mark, 'planKey' | 'attempt'>) =>
    `${planKey} ${attempt}`;

  return {
    async mark(marks) {
      const pipeline = redis.pipeline();
      for (const mark of marks) pipeline.setbit(keyOf(nameOf(mark)), mark.order, 1);
      pipeline.sadd(index, ...new Set(marks.map(nameOf)));
      const replies = (await pipeline.exec()) ?? [];
      for (const [error] of replies) if (error) throw error;
      return marks.filter((_, at) => replies[at]?.[1] === 1);
    },
    async remembers() {
      return (await redis.get(remembering)) === (await runOf(redis));
    },
    // A bit has no room for an answer.
    answered: async () => {},
    async *recall() {
      for (const name of await redis.smembers(index)) {
        const [planKey = '', attempt] = name.split(' ');
        const bits = await redis.getBuffer(keyOf(name));
        if (bits) yield { planKey, attempt: Number(attempt), bits, answers: [] };
      }
    },
    async learn(bitmaps) {
      const run = await runOf(redis);
      for await (const bitmap of bitmaps) {
        const key = keyOf(nameOf(bitmap));
        await redis.set(draft, bitmap.bits);
        await redis.bitop('OR', key, key, draft);
        await redis.sadd(index, nameOf(bitmap));
      }
      await redis.del(draft);
      await redis.set(remembering, run);
    },
  };
}

/**
 * Which run of Redis this is. One that restarted, or a replica that took over, may lack the last
 * marks. A cluster has no run of its own; there only emptying is noticed.
 */
async function runOf(redis: RedisClient): Promise<string> {
  if (redis.isCluster) return 'cluster';
  const info = await redis.info('server');
  return /^run_id:(\w+)/m.exec(info)?.[1] ?? 'unknown';
}
