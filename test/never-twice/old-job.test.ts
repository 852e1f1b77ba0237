/**
 * A ledger that was put back, or is new, gives plan ids again. Redis may still have jobs for the
 * orders of such a plan, and delivers them as soon as the plan runs.
 */

import { expect, test } from 'vitest';
import {
  changeAccount,
  ensureAccount,
  findAccount,
  findPlan,
  type Ledger,
  steerPlan,
} from '../../src/ledger/index.ts';
import { lookForLost } from '../../src/maintenance/look-for-lost.ts';
import { jobId, type OrderQueue, openQueue } from '../../src/queue/index.ts';
import { BY } from '../support/by.ts';
import { atEnd } from '../support/clean-up.ts';
import { newPlan, newSha256 } from '../support/plans.ts';
import { reconcilingBy } from '../support/reconciling.ts';
import { newNumbers, readList } from '../support/sending.ts';
import { describeInModes, openLedger, POSTGRES_AND_REDIS } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openShop, type Shop, sandboxOf, workerOf } from '../support/workplace.ts';
import { moveOn, vouchNow } from '../vouch/vouching.ts';

describeInModes([POSTGRES_AND_REDIS], 'a job that is older than its order', (modes) => {
  const queueOf = async (ledger: Ledger, name: string, redisUrl: string | null) => {
    const queue = await openQueue(name, { ledger, redisUrl });
    atEnd(queue.close);
    return queue;
  };

  /** A plan that is started with a job of its order in the queue already, and then a worker. */
  const startWithJob = async (shop: Shop, { queue }: OrderQueue) => {
    const { ledger, account } = shop;
    const plan = await newPlan(ledger, { account, started: false });
    const [order] = plan.orders as [number];
    const opts = { jobId: jobId(order), priority: 1 };
    await queue.addBulk([{ name: '212 × 10', data: { order }, opts }]);
    await steerPlan(ledger, plan.id, 'start', BY);
    const worker = await workerOf(shop);
    worker.start();
    return { plan, worker };
  };

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
    const queue = await queueOf(ledger, account.name, storage.redisUrl);
    const { plan } = await startWithJob(shop, queue);
    const decided = async () => {
      const now = await findPlan(ledger, plan.id);
      return now.pending === 0 && now;
    };
    const end = await until(decided, { what: 'the order is decided' });
    expect(end).toMatchObject({ bought: 0, unknown: 10 });
    expect(vendor.books().sold).toBe(0);
  });

  test('buys nothing in a new database before that is compared with the witness', async () => {
    const storage = await modes.makeStorage();
    const vendor = await sandboxOf();
    const ledger = await openLedger(storage);
    const account = await ensureAccount(ledger, { name: 'new', mode: 'live', rate: 10 });
    const queue = await queueOf(ledger, account.name, storage.redisUrl);
    const lost = { planKey: `${newSha256()}:0:10`, attempt: 1, bits: Buffer.from([0x40]) };
    const marks = queue.marks('live new');
    await marks!.learn(
      (async function* () {
        yield lost;
      })(),
    );
    const shop = { ledger, account, storage, url: vendor.url };
    const { worker } = await startWithJob(shop, queue);
    const paused = async () => (await findAccount(ledger, account.name)).pausedReason;
    expect(await until(paused, { what: 'the account pauses' })).toContain('has lost 1 plan');
    await worker.stop();
    expect(vendor.books().sold).toBe(0);
  });
});
