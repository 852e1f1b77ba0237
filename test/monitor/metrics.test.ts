import { expect, test } from 'vitest';
import { changeAccount, type Ledger, recordAnswers } from '../../src/ledger/index.ts';
import { openMeters, openProbes } from '../../src/monitor/index.ts';
import { shareQueues } from '../../src/queue/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { dailyLimit, linesOf, newAccount, newPlan } from '../support/plans.ts';
import { silentLog } from '../support/recording-log.ts';
import { answerTo, claimOne } from '../support/sending.ts';
import { describeInModes, POSTGRES_AND_REDIS } from '../support/storage.ts';
import { sandboxOf, shopsIn, startCsv, untilEnded, workerOf } from '../support/workplace.ts';
import { scrape } from './scrape.ts';

test('of Node are measured once in a process, and all others begin at zero', async () => {
  const [some, more] = [openMeters(), openMeters()];
  some.signInFailed('wrong');
  const same = 'nodejs_eventloop_utilization_summary';
  expect(more.registry.getSingleMetric(same)).toBe(some.registry.getSingleMetric(same));
  const failed = 'bulk_order_sign_in_failures_total';
  const counted = async ({ registry }: typeof some) =>
    /total{why="wrong"} (\d)/.exec(await registry.getSingleMetricAsString(failed))?.[1];
  expect([await counted(some), await counted(more)]).toEqual(['1', '0']);
});

describeInModes([POSTGRES_AND_REDIS], 'metrics', ({ makeStorage }) => {
  const shops = shopsIn(makeStorage);

  async function openScraped(ledger: Ledger, redisUrl: string | null) {
    const meters = openMeters();
    const queues = shareQueues({ ledger, redisUrl });
    atEnd(queues.close);
    const place = { ledger, queueOf: queues.of, meters, log: silentLog };
    const probes = await openProbes({ ...place, host: '127.0.0.1', port: 0 });
    atEnd(probes.close);
    return { meters, look: () => scrape(probes.url) };
  }

  test('tell the limits of an account, and what counts toward them', async () => {
    const shop = await shops.open(await sandboxOf());
    const { ledger, account } = shop;
    const { look } = await openScraped(ledger, shop.storage.redisUrl);
    const limits = [dailyLimit(50), { ...dailyLimit(30), person: 'ada' }];
    await changeAccount(ledger, account.name, { limits }, { who: 'Ada' });
    await claimOne(ledger, await newPlan(ledger, { account, lines: linesOf(20) }));
    const { value } = await look();
    const of = (person: string) => ({
      ...{ account: account.name, person, period: 'day', unit: 'numbers' },
    });
    expect(value('bulk_order_limit', of(''))).toBe(50);
    expect(value('bulk_order_limit_spent', of(''))).toBe(20);
    // `newPlan` is started by Ada.
    expect(value('bulk_order_limit_spent', of('ada'))).toBe(20);
  });

  test('count attempts, orders and numbers by outcome, and how long they took', async () => {
    const began = performance.now();
    const sandbox = await sandboxOf({ stock: { '907': 12 }, latencyMs: 100 });
    const shop = await shops.open(sandbox);
    const account = shop.account.name;
    const { meters, look } = await openScraped(shop.ledger, shop.storage.redisUrl);
    const worker = await workerOf(shop, { meter: meters.meter(account) });
    const before = await look();
    expect(before.value('bulk_order_orders_ended_total', { account, outcome: 'filled' })).toBe(0);
    worker.start();
    const csv = 'area_code,quantity,type\n212,50,\n907,25,\n,5,tollfree\n';
    await untilEnded(shop.ledger, await startCsv(shop, csv));

    const { value } = await look();
    expect({
      started: value('bulk_order_attempts_started_total', { account }),
      filledAttempts: value('bulk_order_attempts_total', { account, outcome: 'filled' }),
      shortAttempts: value('bulk_order_attempts_total', { account, outcome: 'short' }),
      filled: value('bulk_order_orders_ended_total', { account, outcome: 'filled' }),
      short: value('bulk_order_orders_ended_total', { account, outcome: 'short' }),
      local: value('bulk_order_numbers_bought_total', { account, type: 'local' }),
      tollfree: value('bulk_order_numbers_bought_total', { account, type: 'tollfree' }),
      answers: value('bulk_order_vendor_answer_duration_seconds_count', { account }),
      claims: value('bulk_order_ledger_duration_seconds_count', { operation: 'claim' }),
      records: value('bulk_order_ledger_duration_seconds_count', { operation: 'record' }),
      finished: value('bulk_order_plans', { account, state: 'finished' }),
      missing: value('bulk_order_plans_finished_missing', { account }),
      workers: value('bulk_order_workers', { account }),
    }).toEqual({
      started: 4,
      filledAttempts: 3,
      shortAttempts: 1,
      filled: 3,
      short: 1,
      local: 62,
      tollfree: 5,
      answers: 4,
      claims: 4,
      records: 4,
      finished: 1,
      missing: 1,
      workers: 1,
    });
    // Seconds: no answer took longer than the whole test.
    const took = value('bulk_order_vendor_answer_duration_seconds_sum', { account });
    expect(took).toBeGreaterThan(0);
    expect(took).toBeLessThan((4 * (performance.now() - began)) / 1000);
  });

  test('tell how the ledger stands, by whatever process', async () => {
    const { ledger, storage, account } = await shops.open({ url: '' });
    const { look } = await openScraped(ledger, storage.redisUrl);
    const name = account.name;
    const plan = await newPlan(ledger, { account, lines: linesOf(10, 10, 10, 10) });
    await newPlan(ledger, { account, lines: linesOf(10, 10), started: false });
    const lost = await claimOne(ledger, plan, plan.orders[0]);
    await claimOne(ledger, plan, plan.orders[1]);
    await recordAnswers(ledger, account.id, [answerTo(lost, 'unknown')]);
    await ledger.query(
      `update ledger.attempts set claimed_at = claimed_at - interval '90 s' where order_id = $1`,
      [lost.id],
    );
    await changeAccount(ledger, name, { rate: 7.5, pause: 'holidays' }, { who: 'Ada' });

    const { value } = await look();
    const orders = (state: string) => value('bulk_order_orders', { account: name, state });
    expect({
      held: orders('held'),
      waiting: orders('waiting'),
      sending: orders('sending'),
      unknown: orders('unknown'),
      filled: orders('filled'),
      ready: value('bulk_order_plans', { account: name, state: 'ready' }),
      running: value('bulk_order_plans', { account: name, state: 'running' }),
      pace: value('bulk_order_pace_orders_per_second', { account: name }),
      paused: value('bulk_order_account_paused', { account: name }),
      resting: value('bulk_order_account_resting', { account: name }),
      obstacle: value('bulk_order_obstacle', { account: name, kind: 'account_paused' }),
      noWorker: value('bulk_order_obstacle', { account: name, kind: 'no_worker' }),
      queuePaused: value('bulk_order_obstacle', { account: name, kind: 'queue_paused' }),
      missing: value('bulk_order_plans_finished_missing', { account: name }),
      jobs: value('bulk_order_queue_jobs', { account: name, state: 'prioritized' }),
      queue: value('bulk_order_queue_up', { account: name }),
      ledger: value('bulk_order_ledger_up'),
    }).toEqual({
      held: 2,
      waiting: 2,
      sending: 1,
      unknown: 1,
      filled: 0,
      ready: 1,
      running: 1,
      pace: 7.5,
      paused: 1,
      resting: 0,
      obstacle: 1,
      noWorker: 1,
      queuePaused: 0,
      missing: 0,
      jobs: 0,
      queue: 1,
      ledger: 1,
    });
    const age = value('bulk_order_oldest_unknown_seconds', { account: name });
    expect(age).toBeGreaterThanOrEqual(90);
    expect(age).toBeLessThan(150);
  });

  test('have names after Prometheus’ rules, and labels of few values', async () => {
    const { ledger, storage } = await shops.open({ url: '' });
    const { meters, look } = await openScraped(ledger, storage.redisUrl);
    meters.meter((await newAccount(ledger)).name);
    const { kinds } = await look();
    const ours = [...kinds].filter(([name]) => name.startsWith('bulk_order_'));
    expect(ours.length).toBeGreaterThan(15);
    for (const [name, kind] of ours) {
      expect(name).toMatch(/^[a-z_]+$/);
      expect(name.endsWith('_total'), name).toBe(kind === 'counter');
      if (kind === 'histogram') expect(name).toMatch(/_seconds$/);
    }
  });
});
