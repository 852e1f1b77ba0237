import { connect, createServer } from 'node:net';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { openQueue } from '../../src/queue/index.ts';
import { RedisMarks } from '../../src/queue/marks.ts';
import { type MarkStore, openMarks, openWitness, type Sent } from '../../src/witness/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { listenHere } from '../support/listen-here.ts';
import { callWith, recalledBy } from '../support/mark-call.ts';
import { privateRedisCluster } from '../support/redis-cluster.ts';
import { describeWith, freshRedis, privateRedis } from '../support/servers.ts';
import { openQuickLedger } from '../support/storage.ts';

const mark = (overrides: Partial<Sent>): Sent => ({
  ...{ planKey: 'plan:0', order: 1, attempt: 1, nonce: 7, quantity: 25 },
  ...overrides,
});
const marksOf = (...orders: number[]): Sent[] => orders.map((order) => mark({ order }));

async function storeAt(redisUrl: string, name = 'account'): Promise<MarkStore> {
  const ledger = await openQuickLedger();
  const queue = await openQueue('main', { ledger, redisUrl });
  atEnd(() => queue.close());
  return queue.marks(name)!;
}

/** Marks with a new ticket. */
async function markIn(store: MarkStore, marks: Sent[]): Promise<Sent[]> {
  return store.mark(marks, callWith(await store.ticket()));
}

/** A store that has learnt all there is. */
async function levelStoreAt(redisUrl: string, name?: string): Promise<MarkStore> {
  const store = await storeAt(redisUrl, name);
  if ((await store.memory()) === null) await store.learn(of());
  return store;
}

async function* of<Item>(...items: Item[]): AsyncGenerator<Item> {
  yield* items;
}

const bitmapsOf = (marks: Sent[]) => {
  const memory = openMarks();
  memory.add(marks);
  return memory.bitmaps();
};

/** A proxy in front of a Redis. `loseNext` cuts the connection at the next answer. */
async function losingProxy(url: string) {
  const { hostname, port, pathname } = new URL(url);
  let isLosing = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    upstream.on('data', (answer) => {
      if (!isLosing) return void client.write(answer);
      isLosing = false;
      client.resetAndDestroy();
    });
    client.on('data', (asked) => void upstream.write(asked));
    client.on('close', () => upstream.destroy()).on('error', () => {});
    upstream.on('close', () => client.destroy()).on('error', () => {});
  });
  const { port: here } = await listenHere(server);
  return {
    url: `redis://127.0.0.1:${here}${pathname}`,
    loseNext() {
      isLosing = true;
    },
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

describeWith(['private redis'], 'marks in Redis', () => {
  test('are told from each other by every process, in one round trip', async () => {
    const { url } = await freshRedis();
    const store = await levelStoreAt(url);
    expect(await markIn(store, marksOf(1, 2, 3))).toEqual([]);
    expect(await markIn(store, marksOf(3, 4))).toEqual(marksOf(3));
    expect(await markIn(store, [mark({ order: 3, attempt: 2 })])).toEqual([]);
    expect(await markIn(store, [mark({ planKey: 'plan:1', order: 3 })])).toEqual([]);
  });

  test('of one account are not those of another', async () => {
    const { url } = await freshRedis();
    await markIn(await levelStoreAt(url, 'one'), marksOf(1));
    expect(await markIn(await levelStoreAt(url, 'other'), marksOf(1))).toEqual([]);
  });

  test('are remembered after they were learnt, and not after Redis was emptied', async () => {
    const database = await freshRedis();
    const store = await storeAt(database.url);
    expect(await store.memory()).toBeNull();
    await expect(markIn(store, marksOf(2))).rejects.toThrow('still to be learnt');
    await store.learn(of(...bitmapsOf(marksOf(7, 70_000))));
    expect(await store.memory()).not.toBeNull();
    expect(await markIn(store, marksOf(2, 3, 7, 70_000))).toEqual(marksOf(7, 70_000));
    await database.flush();
    expect(await store.memory()).toBeNull();
  });

  test('are not complete after Redis was killed: the last ones may be missing', async () => {
    const server = await privateRedis({ appendOnly: true });
    const store = await storeAt(server.url);
    await store.learn(of());
    await server.kill();
    await server.start();
    const client = new Redis(server.url);
    atEnd(() => client.disconnect());
    await client.ping();
    await expect.poll(() => store.memory().catch(String)).toBeNull();
  });

  test('of a later attempt forbid an earlier one of the same order', async () => {
    const { url } = await freshRedis();
    const store = await levelStoreAt(url);
    await markIn(store, [mark({ order: 5, attempt: 3 })]);
    expect(await markIn(store, [mark({ order: 5, attempt: 1 }), mark({ order: 6 })])).toEqual([
      mark({ order: 5, attempt: 1 }),
    ]);
  });

  test('are refused to a claim from before they were compared or learnt', async () => {
    const { url } = await freshRedis();
    const store = await levelStoreAt(url);
    const before = await store.ticket();
    await recalledBy(store);
    await expect(store.mark(marksOf(1), callWith(before))).rejects.toThrow('being compared');
    expect(await markIn(store, marksOf(1))).toEqual([]);
    const again = await store.ticket();
    await store.learn(of());
    await expect(store.mark(marksOf(2), callWith(again))).rejects.toThrow('being compared');
  });

  test('that are being learnt are not taken for older ones by a claim under way', async () => {
    const { url } = await freshRedis();
    const store = await levelStoreAt(url);
    const call = callWith(await store.ticket());
    let told: unknown;
    async function* claimedMeanwhile() {
      yield* bitmapsOf(marksOf(1));
      told = await (await storeAt(url)).mark(marksOf(1), call).catch(String);
    }
    await store.learn(claimedMeanwhile());
    expect(told).toMatch('being compared');
    expect(await store.memory()).not.toBeNull();
  });

  test('are not taken for older ones when their answer was lost on the way', async () => {
    const { url } = await freshRedis();
    await levelStoreAt(url);
    await using proxy = await losingProxy(url);
    const store = await storeAt(proxy.url);
    const call = callWith(await store.ticket());
    proxy.loseNext();
    const told = await store.mark(marksOf(1, 2), call).catch(() => 'unknown');
    expect(told).toBeOneOf(['unknown', []]);
    await expect.poll(() => store.mark(marksOf(1, 2), call).catch(String)).toEqual([]);
    // They were set.
    expect(await markIn(await storeAt(url), marksOf(1, 2))).toEqual(marksOf(1, 2));
  });

  test('of a later attempt that were learnt forbid an earlier one, and come back', async () => {
    const { url } = await freshRedis();
    const store = await storeAt(url);
    await store.learn(of(...bitmapsOf([mark({ order: 5, attempt: 3 })])));
    expect(await recalledBy(store)).toMatchObject([{ attempt: 3 }]);
    expect(await markIn(store, [mark({ order: 5 })])).toEqual([mark({ order: 5 })]);
  });

  test('stay when others are learnt beside them', async () => {
    const { url } = await freshRedis();
    const store = await levelStoreAt(url);
    await markIn(store, marksOf(1));
    await store.learn(of(...bitmapsOf(marksOf(2))));
    expect(await markIn(store, marksOf(1, 2, 3))).toEqual(marksOf(1, 2));
  });

  test('are neither learnt nor compared while Redis is emptied', async () => {
    const database = await freshRedis();
    const client = new Redis(database.url);
    atEnd(() => client.disconnect());
    const store = new RedisMarks(client, 'account');
    async function* emptiedOnTheWay() {
      yield* bitmapsOf(marksOf(1));
      await database.flush();
      yield* bitmapsOf(marksOf(2));
    }
    await expect(store.learn(emptiedOnTheWay())).rejects.toThrow('lost while they were learnt');
    expect(await store.memory()).toBeNull();

    await store.learn(of(...bitmapsOf(marksOf(1))));
    const emptied: Redis = Object.assign(Object.create(client), {
      async hgetall(key: string) {
        await database.flush();
        return client.hgetall(key);
      },
    });
    const recalled = recalledBy(new RedisMarks(emptied, 'account'));
    await expect(recalled).rejects.toThrow('lost meanwhile');
  });

  test('are whole, and no others, after two processes learnt them at once', async () => {
    const { url } = await freshRedis();
    const plans = Array.from({ length: 200 }, (_, plan) => plan);
    const learntBy = async (order: number) => {
      const store = await storeAt(url);
      const marks = plans.map((plan) => mark({ planKey: `${order}:${plan}`, order }));
      return store.learn(of(...bitmapsOf(marks))).then(
        () => marks,
        () => [],
      );
    };
    const learnt = (await Promise.all([learntBy(1), learntBy(2)])).flat();
    const store = await storeAt(url);
    expect(await markIn(store, learnt)).toHaveLength(plans.length);
    const others = learnt.map((each) => ({ ...each, order: 3 - each.order }));
    expect(await markIn(store, others)).toEqual([]);
  });

  test('have the same memory for all ledgers, until some may have been lost', async () => {
    const database = await freshRedis();
    const [one, other] = [await storeAt(database.url), await storeAt(database.url)];
    const first = await one.learn(of());
    expect(await other.learn(of())).toBe(first);
    expect(await one.memory()).toBe(first);
    await database.flush();
    const second = await other.learn(of());
    expect(second).not.toBe(first);
    expect(await one.memory()).toBe(second);
  });

  test('are not learnt any more from a process that another has overtaken', async () => {
    const { url } = await freshRedis();
    const [first, second] = [await storeAt(url), await storeAt(url)];
    async function* overtakenOnTheWay() {
      yield* bitmapsOf(marksOf(1));
      await second.learn(of(...bitmapsOf(marksOf(1))));
      // Claimed and marked since.
      yield* bitmapsOf(marksOf(2));
    }
    await expect(first.learn(overtakenOnTheWay())).rejects.toThrow('another process');
    expect(await second.memory()).not.toBeNull();
    expect(await markIn(second, marksOf(1, 2))).toEqual(marksOf(1));
  });

  test('come back as the bitmaps that they are', async () => {
    const { url } = await freshRedis();
    const store = await levelStoreAt(url);
    await markIn(store, marksOf(1, 9));
    const [bitmap] = await recalledBy(store);
    expect(bitmap).toMatchObject({ planKey: 'plan:0', attempt: 1 });
    expect(bitmap!.bits.toString('hex')).toBe('4040');
  });

  test('are on one node of a cluster', async () => {
    const { url } = await privateRedisCluster();
    const store = await levelStoreAt(url);
    await store.learn(of(...bitmapsOf(marksOf(1, 5))));
    expect(await markIn(store, marksOf(5, 6))).toEqual(marksOf(5));
    expect(await recalledBy(store)).toHaveLength(1);
    expect(await store.memory()).not.toBeNull();
  });
});

describe('a witness', () => {
  test('without a store remembers what this process has marked', async () => {
    const witness = openWitness(null);
    expect(await witness.mark(marksOf(1, 2), callWith(''))).toEqual([]);
    expect(await witness.mark(marksOf(2, 3), callWith(''))).toEqual(marksOf(2));
  });

  test('knows the marks of its store and its own', async () => {
    const store = {
      mark: async (marks: Sent[]) => marks.filter(({ order }) => order === 2),
    } as unknown as MarkStore;
    const witness = openWitness(store);
    await witness.mark(marksOf(1), callWith(''));
    expect(await witness.mark(marksOf(1, 2, 3), callWith(''))).toEqual(marksOf(1, 2));
  });

  test('marks nothing that its store cannot mark', async () => {
    const store = { mark: () => Promise.reject(new Error('away')) } as unknown as MarkStore;
    await expect(openWitness(store).mark(marksOf(1), callWith(''))).rejects.toThrow('away');
  });
});
