import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { openQueue } from '../../src/queue/index.ts';
import { type MarkStore, openMarks, openWitness, type Sent } from '../../src/witness/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { privateRedisCluster } from '../support/redis-cluster.ts';
import { describeWith, freshRedis, privateRedis } from '../support/servers.ts';
import { EMBEDDED, openLedger } from '../support/workplace.ts';

const mark = (overrides: Partial<Sent>): Sent => ({
  ...{ planKey: 'plan:0', order: 1, attempt: 1, nonce: 7, quantity: 25 },
  ...overrides,
});
const marksOf = (...orders: number[]): Sent[] => orders.map((order) => mark({ order }));

async function storeAt(redisUrl: string, name = 'account'): Promise<MarkStore> {
  const ledger = await openLedger(await EMBEDDED.makeStorage());
  const queue = await openQueue('main', { ledger, redisUrl });
  atEnd(() => queue.close());
  return queue.marks(name)!;
}

async function* of<Item>(...items: Item[]): AsyncGenerator<Item> {
  yield* items;
}

const bitmapsOf = (marks: Sent[]) => {
  const memory = openMarks();
  memory.add(marks);
  return memory.bitmaps();
};

describeWith(['private redis'], 'marks in Redis', () => {
  test('are told from each other by every process, in one round trip', async () => {
    const { url } = await freshRedis();
    const store = await storeAt(url);
    expect(await store.mark(marksOf(1, 2, 3))).toEqual([]);
    expect(await store.mark(marksOf(3, 4))).toEqual(marksOf(3));
    expect(await store.mark([mark({ order: 3, attempt: 2 })])).toEqual([]);
    expect(await store.mark([mark({ planKey: 'plan:1', order: 3 })])).toEqual([]);
  });

  test('of one name are none of another', async () => {
    const { url } = await freshRedis();
    await (await storeAt(url, 'one')).mark(marksOf(1));
    expect(await (await storeAt(url, 'other')).mark(marksOf(1))).toEqual([]);
  });

  test('are remembered once they have been learnt, and not when Redis was emptied', async () => {
    const database = await freshRedis();
    const store = await storeAt(database.url);
    expect(await store.remembers()).toBe(false);
    await store.mark(marksOf(2));
    await store.learn(of(...bitmapsOf(marksOf(7, 70_000))));
    expect(await store.remembers()).toBe(true);
    expect(await store.mark(marksOf(2, 3, 7, 70_000))).toEqual(marksOf(2, 7, 70_000));
    await database.flush();
    expect(await store.remembers()).toBe(false);
  });

  test('are not taken for whole when Redis was killed: the last ones may be missing', async () => {
    const server = await privateRedis({ appendOnly: true });
    const store = await storeAt(server.url);
    await store.learn(of());
    await server.kill();
    await server.start();
    const client = new Redis(server.url);
    atEnd(() => client.disconnect());
    await client.ping();
    await expect.poll(() => store.remembers().catch(String), { timeout: 10_000 }).toBe(false);
  });

  test('come back as the bitmaps that they are', async () => {
    const { url } = await freshRedis();
    const store = await storeAt(url);
    await store.mark(marksOf(1, 9));
    const [bitmap] = await Array.fromAsync(store.recall());
    expect(bitmap).toMatchObject({ planKey: 'plan:0', attempt: 1 });
    expect(bitmap!.bits.toString('hex')).toBe('4040');
  });

  test('lie on one node of a cluster', async () => {
    const { url } = await privateRedisCluster();
    const store = await storeAt(url);
    await store.learn(of(...bitmapsOf(marksOf(1, 5))));
    expect(await store.mark(marksOf(5, 6))).toEqual(marksOf(5));
    expect(await Array.fromAsync(store.recall())).toHaveLength(1);
    expect(await store.remembers()).toBe(true);
  });
});

describe('a witness', () => {
  test('without a store remembers what this process has marked', async () => {
    const witness = openWitness(null);
    expect(await witness.mark(marksOf(1, 2))).toEqual([]);
    expect(await witness.mark(marksOf(2, 3))).toEqual(marksOf(2));
  });

  test('marks nothing as sent that its store could not be told', async () => {
    const store = { mark: () => Promise.reject(new Error('away')) } as unknown as MarkStore;
    await expect(openWitness(store).mark(marksOf(1))).rejects.toThrow('away');
  });
});
