import { expect, test } from 'vitest';
import { findPlan } from '../../src/ledger/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { breachesOf } from '../support/ledger.ts';
import {
  describeInModes,
  firstOf,
  ledgerAt,
  POSTGRES,
  POSTGRES_AND_REDIS,
} from '../support/storage.ts';
import { until } from '../support/until.ts';
import { vanishingProxy } from '../support/vanishing-proxy.ts';
import { openShop, sandboxOf, startCsv, workerOf } from '../support/workplace.ts';

const ORDERS = 60;

describeInModes(firstOf(POSTGRES_AND_REDIS, POSTGRES), 'a worker', ({ makeStorage }) => {
  const underWay = async () => {
    const sandbox = await sandboxOf({ latencyMs: 20 });
    const storage = await makeStorage();
    const shop = await openShop(storage, { url: sandbox.url, rate: 20 });
    const proxy = await vanishingProxy(storage.databaseUrl!);
    const ledger = ledgerAt(proxy.url, { silentMs: 500 });
    atEnd(() => proxy[Symbol.asyncDispose]());
    const place = { ...shop, storage: { ...storage, databaseUrl: proxy.url } };
    const worker = await workerOf(place, { ledger, requestTimeoutMs: 2_000 });
    worker.start();
    const plan = await startCsv(shop, `area_code,quantity\n${'212,1\n'.repeat(ORDERS)}`);
    await until(() => sandbox.books().sold >= 10, { what: 'it is under way' });
    return { shop, proxy, plan, sold: () => sandbox.books().sold };
  };

  test('goes on when its database connections fall silent and new ones do not', async () => {
    const { shop, proxy, plan, sold } = await underWay();
    proxy.vanish();
    await until(async () => (await findPlan(shop.ledger, plan)).pending === 0, {
      what: 'all orders are answered',
    });
    // A claim or an answer whose record was lost is in doubt, and nothing is sent again.
    expect(sold()).toBeLessThanOrEqual(ORDERS);
    const { bought, unknown } = await findPlan(shop.ledger, plan);
    expect(bought + unknown).toBe(ORDERS);
    expect(await breachesOf(shop.ledger)).toEqual([]);
  });

  test('ends a plan though one connection of several falls silent', async () => {
    const { shop, proxy, plan } = await underWay();
    proxy.vanishAt('\0tick\0');
    await until(async () => (await findPlan(shop.ledger, plan)).endedAt !== null, {
      what: 'the plan has ended',
    });
    expect(await findPlan(shop.ledger, plan)).toMatchObject({ state: 'finished', bought: ORDERS });
  });
});
