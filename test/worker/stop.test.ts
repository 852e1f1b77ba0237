import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { auditLedger, findPlan, sendingOrders } from '../../src/ledger/index.ts';
import { numbersBySearch, soldBySearch } from '../support/mixed-plan.ts';
import { until } from '../support/until.ts';
import {
  describeInModes,
  EVERY_MODE,
  openShop,
  POSTGRES_AND_REDIS,
  sandboxOf,
  startCsv,
  untilEnded,
  workerOf,
} from '../support/workplace.ts';

const csv = (orders: number) => `area_code,quantity\n${'212,2\n'.repeat(orders)}`;

describeInModes(EVERY_MODE, 'a worker that is told to stop', ({ makeStorage }) => {
  test('finishes what is in flight, claims nothing more, and another one goes on', async () => {
    const sandbox = await sandboxOf({ latencyMs: 500 });
    const shop = await openShop(await makeStorage(), { url: sandbox.url, rate: 50 });
    const { ledger } = shop;
    const worker = await workerOf(shop, { concurrency: 5 });
    worker.start();
    const planId = await startCsv(shop, csv(20));
    await until(() => sandbox.books().lastId >= 5, { what: 'five are in flight' });
    await worker.stop();

    // What was in flight when it was told: no more than it may have in hand.
    const { requests } = sandbox.books();
    expect(requests.length).toBeLessThanOrEqual(10);
    expect(requests.every(({ answered }) => answered)).toBe(true);
    expect(await sendingOrders(ledger, planId)).toBe(0);
    const plan = await findPlan(ledger, planId);
    expect(plan).toMatchObject({ state: 'running', bought: requests.length * 2, unknown: 0 });
    expect(await numbersBySearch(ledger, planId)).toEqual(soldBySearch(requests));

    const other = await workerOf(shop);
    other.start();
    expect(await untilEnded(ledger, planId)).toMatchObject({ bought: 40 });
    expect(sandbox.books()).toMatchObject({ lastId: 20, sold: 40 });
  });

  test('before it was ever started leaves nothing behind', async () => {
    const sandbox = await sandboxOf();
    const shop = await openShop(await makeStorage(), sandbox);
    const worker = await workerOf(shop);
    await worker.stop();
    await worker.stop();
    expect(sandbox.books().lastId).toBe(0);
  });
});

describeInModes([POSTGRES_AND_REDIS], 'a Redis', ({ makeStorage }) => {
  test('that loses everything while orders are placed loses none and buys none twice', async () => {
    const sandbox = await sandboxOf({ latencyMs: 100 });
    const storage = await makeStorage();
    const shop = await openShop(storage, { url: sandbox.url, rate: 40 });
    const worker = await workerOf(shop);
    worker.start();
    const planId = await startCsv(shop, csv(80));
    const redis = new Redis(storage.redisUrl!);
    for (const sent of [10, 30, 50]) {
      await until(() => sandbox.books().lastId >= sent, { what: `${sent} have been sent` });
      await redis.flushdb();
    }
    redis.disconnect();
    expect(await untilEnded(shop.ledger, planId)).toMatchObject({ bought: 160, unknown: 0 });
    const { requests, sold, soldTwice } = sandbox.books();
    expect([requests.length, sold, soldTwice]).toEqual([80, 160, 0]);
    expect((await auditLedger(shop.ledger)).flatMap((law) => law.breaches)).toEqual([]);
  });
});
