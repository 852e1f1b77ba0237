/** The faults of a ledger on servers. */
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../src/errors.ts';
import { findPlan, orderId, retryPlan, settleOrder, steerPlan } from '../../src/ledger/index.ts';
import { openQueue } from '../../src/queue/index.ts';
import { inPostgres, inRedis } from '../support/in-server.ts';
import { copyOf } from '../support/old-copy.ts';
import { retryWhileAway } from './patience.ts';
import { ACCOUNT, type Place, type Scene, type Strike } from './scene.ts';
import type { Fault } from './schedule.ts';
import type { Servers } from './servers.ts';
import { commonStrikes, LOSS, replaced } from './strikes.ts';

const BY = { who: 'Ada', why: 'the drill wants it so' };

export const SERVER_SUBJECTS: Place['subjects'] = {
  redis_flush: 'redis',
  redis_kill: 'redis',
  ledger_kill: 'ledger',
  ledger_cut: 'ledger',
  ledger_back: 'ledger',
  ledger_promote: 'ledger',
  vendor_gone: 'vendor',
  list_lies: 'list',
  clock_set: 'clock',
  plan_pause: 'plan',
  plan_cancel: 'plan',
};

export function serverStrikes(scene: Scene, servers: Servers): Place['strikes'] {
  const { workers } = scene;
  const { ledger, redis, plans } = servers;
  const planAt = (whom: number) => plans[whom % plans.length];

  /** Time passes, and what the ledger is told is lost; half the time the workers die with it. */
  async function lose({ at, forMs, whom }: Fault, happen: () => Promise<void>) {
    await scene.until(at + LOSS);
    await pause(forMs);
    const killed = whom % 2 === 0 ? workers.killAll() : 0;
    await happen();
    await replaced(scene, killed, 0);
  }

  return {
    ...commonStrikes(scene),
    kill_all: ({ forMs }) => replaced(scene, workers.killAll(), forMs),
    async redis_flush() {
      await inRedis(redis.url, (client) => client.flushall());
    },
    async redis_kill({ forMs }) {
      await redis.kill();
      await pause(forMs);
      await redis.start();
    },
    ledger_cut: () => cutConnections(servers.databaseUrl),
    async ledger_kill({ forMs }) {
      const postgres = servers.postgres();
      await postgres.kill();
      await pause(forMs);
      await postgres.start();
    },
    ledger_back: async (fault) => lose(fault, await copyOf(servers.postgres())),
    async ledger_promote(fault) {
      if (!servers.failover) return false;
      await lose(fault, await servers.failover.fallBehind());
    },
    duplicates: duplicates(servers),
    async plan_pause({ whom, forMs }) {
      const plan = planAt(whom);
      if (plan === undefined) return false;
      try {
        await steerPlan(ledger, plan, 'pause', BY);
        await pause(forMs);
      } finally {
        // Also when the ledger went away over it: it may have been paused anyway.
        await retryWhileAway(async () => {
          const { state } = await findPlan(ledger, plan);
          if (state !== 'paused') return;
          await steerPlan(ledger, plan, 'resume', BY, { again: true });
        });
      }
    },
    async plan_cancel({ whom }) {
      const plan = planAt(whom);
      if (plan === undefined) return false;
      await steerPlan(ledger, plan, 'cancel', BY);
    },
    async plan_retry({ whom }) {
      const plan = planAt(whom);
      if (plan === undefined) return false;
      await retryPlan(ledger, plan, BY);
    },
    async early_person({ forMs }) {
      const by = performance.now() + forMs;
      while (!(await err(scene, servers))) {
        if (performance.now() > by) return false;
        await pause(250);
      }
    },
  };
}

async function cutConnections(databaseUrl: string): Promise<boolean> {
  const { rowCount } = await inPostgres(databaseUrl, (client) =>
    client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    ),
  );
  return rowCount !== 0;
}

function duplicates({ ledger, redisUrl, plans }: Servers): Strike {
  return async ({ whom }) => {
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
  };
}

/** A number that nobody sells or owns, and no order asks for. */
const STRANGE = '9995550199';

/**
 * Somebody settles orders by a number that no list shows, and as nothing although no answer came
 * and the request may be under way until its deadline. They do not say that they know better, so
 * each must be refused.
 */
async function err({ complain }: Scene, { ledger }: Servers): Promise<boolean> {
  const orders = await ledger.query<{ id: number; isEarly: boolean }>(
    `select o.id, t.status is null and t.deadline_tick > a.ticks + $1 as "isEarly"
     from ledger.orders o join ledger.plans p on p.id = o.plan_id
       join ledger.accounts a on a.id = p.account_id
       join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
     where o.state = 'unknown' order by o.id desc limit 10`,
    [EARLY_MS],
  );
  let refused = 0;
  for (const { id, isEarly } of orders) {
    const findings = [{ bought: [STRANGE] }, ...(isEarly ? [{ nothing: true as const }] : [])];
    for (const finding of findings) {
      try {
        await settleOrder(ledger, id, finding, { who: 'Eve', why: 'it looks so' });
        complain(`order ${id} was settled without a word as ${JSON.stringify(finding)}`);
      } catch (error) {
        if (!(error instanceof AppError) || error.code === 'ledger_down') throw error;
        refused += /^against_evidence$/.test(error.code) ? 1 : 0;
      }
    }
  }
  return refused > 0;
}

/** So long before its deadline an order is surely too early to settle, ms. */
const EARLY_MS = 5_000;
