import { expect, test } from 'vitest';
import { findPlan } from '../../src/ledger/index.ts';
import { openGate } from '../support/gate.ts';
import { numbersBySearch, soldBySearch } from '../support/mixed-plan.ts';
import { describeInModes, EVERY_MODE, POSTGRES_AND_REDIS } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { sandboxOf, shopsIn, startCsv, untilEnded, workerOf } from '../support/workplace.ts';

const csv = (orders: number) => `area_code,quantity\n${'212,2\n'.repeat(orders)}`;

describeInModes(EVERY_MODE, 'a worker that is stopped', ({ makeStorage }) => {
  const shops = shopsIn(makeStorage);

  test('finishes what is in flight, claims nothing more, and another one goes on', async () => {
    const sandbox = await sandboxOf();
    const gate = await openGate(sandbox.url);
    const shop = await shops.open({ url: gate.url, rate: 100 });
    const { ledger } = shop;
    const worker = await workerOf(shop, { concurrency: 5 });
    worker.start();
    gate.hold();
    const planId = await startCsv(shop, csv(20));
    await until(() => gate.held === 5, { what: 'five are in flight' });
    const stopped = worker.stop();
    gate.letGo();
    expect(await stopped).toBe(true);

    const { requests } = sandbox.books();
    expect(requests).toHaveLength(5);
    expect((await findPlan(ledger, planId)).sendingOrders).toBe(0);
    const plan = await findPlan(ledger, planId);
    expect(plan).toMatchObject({ state: 'running', bought: 10, unknown: 0, pending: 30 });
    expect(await numbersBySearch(ledger, planId)).toEqual(soldBySearch(requests));

    const other = await workerOf(shop);
    other.start();
    expect(await untilEnded(ledger, planId)).toMatchObject({ bought: 40 });
    expect(sandbox.books()).toMatchObject({ lastId: 20, sold: 40 });
  });
});

describeInModes([POSTGRES_AND_REDIS], 'a worker that is stopped', ({ makeStorage }) => {
  const shops = shopsIn(makeStorage);

  test('before it was ever started leaves nothing behind', async () => {
    const sandbox = await sandboxOf();
    const worker = await workerOf(await shops.open(sandbox));
    await worker.stop();
    await worker.stop();
    expect(sandbox.books().lastId).toBe(0);
  });
});
