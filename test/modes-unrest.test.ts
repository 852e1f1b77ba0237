import { expect, test } from 'vitest';
import { changeAccount, findAccount, findPlan, unknownOrders } from '../src/ledger/index.ts';
import type { BookedRequest, FaultMix } from '../src/sandbox/index.ts';
import { breachesOf, sql } from './support/ledger.ts';
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

type Placed = {
  search: string;
  state: string;
  quantity: number;
  numbers: string[];
  disputed: string[];
};

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
    const orders = await sql<Placed>(
      ledger,
      `select l.area_code as search, o.state, o.quantity,
         array(select number::text from ledger.numbers
         where order_id = o.id order by number) as numbers,
         array(select number::text from ledger.disputes where order_id = o.id) as disputed
       from ledger.orders o join ledger.lines l using (plan_id, line) where plan_id = $1`,
      [planId],
    );
    expect(orders).toHaveLength(ORDERS);
    for (const order of orders) expectTruth(order, requests);

    const { requested, bought, short, refused, undelivered, unknown, cancelled, pending } = plan;
    expect(bought + short + refused + undelivered + unknown + cancelled + pending).toBe(requested);
    expect({ cancelled, pending, undelivered }).toEqual({
      cancelled: 0,
      pending: 0,
      undelivered: 0,
    });
    // There were many faults, and still some orders bought.
    for (const some of [short, refused, unknown]) expect(some).toBeGreaterThan(0);
    expect(bought).toBeGreaterThan(0);
    expect(await unknownOrders(ledger, { planId })).toHaveLength(plan.unknownOrders);
    expect(await breachesOf(ledger)).toEqual([]);
  });
});

/** Compares the ledger with everything that the vendor did for an order. */
function expectTruth(order: Placed, requests: BookedRequest[]): void {
  const own = requests.filter(({ search }) => search === order.search);
  const sales = own.filter(({ sold }) => sold.length > 0);
  const sold = sales.flatMap((request) => request.sold).toSorted();
  const story = JSON.stringify({ ...order, faults: own.map(({ fault }) => fault) });
  expect(sales.length, story).toBeLessThanOrEqual(1);
  // An order is sent again only after an answer that proves that nothing was bought.
  const innocent = ['throttle', 'bad_keys'];
  expect(
    own.slice(0, -1).every(({ fault }) => innocent.includes(fault)),
    story,
  ).toBe(true);
  switch (order.state) {
    case 'filled':
    case 'short':
      expect(order.numbers, story).toEqual(sold);
      expect(order.numbers.length === order.quantity, story).toBe(order.state === 'filled');
      expect(order.disputed, story).toEqual([]);
      break;
    case 'refused':
      expect([...order.numbers, ...sold], story).toEqual([]);
      break;
    case 'unknown':
      for (const number of [...order.numbers, ...order.disputed])
        expect(sold, story).toContain(number);
      break;
    default:
      expect.unreachable(story);
  }
}
