import { expect, test } from 'vitest';
import { findPlan, type Ledger, steerPlan } from '../src/ledger/index.ts';
import type { Sandbox } from '../src/sandbox/index.ts';
import { BY } from './support/by.ts';
import { breachesOf, sql } from './support/ledger.ts';
import {
  MIXED_PLAN,
  MIXED_RESULTS,
  MIXED_SANDBOX,
  numbersBySearch,
  refuseHouston,
  resultsOf,
  soldBySearch,
} from './support/mixed-plan.ts';
import {
  describeInModes,
  EMBEDDED,
  openLedger,
  POSTGRES,
  POSTGRES_AND_REDIS,
} from './support/storage.ts';
import { until } from './support/until.ts';
import {
  type Shop,
  sandboxOf,
  shopsIn,
  startCsv,
  untilEnded,
  workerOf,
} from './support/workplace.ts';

/** A plan with this many lines, an order of one number each. */
const csv = (area: string, orders: number) => `area_code,quantity\n${`${area},1\n`.repeat(orders)}`;

/** How many orders of a plan are in the queue. */
async function queuedOf(ledger: Ledger, planId: number): Promise<number> {
  const text = 'select queued_to as n from ledger.plans where id = $1';
  const [row] = await sql<{ n: number }>(ledger, text, [planId]);
  return row!.n;
}

/** Claims of a plan made later than 2 s after it was stopped, and before it went on. */
async function claimsAfterStop(ledger: Ledger, planId: number): Promise<unknown[]> {
  return sql(
    ledger,
    `select t.order_id, t.claimed_at, stop.kind, stop.at from ledger.attempts t
       join ledger.orders o on o.id = t.order_id
       join ledger.events stop on stop.plan_id = o.plan_id
         and stop.kind in ('plan_paused', 'plan_cancelled')
     where o.plan_id = $1 and t.claimed_at > stop.at + interval '2 s' and not exists (
       select from ledger.events e where e.plan_id = o.plan_id and e.kind = 'plan_resumed'
         and e.at between stop.at and t.claimed_at)`,
    [planId],
  );
}

/** Buys the plan that has a line of every kind, and checks the results. */
async function expectMixedResults(shop: Shop, sandbox: Sandbox): Promise<void> {
  refuseHouston(sandbox);
  const id = await startCsv(shop, MIXED_PLAN);
  expect(await untilEnded(shop.ledger, id)).toMatchObject({
    state: 'finished',
    requested: 254,
    bought: 204,
    short: 33,
    refused: 17,
    pending: 0,
  });
  // Every mode must give these rows, so all modes agree.
  expect(await resultsOf(shop.ledger, id)).toEqual(MIXED_RESULTS);
  const { requests, sold, soldTwice } = sandbox.books();
  expect(await numbersBySearch(shop.ledger, id)).toEqual(soldBySearch(requests));
  // One order each, sent once.
  expect([requests.length, sold, soldTwice]).toEqual([16, 204, 0]);
  const breaches = await breachesOf(shop.ledger);
  expect(breaches).toEqual([]);
}

describeInModes([EMBEDDED], 'a plan', ({ makeStorage }) => {
  const shops = shopsIn(makeStorage);

  test("is bought to the last number, and the ledger equals the vendor's books", async () => {
    const sandbox = await sandboxOf(MIXED_SANDBOX);
    const shop = await shops.open(sandbox);
    const worker = await workerOf(shop);
    worker.start();
    await expectMixedResults(shop, sandbox);
  });
});

describeInModes([EMBEDDED, POSTGRES_AND_REDIS], 'a plan', ({ makeStorage }) => {
  const shops = shopsIn(makeStorage);

  test('buys nothing while paused, goes on when resumed, and ends when cancelled', async () => {
    const sandbox = await sandboxOf();
    const shop = await shops.open({ url: sandbox.url, rate: 40 });
    const worker = await workerOf(shop);
    worker.start();
    const { ledger } = shop;
    const soldIn = (area: string) => soldBySearch(sandbox.books().requests)[area]?.length ?? 0;

    const id = await startCsv(shop, csv('212', 300));
    await until(() => queuedOf(ledger, id), { what: 'it is in the queue' });
    await until(() => soldIn('212') >= 5, { what: 'it is under way' });
    await steerPlan(ledger, id, 'pause', BY);
    // A claim that was under way then still counts. The sweep comes after all of them.
    await until(async () => (await queuedOf(ledger, id)) === 0, { what: 'it is out of the queue' });
    await until(async () => (await findPlan(ledger, id)).sendingOrders === 0, {
      what: 'none is in flight',
    });
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
    expect(await claimsAfterStop(ledger, id)).toEqual([]);
  });
});

describeInModes([POSTGRES, POSTGRES_AND_REDIS], 'two workers', ({ makeStorage }) => {
  const shops = shopsIn(makeStorage);

  test('buy the very same as one', async () => {
    const sandbox = await sandboxOf({ ...MIXED_SANDBOX, latencyMs: 50 });
    const shop = await shops.open(sandbox);
    const one = await workerOf(shop, { concurrency: 3 });
    const ledger = await openLedger(shop.storage);
    const other = await workerOf(shop, { concurrency: 3, ledger });
    one.start();
    other.start();
    await expectMixedResults(shop, sandbox);
    const senders = await sql(shop.ledger, 'select distinct worker from ledger.attempts');
    expect(senders).toHaveLength(2);
  });
});
