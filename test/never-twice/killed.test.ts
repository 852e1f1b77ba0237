import { beforeAll, expect, test } from 'vitest';
import type { Child } from '../support/child.ts';
import { type OrderRow, orderRow, sql } from '../support/ledger.ts';
import { describeWith } from '../support/servers.ts';
import { until } from '../support/until.ts';
import { POSTGRES_AND_REDIS, workerOf } from '../support/workplace.ts';
import { type Drill, metFate, openDrill, startFatedWorker } from './drill.ts';
import type { Fate } from './fated-worker.ts';
import type { Verdict } from './judge.ts';

const ORDERS = 30;

/** Kills a worker over an order; the plan is running. */
type Killing = (drill: Drill) => Promise<{ worker: Child; order: number }>;

type Aftermath = {
  verdict: Verdict;
  /** The order over which the worker died. */
  order: OrderRow;
  /** What the vendor has sold it, in all. */
  sold: number;
  /** From the death to the last order that arrived at the vendor, ms. */
  tookMs: number;
};

const suicide =
  (when: Fate['when'], statement: Fate['statement']): Killing =>
  async (drill) => {
    const worker = startFatedWorker(drill, { when, statement, nth: 5, deed: 'SIGKILL' });
    return { worker, order: await metFate(worker) };
  };

const NO_FATE: Fate = { when: 'never', statement: 'claim_orders', nth: 0, deed: 'SIGKILL' };

const whileTheVendorWorks: Killing = async (drill) => {
  const search = drill.searches[4]!;
  drill.sandbox.next('hang_after', { search });
  const worker = startFatedWorker(drill, NO_FATE, { requestTimeout: 3 });
  await until(() => drill.sandbox.books().requests.some((request) => request.search === search), {
    what: 'the order has arrived',
  });
  worker.kill('SIGKILL');
  const [row] = await sql<{ id: number }>(
    drill.ledger,
    'select o.id from ledger.orders o join ledger.lines l using (plan_id, line) where l.area_code = $1',
    [search],
  );
  return { worker, order: row!.id };
};

/** The database has begun to record and cannot go on; then nobody is left to hear that it did. */
const whileTheLedgerWorks: Killing = ({ ledger, ...drill }) =>
  ledger.transaction(async (tx) => {
    await tx.query('', 'lock table ledger.numbers in share row exclusive mode');
    const worker = startFatedWorker({ ledger, ...drill }, NO_FATE, { concurrency: 2 });
    const waiting = `select pid from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    await until(async () => (await sql(ledger, waiting)).length === 2, {
      what: 'both orders that it can have in hand are being recorded',
    });
    worker.kill('SIGKILL');
    await worker.exited;
    const sending = `select id from ledger.orders where state = 'sending'`;
    const [row] = await sql<{ id: number }>(ledger, sending);
    return { worker, order: row!.id };
  });

/** Another worker is there from the moment of the death on. */
async function aftermathOf(kill: Killing): Promise<Aftermath> {
  const drill = await openDrill(await POSTGRES_AND_REDIS.makeStorage());
  const other = await workerOf(drill, { requestTimeoutMs: 1_000 });
  const plan = await drill.plan(ORDERS);
  const { worker, order } = await kill(drill);
  expect(await worker.exited).toMatchObject({ signal: 'SIGKILL' });
  const diedAt = Date.now();
  other.start();
  const verdict = await drill.verdict(plan);
  const { requests } = drill.sandbox.books();
  const row = await orderRow(drill.ledger, order);
  const [line] = await sql<{ search: string }>(
    drill.ledger,
    'select area_code as search from ledger.lines join ledger.orders using (plan_id, line) where id = $1',
    [order],
  );
  return {
    verdict,
    order: row,
    sold: requests
      .filter(({ search }) => search === line?.search)
      .reduce((sum, { sold }) => sum + sold.length, 0),
    tookMs: Math.max(...requests.map(({ at }) => at)) - diedAt,
  };
}

const MOMENTS = {
  'before it claims an order': suicide('before', 'claim_orders'),
  'after the claim is committed and before a byte is sent': suicide('after', 'claim_orders'),
  'after sending, before the answer': whileTheVendorWorks,
  'with the answer in hand, before it is recorded': suicide('before', 'record_answers'),
  'in the middle of recording': whileTheLedgerWorks,
  'after recording, before the queue hears': suicide('after', 'record_answers'),
};

type Moment = keyof typeof MOMENTS;

describeWith(['postgres', 'redis'], 'a worker that is killed', () => {
  const aftermaths = {} as Record<Moment, Promise<Aftermath>>;

  // All at once: what takes its time here is to wait for deadlines.
  beforeAll(() => {
    for (const [moment, kill] of Object.entries(MOMENTS)) {
      const aftermath = aftermathOf(kill);
      aftermath.catch(() => {});
      aftermaths[moment as Moment] = aftermath;
    }
  });

  async function after(moment: Moment): Promise<Aftermath> {
    const aftermath = await aftermaths[moment];
    console.log(moment, aftermath);
    const { verdict, tookMs } = aftermath;
    const { filled = 0, unknown = 0 } = verdict.states;
    expect(filled + unknown).toBe(ORDERS);
    // Whatever it had not claimed is taken up by the other one.
    expect(tookMs).toBeGreaterThan(0);
    expect(tookMs).toBeLessThan(30_000);
    return aftermath;
  }

  test('before it claims an order leaves it to another, who buys it within 30 s', async () => {
    const { order } = await after('before it claims an order');
    expect(order).toMatchObject({ state: 'filled', attempts: 1 });
  }, 90_000);

  test('after the claim is committed and before a byte is sent leaves an unknown order, which nobody sends', async () => {
    const { order, sold } = await after('after the claim is committed and before a byte is sent');
    expect(order).toMatchObject({ state: 'unknown', attempts: 1 });
    expect(sold).toBe(0);
  }, 90_000);

  test('after sending, before the answer, leaves an unknown order, which nobody sends again', async () => {
    const { order, sold } = await after('after sending, before the answer');
    expect(order).toMatchObject({ state: 'unknown', attempts: 1, bought: 0 });
    expect(sold).toBeGreaterThan(0);
  }, 90_000);

  test('with the answer in hand, before it is recorded, leaves an unknown order, which nobody sends again', async () => {
    const { order, sold } = await after('with the answer in hand, before it is recorded');
    expect(order).toMatchObject({ state: 'unknown', attempts: 1, bought: 0 });
    expect(sold).toBeGreaterThan(0);
  }, 90_000);

  test('in the middle of recording has recorded', async () => {
    const { order, sold, verdict } = await after('in the middle of recording');
    expect(order).toMatchObject({ state: 'filled', attempts: 1, bought: sold });
    expect(verdict.states).toEqual({ filled: ORDERS });
  }, 90_000);

  test('after recording, before the queue hears, is not missed', async () => {
    const { order, sold } = await after('after recording, before the queue hears');
    expect(order).toMatchObject({ state: 'filled', attempts: 1, bought: sold });
  }, 90_000);
});
