import { expect, test } from 'vitest';
import { changeAccount, findAccount, findPlan, unknownOrders } from '../src/ledger/index.ts';
import type { FaultMix } from '../src/sandbox/index.ts';
import { readLedger } from './support/books/facts.ts';
import { judge } from './support/books/judge.ts';
import { describeInModes, EVERY_MODE } from './support/storage.ts';
import { until } from './support/until.ts';
import { type Shop, sandboxOf, shopsIn, startCsv, workerOf } from './support/workplace.ts';

/** A vendor with every fault, for two orders of five. */
const FAULT_MIX: FaultMix = {
  chance: 0.4,
  faults: {
    refuse: 2,
    no_stock: 2,
    bad_keys: 1,
    throttle: 1,
    busy_503: 1,
    error_before: 1,
    error_after: 2,
    cut_before: 1,
    cut_after: 2,
    half_body: 1,
    early_end: 1,
    html: 1,
    empty: 1,
    hang: 1,
    hang_after: 1,
    slow: 1,
    wrong_quantity: 1,
    sold_twice: 3,
  },
};

const ORDERS = 60;
/** Every order searches its own exchange, so the books show the order of a request. */
const searches = Array.from({ length: ORDERS }, (_, n) => `212${230 + n}`);
const ROWS = searches.map((search, n) => `${search},${(n % 25) + 1}\n`);
const CSV = `area_code,quantity\n${ROWS.join('')}`;

/** A person who resumes the account each time it pauses itself. */
async function untilEndedWithPatience({ ledger, account }: Shop, planId: number) {
  await until(
    async () => {
      const { pausedReason } = await findAccount(ledger, account.name);
      if (pausedReason) await changeAccount(ledger, account.name, { resume: true }, { who: 'Ada' });
      return (await findPlan(ledger, planId)).endedAt;
    },
    { what: 'the plan has ended', everyMs: 50 },
  );
  return findPlan(ledger, planId);
}

describeInModes(EVERY_MODE, 'under a vendor that misbehaves', ({ makeStorage }) => {
  const shops = shopsIn(makeStorage);

  test('no order is bought twice, and what is not unknown is known to the number', async () => {
    const sandbox = await sandboxOf({ seed: 11, faultMix: FAULT_MIX });
    const shop = await shops.open(sandbox);
    const { ledger } = shop;
    const worker = await workerOf(shop, { requestTimeoutMs: 700, concurrency: 10 });
    worker.start();
    const planId = await startCsv(shop, CSV);
    const plan = await untilEndedWithPatience(shop, planId);
    await worker.stop();

    const { requests } = sandbox.books();
    const reading = await readLedger(ledger);
    expect(reading.orders).toHaveLength(ORDERS);
    const facts = { ...reading, requests, isWhole: true, isTimed: false, isByAnswers: true };
    expect(judge(facts)).toEqual([]);

    const { bought, short, refused, undelivered, unknown, cancelled, pending } = plan;
    expect({ cancelled, pending, undelivered }).toEqual({
      cancelled: 0,
      pending: 0,
      undelivered: 0,
    });
    // There were many faults, and still some orders bought.
    for (const some of [short, refused, unknown]) expect(some).toBeGreaterThan(0);
    expect(bought).toBeGreaterThan(0);
    expect(await unknownOrders(ledger, { planId })).toHaveLength(plan.unknownOrders);
  });
});
