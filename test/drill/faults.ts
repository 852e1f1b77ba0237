/** The faults, and how each of them strikes. */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { AppError } from '../../src/errors.ts';
import { findPlan, orderId, retryPlan, steerPlan } from '../../src/ledger/index.ts';
import { openQueue } from '../../src/queue/index.ts';
import { insist, isAway } from './patience.ts';
import { ACCOUNT, type Scene } from './scene.ts';
import type { Fault, FaultKind } from './schedule.ts';

const BY = { who: 'Ada', why: 'the drill wants it so' };

/** Resolves when the fault is over and what it took away is back; false when it hit nothing. */
type Strike = (scene: Scene, fault: Fault) => Promise<unknown>;

const STRIKES: Record<FaultKind, Strike> = {
  async kill(scene, { whom, forMs }) {
    return replaced(scene, scene.crew.kill(whom), forMs);
  },
  async kill_all(scene, { forMs }) {
    return replaced(scene, scene.crew.killAll(), forMs);
  },
  async term({ crew }, { whom, forMs }) {
    const end = crew.term(whom);
    if (!end) return false;
    await pause(forMs);
    crew.start();
    await end;
  },
  async stop({ crew }, { whom, forMs }) {
    const wake = crew.stop(whom);
    if (!wake) return false;
    await pause(forMs);
    wake();
  },
  long_stop: (scene, fault) => STRIKES.stop(scene, fault),
  async redis_flush({ redis }) {
    const client = new Redis(redis.url, { lazyConnect: true, retryStrategy: null });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.flushall();
    } finally {
      client.disconnect();
    }
  },
  async redis_kill({ redis }, { forMs }) {
    await redis.kill();
    await pause(forMs);
    await redis.start();
  },
  async ledger_cut({ databaseUrl }) {
    const client = new Client({ connectionString: databaseUrl });
    client.on('error', () => {});
    await client.connect();
    try {
      const { rowCount } = await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      );
      return rowCount !== 0;
    } finally {
      await client.end();
    }
  },
  async ledger_kill({ postgres }, { forMs }) {
    await postgres.kill();
    await pause(forMs);
    await postgres.start();
  },
  vendor_gone: ({ gateway }, { forMs }) => gateway.shut(forMs),
  async duplicates({ plans, ledger, redisUrl }, { whom }) {
    const plan = plans[whom % plans.length];
    if (plan === undefined) return false;
    const { orders } = await findPlan(ledger, plan);
    const ids = Array.from({ length: orders }, (_, n) => orderId(plan, n + 1));
    const { queue, close } = await openQueue(ACCOUNT, { ledger, redisUrl });
    try {
      // The same orders under other names; then, as by a click on the board, the same jobs again.
      const jobs = ids.flatMap((order) =>
        ['again', 'and-again'].map((name) => ({
          name,
          data: { order },
          opts: { jobId: `${name}_${whom}_${order}`, priority: 1 + (order % 7) },
        })),
      );
      await queue.addBulk(jobs);
      const done = await queue.getJobs(['completed', 'failed'], 0, 50);
      // One that was taken out meanwhile cannot be clicked.
      await Promise.allSettled(done.map((job) => job.retry('completed')));
    } finally {
      await close();
    }
  },
  async plan_pause({ ledger, plans }, { whom, forMs }) {
    const plan = plans[whom % plans.length];
    if (plan === undefined) return false;
    try {
      await steerPlan(ledger, plan, 'pause', BY);
      await pause(forMs);
    } finally {
      // Also when the ledger went away over it: it may have been paused all the same.
      await insist(async () => {
        const { state } = await findPlan(ledger, plan);
        if (state === 'paused') await steerPlan(ledger, plan, 'resume', BY);
      });
    }
  },
  async plan_cancel({ ledger, plans }, { whom }) {
    const plan = plans[whom % plans.length];
    if (plan === undefined) return false;
    await steerPlan(ledger, plan, 'cancel', BY);
  },
  async plan_retry({ ledger, plans }, { whom }) {
    const plan = plans[whom % plans.length];
    return plan !== undefined && (await retryPlan(ledger, plan, BY)) > 0;
  },
};

/** What must not be done to the same thing twice at a time. */
const SUBJECTS: Partial<Record<FaultKind, string>> = {
  redis_flush: 'redis',
  redis_kill: 'redis',
  ledger_kill: 'ledger',
  ledger_cut: 'ledger',
  vendor_gone: 'vendor',
  plan_pause: 'plan',
  plan_cancel: 'plan',
};

/** All faults strike, each at its time; one each resolves when what was taken away is back. */
export function storm(scene: Scene, faults: Fault[]): Promise<void>[] {
  const turns = new Map<string, Promise<unknown>>();
  return faults.map(async (fault) => {
    await scene.until(fault.at);
    const subject = SUBJECTS[fault.kind] ?? '';
    const strike = (subject ? (turns.get(subject) ?? Promise.resolve()) : Promise.resolve())
      .catch(() => {})
      .then(() => strikeOnce(scene, fault));
    turns.set(subject, strike);
    await strike;
  });
}

async function strikeOnce(scene: Scene, fault: Fault): Promise<void> {
  const { struck } = scene;
  try {
    if ((await STRIKES[fault.kind](scene, fault)) === false) return;
    struck.set(fault.kind, (struck.get(fault.kind) ?? 0) + 1);
  } catch (error) {
    // Another fault was quicker: the server is away, or the plan is not in that state any more.
    const isKnown = error instanceof AppError && /^(wrong_state|queue_down)$/.test(error.code);
    if (!isKnown && !isAway(error) && !isNetwork(error)) throw error;
  }
}

/** What a client of a server says that has just been killed. */
function isNetwork(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^(ECONN|EPIPE|57P|08)/.test(code) ||
    /^(Connection (is closed|terminated)|Reached the max retries|Stream isn't writeable|READONLY|LOADING)/.test(
      error.message,
    )
  );
}

async function replaced(scene: Scene, killed: number, forMs: number): Promise<boolean> {
  scene.kills += killed;
  await pause(forMs);
  for (let n = 0; n < killed; n++) scene.crew.start();
  return killed > 0;
}
