import { expect, test } from 'vitest';
import { changeAccount } from '../../src/ledger/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { breachesOf, sql } from '../support/ledger.ts';
import {
  describeInModes,
  firstOf,
  openLedger,
  POSTGRES,
  POSTGRES_AND_REDIS,
} from '../support/storage.ts';
import { until } from '../support/until.ts';
import {
  mostAtOnce,
  type Shop,
  sandboxOf,
  shopsIn,
  startCsv,
  untilEnded,
  workerOf,
} from '../support/workplace.ts';

/** Orders of one number each. */
const csv = (orders: number) => `area_code,quantity\n${'212,1\n'.repeat(orders)}`;

/**
 * Arrivals within a second, at most: those that were sent in time may arrive late and thus together
 * when the machine is busy. The queue's limit alone would let twice the pace through; how exactly
 * it is kept is measured (bench/) and proven with a clock of our own (test/pace/).
 */
const bunched = (rate: number) => rate * 1.5;

const arrivals = (sandbox: Sandbox) => sandbox.books().requests.map(({ at }) => at);

/** Starts two workers that are as far apart as two processes. */
async function startTwo(shop: Shop): Promise<void> {
  const one = await workerOf(shop);
  const other = await workerOf(shop, { ledger: await openLedger(shop.storage) });
  one.start();
  other.start();
}

const MODES = firstOf(POSTGRES_AND_REDIS, POSTGRES);

describeInModes(MODES, 'the pace of an account', ({ makeStorage }) => {
  const shops = shopsIn(makeStorage);

  test('is that of two workers together, and can be changed while they run', async () => {
    const sandbox = await sandboxOf();
    const shop = await shops.open({ url: sandbox.url, rate: 5 });
    await startTwo(shop);
    const planId = await startCsv(shop, csv(130));
    await until(() => arrivals(sandbox).length >= 10, { what: 'ten have been sent' });
    const slow = arrivals(sandbox);
    expect(mostAtOnce(slow)).toBeLessThanOrEqual(bunched(5));

    await changeAccount(shop.ledger, shop.account.name, { rate: 50 }, { who: 'Ada' });
    // At the old pace the others would take 24 s.
    const plan = await untilEnded(shop.ledger, planId);
    expect(plan).toMatchObject({ bought: 130, rate: 50 });
    expect(arrivals(sandbox)).toHaveLength(130);
    const fast = arrivals(sandbox).slice(slow.length);
    expect(mostAtOnce(fast)).toBeGreaterThan(6);
    expect(mostAtOnce(fast)).toBeLessThanOrEqual(bunched(50));
  });

  test('that the vendor finds too fast costs pauses, and nothing else', async () => {
    const sandbox = await sandboxOf({ pace: 5 });
    const shop = await shops.open({ url: sandbox.url, rate: 20 });
    await startTwo(shop);
    const planId = await startCsv(shop, csv(16));
    expect(await untilEnded(shop.ledger, planId)).toMatchObject({ bought: 16, unknown: 0 });
    const { requests, sold, soldTwice } = sandbox.books();
    expect([sold, soldTwice]).toEqual([16, 0]);
    const refused = requests.filter(({ fault }) => fault === 'throttle');
    expect(refused.length).toBeGreaterThan(0);
    // No worker sends more, except what was under way at the first refusal. By the ledger's clock.
    const knocking = await sql(
      shop.ledger,
      `select t.order_id, t.claimed_at - r.answered_at as after
       from ledger.attempts r join ledger.attempts t on t.claimed_at
         between r.answered_at + interval '0.5 s' and r.answered_at + interval '0.99 s'
       where r.outcome = 'throttled'
            and r.order_id in (select id from ledger.orders where plan_id = $1)
         and t.order_id in (select id from ledger.orders where plan_id = $1)`,
      [planId],
    );
    expect(knocking).toEqual([]);
    // A claim that a busy machine lost on the way is given back: nothing of it was sent.
    const [sent] = await sql(
      shop.ledger,
      `select count(*)::int as attempts
          from ledger.attempts t join ledger.orders o on o.id = t.order_id
       where o.plan_id = $1 and t.outcome <> 'not_sent'`,
      [planId],
    );
    expect(sent).toEqual({ attempts: requests.length });
    expect(await breachesOf(shop.ledger)).toEqual([]);
  });
});
