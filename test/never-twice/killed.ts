import { expect } from 'vitest';
import { jobId, openQueue } from '../../src/queue/index.ts';
import type { Child } from '../support/child.ts';
import { atEnd } from '../support/clean-up.ts';
import { type OrderRow, orderRow, sql } from '../support/ledger.ts';
import { POSTGRES_AND_REDIS } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { workerOf } from '../support/workplace.ts';
import { type Drill, haltedOrder, openDrill, startHaltingWorker, untilStarted } from './drill.ts';
import type { Halt } from './halting-worker.ts';
import type { Verdict } from './judge.ts';
import type { Drills } from './side-by-side.ts';

const ORDERS = 30;

/** Kills a worker over an order, of a plan that is running. */
type Killing = (drill: Drill) => Promise<{ worker: Child; order: number }>;

const suicide =
  (when: Halt['when'], statement: Halt['statement']): Killing =>
  async (drill) => {
    const worker = startHaltingWorker(drill, { when, statement, nth: 5, operation: 'SIGKILL' });
    return { worker, order: await haltedOrder(worker) };
  };

const NO_HALT: Halt = { when: 'never', statement: 'claim_orders', nth: 0, operation: 'SIGKILL' };

const whileTheVendorWorks: Killing = async (drill) => {
  drill.sandbox.next('hang_after', { times: 3 });
  const worker = startHaltingWorker(drill, NO_HALT, { concurrency: 3 });
  await untilStarted(worker);
  await drill.untilArrived(3);
  worker.kill('SIGKILL');
  return { worker, order: await inHand(drill) };
};

/** The database has begun to record and cannot go on; once it can, nobody hears that it did. */
const whileTheLedgerWorks: Killing = (drill) =>
  drill.ledger.transaction(async (tx) => {
    await tx.query('lock table ledger.numbers in share row exclusive mode');
    // Of two orders at once the answers may be recorded together or not, and nobody could tell.
    const worker = startHaltingWorker(drill, NO_HALT, { concurrency: 1 });
    await untilStarted(worker);
    const waiting = `select pid from pg_stat_activity
      where datname = current_database() and wait_event = 'relation'`;
    await until(async () => (await sql(drill.ledger, waiting)).length === 1, {
      what: 'the one order that it can have in hand is being recorded',
    });
    worker.kill('SIGKILL');
    await worker.exited;
    return { worker, order: await inHand(drill) };
  });

async function inHand({ ledger }: Drill): Promise<number> {
  const sending = `select id from ledger.orders where state = 'sending'`;
  const [row] = await sql<{ id: number }>(ledger, sending);
  return row!.id;
}

type Aftermath = {
  verdict: Verdict;
  /** The order over which the worker died. */
  order: OrderRow;
  /** How many requests for it have arrived at the vendor, and how many numbers that sold it. */
  requests: number;
  sold: number;
  /** How many orders were claimed after the death, by the ledger's clock. */
  claimedAfter: number;
  /** How often the queue has noticed that its job was in dead hands. */
  stalled: number;
};

/**
 * No deadline may end what the dead worker had in hand. What becomes unknown from now on does so
 * because its worker is silent, however long this machine takes to notice.
 */
async function removeDeadlines({ ledger }: Drill): Promise<void> {
  const text = 'update ledger.attempts set deadline_tick = $1 where answered_at is null';
  await sql(ledger, text, [Number.MAX_SAFE_INTEGER]);
}

/** Another worker is there from the moment of the death on. */
async function aftermathOf(kill: Killing): Promise<Aftermath> {
  const drill = await openDrill(await POSTGRES_AND_REDIS.makeStorage());
  const other = await workerOf(drill);
  const plan = await drill.plan(ORDERS);
  const { worker, order } = await kill(drill);
  expect(await worker.exited).toMatchObject({ signal: 'SIGKILL' });
  const [{ now: diedAt }] = (await sql<{ now: Date }>(
    drill.ledger,
    'select clock_timestamp() as now',
  )) as [{ now: Date }];
  const { queue, close } = await openQueue(drill.account.name, {
    ledger: drill.ledger,
    redisUrl: drill.storage.redisUrl,
  });
  atEnd(close);
  await removeDeadlines(drill);
  other.start();
  const verdict = await drill.verdict(plan);
  const { requests } = drill.sandbox.books();
  const search = await drill.searchOf(order);
  const own = requests.filter((request) => request.search === search);
  const [claimed] = await sql<{ count: number }>(
    drill.ledger,
    'select count(*)::int as count from ledger.attempts where claimed_at > $1',
    [diedAt],
  );
  const job = await queue.getJob(jobId(order));
  return {
    verdict,
    order: await orderRow(drill.ledger, order),
    requests: own.length,
    sold: own.reduce((sum, request) => sum + request.sold.length, 0),
    claimedAfter: claimed!.count,
    stalled: job?.stalledCounter ?? 0,
  };
}

async function after(kill: Killing): Promise<Aftermath> {
  const result = await aftermathOf(kill);
  const { filled = 0, unknown = 0 } = result.verdict.states;
  expect(filled + unknown).toBe(ORDERS);
  // What it had not claimed is taken up by the other one.
  expect(result.claimedAfter).toBeGreaterThan(0);
  return result;
}

/** A worker is killed at each point of an order's way; another one is there from then on. */
export const KILLED: Drills = {
  'is killed before it claims an order leaves it to another, who buys it': async () => {
    const { order, requests, stalled } = await after(suicide('before', 'claim_orders'));
    expect({ ...order, requests }).toMatchObject({ state: 'filled', requests: 1 });
    // The queue had to notice first.
    expect(stalled).toBeGreaterThan(0);
  },
  'is killed after the claim is committed, before a byte, leaves an unknown order, never sent':
    async () => {
      const { order, requests } = await after(suicide('after', 'claim_orders'));
      expect({ ...order, requests }).toMatchObject({ state: 'unknown', requests: 0 });
    },
  'is killed after sending, before the answer, leaves unknown orders, which nobody sends again':
    async () => {
      const { order, requests, sold, verdict } = await after(whileTheVendorWorks);
      expect({ ...order, requests }).toMatchObject({ state: 'unknown', requests: 1, bought: 0 });
      expect(sold).toBeGreaterThan(0);
      expect(verdict.states).toEqual({ filled: ORDERS - 3, unknown: 3 });
    },
  'is killed before it records an answer leaves an unknown order, which is not sent again':
    async () => {
      const { order, requests, sold } = await after(suicide('before', 'record_plain'));
      expect({ ...order, requests }).toMatchObject({ state: 'unknown', requests: 1, bought: 0 });
      expect(sold).toBeGreaterThan(0);
    },
  'is killed in the middle of recording has recorded, although nobody hears of it': async () => {
    const { order, requests, sold, verdict } = await after(whileTheLedgerWorks);
    expect({ ...order, requests }).toMatchObject({ state: 'filled', requests: 1, bought: sold });
    expect(verdict.states).toEqual({ filled: ORDERS });
  },
  'is killed after recording, before the queue hears, has bought the order once': async () => {
    const { order, requests, sold } = await after(suicide('after', 'record_plain'));
    expect({ ...order, requests }).toMatchObject({ state: 'filled', requests: 1, bought: sold });
  },
};
