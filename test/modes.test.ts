import { expect, test } from 'vitest';
import {
  auditLedger,
  findPlan,
  type Ledger,
  sendingOrders,
  steerPlan,
} from '../src/ledger/index.ts';
import { sql } from './support/ledger.ts';
import {
  MIXED_PLAN,
  MIXED_RESULTS,
  MIXED_SANDBOX,
  numbersBySearch,
  refuseHouston,
  resultsOf,
  soldBySearch,
} from './support/mixed-plan.ts';
import { until } from './support/until.ts';
import {
  describeInModes,
  EVERY_MODE,
  openShop,
  sandboxOf,
  startCsv,
  untilEnded,
  workerOf,
} from './support/workplace.ts';

const BY = { who: 'Ada' };

/** An order of one number each, in so many lines. */
const csv = (area: string, orders: number) => `area_code,quantity\n${`${area},1\n`.repeat(orders)}`;

async function isOutOfQueue(ledger: Ledger, planId: number): Promise<boolean> {
  const text = 'select queued_to as n from ledger.plans where id = $1';
  const [row] = await sql<{ n: number }>(ledger, text, [planId]);
  return row?.n === 0;
}

describeInModes(EVERY_MODE, 'a plan', ({ makeStorage }) => {
  test('is bought to the last number, and the ledger says what the vendor’s books say', async () => {
    const sandbox = await sandboxOf(MIXED_SANDBOX);
    refuseHouston(sandbox);
    const shop = await openShop(await makeStorage(), sandbox);
    const worker = await workerOf(shop);
    worker.start();
    const id = await startCsv(shop, MIXED_PLAN);
    expect(await untilEnded(shop.ledger, id)).toMatchObject({
      state: 'finished',
      requested: 254,
      bought: 204,
      short: 33,
      refused: 17,
      pending: 0,
    });
    expect(await resultsOf(shop.ledger, id)).toEqual(MIXED_RESULTS);
    const { requests, sold, soldTwice } = sandbox.books();
    expect(await numbersBySearch(shop.ledger, id)).toEqual(soldBySearch(requests));
    // An order each, sent once.
    expect([requests.length, sold, soldTwice]).toEqual([16, 204, 0]);
    const breaches = (await auditLedger(shop.ledger)).flatMap((law) => law.breaches);
    expect(breaches).toEqual([]);
  });

  test('that is paused buys nothing while others do, goes on when resumed, and ends when cancelled', async () => {
    const sandbox = await sandboxOf();
    const shop = await openShop(await makeStorage(), { url: sandbox.url, rate: 40 });
    const worker = await workerOf(shop);
    worker.start();
    const { ledger } = shop;
    const soldIn = (area: string) => soldBySearch(sandbox.books().requests)[area]?.length ?? 0;

    const id = await startCsv(shop, csv('212', 300));
    await until(() => soldIn('212') >= 5, { what: 'it is under way' });
    await steerPlan(ledger, id, 'pause', BY);
    // A claim that was under way at that moment is made good; the sweep comes after all of them.
    await until(() => isOutOfQueue(ledger, id), { what: 'its jobs are out of the queue' });
    await until(async () => (await sendingOrders(ledger, id)) === 0, { what: 'none is in flight' });
    const then = soldIn('212');
    await untilEnded(ledger, await startCsv(shop, csv('415', 20)));
    expect(soldIn('212')).toBe(then);
    expect(await findPlan(ledger, id)).toMatchObject({ state: 'paused', bought: then });

    await steerPlan(ledger, id, 'resume', BY);
    await until(() => soldIn('212') >= then + 5, { what: 'it goes on' });
    await steerPlan(ledger, id, 'cancel', BY);
    const plan = await untilEnded(ledger, id);
    expect(plan).toMatchObject({ state: 'cancelled', bought: soldIn('212'), pending: 0 });
    expect(plan.bought + plan.cancelled).toBe(300);
    expect(plan.cancelled).toBeGreaterThan(0);
  });
});
