import { expect, test } from 'vitest';
import { auditLedger, changeAccount, findPlan } from '../../src/ledger/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { sql } from '../support/ledger.ts';
import { until } from '../support/until.ts';
import {
  describeInModes,
  mostInASecond,
  openLedger,
  openShop,
  POSTGRES,
  POSTGRES_AND_REDIS,
  type Storage,
  sandboxOf,
  startCsv,
  untilEnded,
  workerOf,
} from '../support/workplace.ts';

/** Orders of one number each. */
const csv = (orders: number) => `area_code,quantity\n${'212,1\n'.repeat(orders)}`;

const arrivals = (sandbox: Sandbox) => sandbox.books().requests.map(({ at }) => at);

/** A shop with two workers that are as far apart as two processes. */
async function twoWorkers(storage: Storage, sandbox: Sandbox, rate: number) {
  const shop = await openShop(storage, { url: sandbox.url, rate });
  const workers = [
    await workerOf(shop),
    await workerOf(shop, { ledger: await openLedger(storage) }),
  ];
  for (const worker of workers) worker.start();
  return shop;
}

describeInModes([POSTGRES, POSTGRES_AND_REDIS], 'two workers', ({ makeStorage }) => {
  test('together never start more orders in any second than the pace allows, and one', async () => {
    const sandbox = await sandboxOf({ latencyMs: 20 });
    const shop = await twoWorkers(await makeStorage(), sandbox, 20);
    const plan = await untilEnded(shop.ledger, await startCsv(shop, csv(70)));
    expect(plan).toMatchObject({ bought: 70 });
    expect(arrivals(sandbox)).toHaveLength(70);
    expect(mostInASecond(arrivals(sandbox))).toBeLessThanOrEqual(21);
  });
});

describeInModes([POSTGRES_AND_REDIS], 'the pace of an account', ({ makeStorage }) => {
  test('can be changed while two workers run', async () => {
    const sandbox = await sandboxOf();
    const { ledger, account, ...shop } = await twoWorkers(await makeStorage(), sandbox, 5);
    const planId = await startCsv({ ledger, account, ...shop }, csv(120));
    await until(() => arrivals(sandbox).length >= 12, { what: 'twelve have been sent' });
    const slow = arrivals(sandbox);
    expect(mostInASecond(slow)).toBeLessThanOrEqual(6);

    await changeAccount(ledger, account.name, { rate: 50 }, { who: 'Ada' });
    const changedAt = Date.now();
    // At the old pace the others would take 21 s.
    expect(await untilEnded(ledger, planId)).toMatchObject({ bought: 120, rate: 50 });
    const fast = arrivals(sandbox).slice(slow.length);
    expect(mostInASecond(fast.filter((at) => at >= changedAt + 3_000))).toBeGreaterThan(6);
    expect(mostInASecond(fast)).toBeLessThanOrEqual(51);
  });

  test('that the vendor finds too fast costs pauses, and nothing else', async () => {
    const sandbox = await sandboxOf({ pace: 5 });
    const storage = await makeStorage();
    const shop = await twoWorkers(storage, sandbox, 20);
    const planId = await startCsv(shop, csv(25));
    expect(await untilEnded(shop.ledger, planId)).toMatchObject({ bought: 25, unknown: 0 });
    const { requests, sold, soldTwice } = sandbox.books();
    expect([sold, soldTwice]).toEqual([25, 0]);
    const refused = requests.filter(({ temper }) => temper === 'throttle');
    expect(refused.length).toBeGreaterThan(0);
    // What was in flight when the first was refused is refused, too; nobody goes on knocking.
    for (const { at, id } of refused) {
      const during = requests.filter((r) => r.id > id && r.at > at + 300 && r.at < at + 900);
      expect(during).toEqual([]);
    }
    const [orders] = await sql<{ tries: number; attempts: number }>(
      shop.ledger,
      `select max(tries) as tries, sum(attempts)::int as attempts
       from ledger.orders where plan_id = $1`,
      [planId],
    );
    expect(orders).toEqual({ tries: 0, attempts: 25 + refused.length });
    expect(await findPlan(shop.ledger, planId)).toMatchObject({ state: 'finished' });
    expect((await auditLedger(shop.ledger)).flatMap((law) => law.breaches)).toEqual([]);
  });
});
