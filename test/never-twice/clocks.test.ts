import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { findPlan } from '../../src/ledger/index.ts';
import { type WallClock, wallClock } from '../support/faketime.ts';
import { describeWith, privatePostgres, privateRedis } from '../support/servers.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { mostAtOnce } from '../support/workplace.ts';
import { logOf, openDrill, SELDOM_MS, startWorker } from './drill.ts';
import type { Verdict } from './judge.ts';
import { type Drills, testSideBySide } from './side-by-side.ts';

const HOUR = 3_600;
const MINUTES = 60;
const ORDERS = 45;
/** Orders per second. */
const RATE = 4;
/** A busy machine bunches arrivals. Without a pace the thirty that are left would come at once. */
const BUNCHED = 5 * RATE;
/** The vendor's list shows a number so much later. */
const LAG_MS = 8_000;

type Case = {
  /** Who has the clock that is set. */
  whose: 'the database' | 'the workers' | 'all';
  /** Where it is set to, one after the other, seconds. */
  jumps: number[];
  redis?: true;
};

/**
 * A plan is being worked off by two workers when a clock is set, and one of them is killed at the
 * same moment with requests in flight, which the vendor sells and never answers. Its list lags, and
 * what is clear is settled without a person.
 */
async function strike({ whose, jumps, redis }: Case): Promise<Verdict> {
  const [ofDatabase, ofWorkers] = [wallClock(temporaryFolder()), wallClock(temporaryFolder())];
  const clocks: WallClock[] = {
    'the database': [ofDatabase],
    'the workers': [ofWorkers],
    all: [ofDatabase, ofWorkers],
  }[whose];
  const server = await privatePostgres({ env: ofDatabase.env });
  const redisUrl = redis ? (await privateRedis()).url : null;
  const storage = { dataDir: '', databaseUrl: server.url, redisUrl };
  const drill = await openDrill(storage, { latencyMs: 300, listLagMs: LAG_MS, rate: RATE });
  const env = { ...ofWorkers.env, RECONCILE: 'auto', RECONCILE_AFTER: '10' };
  const [doomed, other] = await Promise.all([
    startWorker(drill, { requestTimeout: 5, env }),
    startWorker(drill, { requestTimeout: 5, env }),
  ]);
  const plan = await drill.plan(ORDERS);
  await drill.untilArrived(10);
  drill.sandbox.next('hang_after', { times: 4 });
  await drill.untilArrived(15);
  for (const [n, seconds] of jumps.entries()) {
    for (const clock of clocks) clock.set(seconds);
    if (n === 0) doomed.kill('SIGKILL');
    const before = drill.arrived();
    await until(() => drill.arrived() >= Math.min(ORDERS, before + 5), {
      what: 'the plan goes on',
      everyMs: SELDOM_MS,
    });
    // Long enough for the other worker to live by the new time.
    await pause(2_000);
  }
  const isOver = async () => {
    const { unknown, pending } = await findPlan(drill.ledger, plan);
    return unknown + pending === 0;
  };
  await until(isOver, { what: 'all is settled', everyMs: SELDOM_MS });
  const arrivals = drill.sandbox.books().requests.map(({ at }) => at);
  expect(mostAtOnce(arrivals)).toBeLessThan(BUNCHED);
  if (whose !== 'the database') {
    expect(logOf(other).map(({ msg }) => msg)).toContainEqual(expect.stringMatching(/ was set /));
  }
  return drill.verdict(plan);
}

const bought = (wish: Case) => async () => {
  const { sold, recorded, states } = await strike(wish);
  expect(states).toEqual({ filled: ORDERS });
  expect(recorded).toBe(sold);
};

const CASES: Drills = {
  'of the database jumps an hour forward': bought({ whose: 'the database', jumps: [HOUR] }),
  'of the database jumps an hour back': bought({
    whose: 'the database',
    jumps: [-HOUR],
    redis: true,
  }),
  'of the workers jumps an hour forward and back': bought({
    whose: 'the workers',
    jumps: [HOUR, 0],
  }),
  'of all jumps an hour back': bought({ whose: 'all', jumps: [-HOUR] }),
  'of all jumps five minutes back and forth': bought({
    whose: 'all',
    jumps: [-5 * MINUTES, 0],
    redis: true,
  }),
};

describeWith(
  ['private postgres', 'private redis', 'faketime'],
  'a plan goes on, and each of its orders is bought once, when the clock',
  () => {
    testSideBySide(CASES);
  },
);
