import { expect, test } from 'vitest';
import { changeAccount } from '../../src/ledger/index.ts';
import { isLong } from '../support/drill-length.ts';
import { breachesOf } from '../support/ledger.ts';
import { privateRedisCluster } from '../support/redis-cluster.ts';
import { watchedRedis } from '../support/redis-sentinel.ts';
import { describeWith, freshDatabase } from '../support/servers.ts';
import { openLedger } from '../support/storage.ts';
import { until } from '../support/until.ts';
import {
  mostAtOnce,
  openShop,
  sandboxOf,
  startCsv,
  untilEnded,
  workerOf,
} from '../support/workplace.ts';

const RATE = 30;
const ORDERS = 400;
const CSV = `area_code,quantity\n${'212,1\n'.repeat(ORDERS)}`;

/** Two workers, as far apart as two processes, in the middle of a plan. */
async function underWay(redisUrl: string) {
  const sandbox = await sandboxOf({ latencyMs: 20 });
  const databaseUrl = (await freshDatabase()).url;
  const storage = { dataDir: '', databaseUrl, redisUrl };
  const shop = await openShop(storage, { url: sandbox.url, rate: RATE });
  const one = await workerOf(shop);
  const other = await workerOf(shop, { ledger: await openLedger(storage) });
  one.start();
  other.start();
  const planId = await startCsv(shop, CSV);
  const sold = () => sandbox.books().sold;
  await until(() => sold() >= 20, { what: 'it is under way' });
  return {
    sold,
    async endsWell() {
      const before = sold();
      await until(() => sold() >= before + RATE, { what: 'it goes on' });
      const paced = sandbox.books().requests.map(({ at }) => at);
      expect(mostAtOnce(paced)).toBeLessThanOrEqual(RATE * 1.5);
      // The rest need not take its time.
      await changeAccount(shop.ledger, shop.account.name, { rate: 500 }, { who: 'Ada' });
      const plan = await untilEnded(shop.ledger, planId);
      expect(plan).toMatchObject({ state: 'finished', bought: ORDERS, unknown: 0 });
      const { requests, soldTwice } = sandbox.books();
      expect([requests.length, soldTwice]).toEqual([ORDERS, 0]);
      expect(await breachesOf(shop.ledger)).toEqual([]);
    },
  };
}

describeWith(['postgres', 'private redis'], 'two workers in the middle of a plan', () => {
  const ends = [
    ['is killed', 'SIGKILL'],
    // It closes no connection, as a machine that has vanished does not; that takes 15 s to notice.
    ['freezes', 'SIGSTOP'],
  ] as const;
  test.each(isLong ? ends : ends.slice(0, 1))(
    'go on with the replica when the primary %s',
    async (_, signal) => {
      const redis = await watchedRedis();
      const plan = await underWay(redis.url);
      process.kill(redis.primary.pid!, signal);
      await redis.failedOver();
      expect(plan.sold()).toBeLessThan(ORDERS);
      await plan.endsWell();
    },
  );

  test('go on in a cluster whose node with the queue is killed and comes back', async () => {
    const redis = await privateRedisCluster();
    const plan = await underWay(redis.url);
    const node = await redis.nodeOf('orders-sandbox');
    await node.kill();
    expect(plan.sold()).toBeLessThan(ORDERS);
    await node.start();
    await plan.endsWell();
  });
});
