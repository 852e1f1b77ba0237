import { expect } from 'vitest';
import { accountState, changeAccount, findPlan } from '../../src/ledger/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { openFailover } from '../support/failover.ts';
import { copyOf } from '../support/old-copy.ts';
import { describeWith, privatePostgres, privateRedis } from '../support/servers.ts';
import { until } from '../support/until.ts';
import { type Drill, openDrill, SELDOM_MS, startWorker } from './drill.ts';
import { testSideBySide } from './side-by-side.ts';

const ORDERS = 60;

type Ground = {
  /** Where the workers find the database. */
  url: string;
  /** In mid-run: prepares the loss, and returns what makes it happen. */
  prepare(): Promise<() => Promise<void>>;
};

/** The server's disk is put back to what it was. */
async function oldDisk(): Promise<Ground> {
  const server = await privatePostgres();
  return { url: server.url, prepare: () => copyOf(server) };
}

/** A replica falls behind, and takes over on the same address when the primary is killed. */
async function failover(): Promise<Ground> {
  const address = await openFailover(await privatePostgres());
  atEnd(address.close);
  // Made now: on a busy machine, the plan would have ended before the copy is there.
  await address.follow();
  return { url: address.url, prepare: address.fallBehind };
}

type Wishes = { redisUrl: string | null; workers: 'live' | 'killed' };

/** The ledger loses what was committed last, while requests are in flight. */
async function lose(ground: Ground, { redisUrl, workers: end }: Wishes): Promise<void> {
  const storage = { dataDir: '', databaseUrl: ground.url, redisUrl };
  const drill = await openDrill(storage, { latencyMs: 1_000, rate: 10 });
  const newWorker = () => startWorker(drill, { requestTimeout: 5, env: { RECONCILE_AFTER: '1' } });
  const workers = await Promise.all([newWorker(), newWorker()]);
  const plan = await drill.plan(ORDERS);
  await drill.untilArrived(ORDERS / 4);
  const happen = await ground.prepare();
  await drill.untilArrived(ORDERS / 2);
  if (end === 'killed') for (const worker of workers) worker.kill('SIGKILL');
  await happen();
  if (end === 'killed') await newWorker();

  await until(async () => (await reasonOf(drill)) !== null, {
    what: 'the account has paused',
    everyMs: SELDOM_MS,
  });
  expect(await reasonOf(drill)).toMatch(/^The ledger has gone back.*account sandbox --resume/s);
  // What was being sent before the loss counts as unknown at its deadline, and not earlier.
  const by = { who: 'Ada', why: 'it has been looked at' };
  await until(
    async () => {
      // Each worker that finds something pauses it.
      if ((await reasonOf(drill)) !== null)
        await changeAccount(drill.ledger, 'sandbox', { resume: true }, by);
      return (await findPlan(drill.ledger, plan)).endedAt !== null;
    },
    { what: 'the plan has ended', everyMs: SELDOM_MS },
  );
  await drill.verdict(plan);
  expect((await findPlan(drill.ledger, plan)).pending).toBe(0);
}

async function reasonOf({ ledger }: Drill): Promise<string | null> {
  return (await accountState(ledger, 'sandbox')).pausedReason;
}

const withRedis = async (workers: Wishes['workers']): Promise<Wishes> => ({
  redisUrl: (await privateRedis()).url,
  workers,
});

describeWith(['private postgres', 'private redis'], 'a ledger that loses its last commits', () => {
  testSideBySide({
    'with its disk, buys nothing twice': async () => lose(await oldDisk(), await withRedis('live')),
    'with its disk and its workers, buys nothing twice': async () =>
      lose(await oldDisk(), await withRedis('killed')),
    'by a fail-over to a replica that lags, buys nothing twice': async () =>
      lose(await failover(), await withRedis('live')),
    'by a fail-over, with nothing beside it, buys nothing twice': async () =>
      lose(await failover(), { redisUrl: null, workers: 'live' }),
    'with its disk and its workers, with nothing beside it, buys nothing twice': async () =>
      lose(await oldDisk(), { redisUrl: null, workers: 'killed' }),
  });
});
