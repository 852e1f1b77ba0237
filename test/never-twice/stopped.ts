import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { jobId, openQueue } from '../../src/queue/index.ts';
import type { Child } from '../support/child.ts';
import { atEnd } from '../support/clean-up.ts';
import { attemptsOf, type OrderRow, orderRow, sql } from '../support/ledger.ts';
import { POSTGRES_AND_REDIS } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { workerOf } from '../support/workplace.ts';
import {
  type Drill,
  haltedOrder,
  openDrill,
  SELDOM_MS,
  startHaltingWorker,
  stopInPeace,
} from './drill.ts';
import type { Halt } from './halting-worker.ts';
import type { Verdict } from './judge.ts';
import type { Drills } from './side-by-side.ts';

const ORDERS = 20;

type Awakening = {
  /** The order that the worker had in hand: as others had left it, and what became of it. */
  before: OrderRow;
  after: OrderRow;
  /** What the attempts came to, oldest first. */
  outcomes: (string | null)[];
  /** Requests that the vendor got for it while the worker was away, and in all. */
  requestsBefore: number;
  requests: number;
  verdict: Verdict;
};

/**
 * A worker falls asleep over an order, another one does the rest of the plan, and when that has
 * noticed, the first one wakes up. It is alone then: what is still to be done, it has to do.
 */
async function awakeningOf(
  halt: Omit<Halt, 'nth' | 'until'>,
  noticed: (drill: Drill, order: number) => Promise<unknown>,
): Promise<Awakening> {
  const drill = await openDrill(await POSTGRES_AND_REDIS.makeStorage());
  const { ledger, sandbox } = drill;
  const alarm = join(temporaryFolder(), 'wake-up');
  const plan = await drill.plan(ORDERS);
  const sleeper: Child = startHaltingWorker(
    drill,
    { ...halt, nth: 5, until: alarm },
    // Few in flight: what else it had sent has timed out when it wakes up.
    { concurrency: 2, requestTimeout: 15 },
  );
  const order = await haltedOrder(sleeper);
  const search = await drill.searchOf(order);
  const requests = () => sandbox.books().requests.filter((r) => r.search === search).length;

  const other = await workerOf(drill);
  other.start();
  await noticed(drill, order);
  const before = await orderRow(ledger, order);
  const requestsBefore = requests();
  await other.stop();

  if (halt.operation === 'block') writeFileSync(alarm, '');
  else sleeper.kill('SIGCONT');
  await until(
    async () => {
      const open = `select id from ledger.orders where state in ('waiting', 'sending') or id =
        $1 and state = 'unknown'`;
      return (await sql(ledger, open, [order])).length === 0;
    },
    { what: 'all is done', everyMs: SELDOM_MS },
  );
  const verdict = await drill.verdict(plan);
  await stopInPeace(sleeper);
  const attempts = await attemptsOf(ledger, order);
  return {
    before,
    after: await orderRow(ledger, order),
    outcomes: attempts.map(({ outcome }) => outcome),
    requestsBefore,
    requests: requests(),
    verdict,
  };
}

const pastDeadline = ({ ledger }: Drill, order: number) =>
  until(
    async () => {
      const late = `select o.id from ledger.orders o
          join ledger.attempts t on t.order_id = o.id join ledger.plans p on p.id = o.plan_id
          join ledger.accounts a on a.id = p.account_id
        where o.id = $1 and o.state = 'unknown' and t.deadline_tick <= a.ticks`;
      return (await sql(ledger, late, [order])).length > 0;
    },
    {
      what: 'its order is given up and its deadline has passed',
      everyMs: SELDOM_MS,
    },
  );

/** The other one has had the same job in hand meanwhile. */
async function delivered(drill: Drill, order: number): Promise<void> {
  const { ledger, account, storage } = drill;
  const { queue, close } = await openQueue(account.name, { ledger, redisUrl: storage.redisUrl });
  atEnd(close);
  await until(async () => (await queue.getJob(jobId(order)))?.returnvalue, {
    what: 'its job is delivered to another',
    everyMs: SELDOM_MS,
  });
}

/** On a busy machine an attempt may come to nothing more than once. */
const isSentAtLast = (outcomes: (string | null)[]) =>
  /^(not_sent )+filled$/.test(outcomes.join(' '));

/** A worker sleeps through what matters, and wakes up. */
export const STOPPED: Drills = {
  'is stopped past its deadline sends nothing when it wakes up, and the order is bought once':
    async () => {
      const halt = { when: 'after', statement: 'claim_orders', operation: 'SIGSTOP' } as const;
      expect(await awakeningOf(halt, pastDeadline)).toMatchObject({
        before: { state: 'unknown' },
        requestsBefore: 0,
        after: { state: 'filled' },
        outcomes: expect.toSatisfy(isSentAtLast),
        requests: 1,
      });
    },
  'is stopped with the answer in hand, past its deadline, records it when it wakes up':
    async () => {
      const halt = { when: 'before', statement: 'record_plain', operation: 'SIGSTOP' } as const;
      expect(await awakeningOf(halt, pastDeadline)).toMatchObject({
        before: { state: 'unknown', bought: 0 },
        requestsBefore: 1,
        after: { state: 'filled' },
        requests: 1,
      });
    },
  'blocks until another has its job sends nothing when it goes on; the order is bought once':
    async () => {
      const halt = { when: 'after', statement: 'claim_orders', operation: 'block' } as const;
      expect(await awakeningOf(halt, delivered)).toMatchObject({
        requestsBefore: 0,
        after: { state: 'filled' },
        outcomes: expect.toSatisfy(isSentAtLast),
        requests: 1,
      });
    },
  'blocks with the answer in hand until another has its job records it when it goes on':
    async () => {
      const halt = { when: 'before', statement: 'record_plain', operation: 'block' } as const;
      expect(await awakeningOf(halt, delivered)).toMatchObject({
        requestsBefore: 1,
        after: { state: 'filled' },
        requests: 1,
      });
    },
};
