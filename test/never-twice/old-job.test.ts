/**
 * A ledger that was put back, or is new, gives plan ids again. Redis may still have jobs for the
 * orders of such a plan, and delivers them as soon as the plan runs.
 */

import { expect, test } from 'vitest';
import { changeAccount, findPlan, steerPlan } from '../../src/ledger/index.ts';
import { lookForLost } from '../../src/maintenance/look-for-lost.ts';
import { jobId, openQueue } from '../../src/queue/index.ts';
import { BY } from '../support/by.ts';
import { atEnd } from '../support/clean-up.ts';
import { newPlan } from '../support/plans.ts';
import { reconcilingBy } from '../support/reconciling.ts';
import { newNumbers, readList } from '../support/sending.ts';
import { describeInModes, POSTGRES_AND_REDIS } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openShop, sandboxOf, workerOf } from '../support/workplace.ts';
import { moveOn, vouchNow } from '../vouch/vouching.ts';

describeInModes([POSTGRES_AND_REDIS], 'a job that is older than its order', (modes) => {
  test('buys nothing that may be bought already', async () => {
    const storage = await modes.makeStorage();
    const old = newNumbers(1, '415');
    const owned = [...old, ...newNumbers(10, '212')];
    const vendor = await sandboxOf({ owned });
    const shop = await openShop(storage, { url: vendor.url, rate: 10 });
    const { ledger, account } = shop;
    await readList(ledger, account, old);
    // The plan that bought ten numbers is lost. Nothing remembers it, so a worker has looked.
    await moveOn(ledger);
    const looking = reconcilingBy(ledger, shop, () => owned, { mode: 'propose' });
    expect(await lookForLost(looking)).toBeNull();
    await vouchNow(ledger, { account });
    await changeAccount(ledger, account.name, { resume: true }, BY);
    const queue = await openQueue(account.name, { ledger, redisUrl: storage.redisUrl });
    atEnd(queue.close);
    const plan = await newPlan(ledger, { account, started: false });
    const [order] = plan.orders as [number];
    const opts = { jobId: jobId(order), priority: 1 };
    await queue.queue.addBulk([{ name: '212 × 10', data: { order }, opts }]);
    await steerPlan(ledger, plan.id, 'start', BY);
    const worker = await workerOf(shop);
    worker.start();
    const decided = async () => {
      const now = await findPlan(ledger, plan.id);
      return now.pending === 0 && now;
    };
    const end = await until(decided, { what: 'the order is decided' });
    expect(end).toMatchObject({ bought: 0, unknown: 10 });
    expect(vendor.books().sold).toBe(0);
  });
});
