/** A ledger in PostgreSQL, with the queue in Redis or beside it. */

import { hasCode } from '../../src/errors.ts';
import {
  changeAccount,
  dismissLostPlans,
  ensureAccount,
  findAccount,
  type Ledger,
  listPlans,
  lostPlans,
  migrate,
  openPostgres,
  settleOrder,
  steerPlan,
  submitPlan,
} from '../../src/ledger/index.ts';
import { readLines } from '../../src/plan/index.ts';
import { readLedger } from '../support/books/facts.ts';
import { type FailoverAddress, openFailover } from '../support/failover.ts';
import { createDatabase, type Database } from '../support/fresh-database.ts';
import { inPostgres } from '../support/in-server.ts';
import { postgresServer } from '../support/postgres-server.ts';
import { redisServer } from '../support/redis-server.ts';
import type { PrivateServer } from '../support/server-process.ts';
import { PATIENCE_MS, until } from '../support/until.ts';
import { OWN_SERVER } from './fault-kinds.ts';
import { orMoved, retryWhileAway } from './patience.ts';
import { type Controls, openPerson, type Unknown } from './person.ts';
import { type PlanFile, writePlan } from './plans.ts';
import { ACCOUNT, type Place, pendingIn, type Scene } from './scene.ts';
import type { Schedule } from './schedule.ts';
import { SERVER_SUBJECTS, serverStrikes } from './server-strikes.ts';

export type Servers = Awaited<ReturnType<typeof openServers>>;

type Given = {
  /** Shared by schedules that do nothing to it that another would notice. */
  shared: () => Promise<PrivateServer>;
  folder: string;
  env: Record<string, string>;
  stack: AsyncDisposableStack;
};

/** `env`: what the processes of a PostgreSQL of its own find in their environment. */
export async function openServers(schedule: Schedule, given: Given) {
  const { stack, folder } = given;
  const isOwn = schedule.faults.some(({ kind }) => OWN_SERVER.includes(kind));
  const failover = isOwn ? await ownServer(given) : null;
  if (failover) stack.defer(() => failover.close());
  const server = failover ? failover.server() : await given.shared();
  const database = await createDatabase(failover?.url ?? server.url, 'drill');
  if (!failover) {
    stack.defer(async () => {
      // What has just been closed may still be there, and nobody would hear it being ended by
      // force.
      await until(() => nobodyIn(database), { what: 'all have left the database' }).catch(() => {});
      await retryWhileAway(() => database.drop());
    });
  }
  const redis = await redisServer(folder, { appendOnly: schedule.appendOnly });
  stack.defer(() => redis.discard());
  await redis.start();
  const ledger = openPostgres(database.url);
  stack.defer(() => ledger.close());
  await migrate(ledger);
  const { rate } = schedule;
  const account = await ensureAccount(ledger, { name: ACCOUNT, mode: 'sandbox', rate });
  return {
    /** The drill's own handle. */
    ledger,
    databaseUrl: database.url,
    /** The one that serves at the moment. */
    postgres: failover ? failover.server : () => server,
    /** Null: no replica can take over. */
    failover,
    redis,
    /** Null: the queue is kept in the ledger's database, and the Redis stands idle. */
    redisUrl: schedule.queue === 'redis' ? redis.url : null,
    accountId: account.id,
    /** Those that have been submitted, as the ledger names them. */
    plans: [] as number[],
  };
}

async function ownServer({ folder, env }: Given): Promise<FailoverAddress> {
  const server = await postgresServer(folder, { env });
  await server.start();
  return openFailover(server, { env });
}

export function onServers(
  scene: Scene,
  servers: Servers,
  { schedule, folder }: { schedule: Schedule; folder: string },
): Place {
  const { ledger } = servers;
  const { seed, number, settles } = schedule;
  const files: PlanFile[] = [];
  let isCalm = false;
  void scene.until(1).then(() => {
    isCalm = true;
  });

  /** Whatever of it the ledger does not know is done, again if need be. */
  async function ensurePlan(file: PlanFile): Promise<void> {
    const id = await submit(servers, file);
    const plan = (await listPlans(ledger)).find((each) => each.id === id);
    if (plan?.state === 'ready') await steerPlan(ledger, id, 'start', { who: 'Ada' });
    if (plan?.state === 'paused' && isCalm) {
      await steerPlan(ledger, id, 'resume', { who: 'Ada' }, { again: true });
    }
    if (!servers.plans.includes(id)) servers.plans.push(id);
  }

  async function restorePlans(): Promise<void> {
    const there = await listPlans(ledger);
    servers.plans.splice(0, Infinity, ...there.map(({ id }) => id));
    const needy = files.filter(({ name }) => {
      const state = there.find((plan) => plan.name === name)?.state;
      return state === undefined || state === 'ready' || (isCalm && state === 'paused');
    });
    for (const file of needy) await ensurePlan(file).catch(orMoved);
    // They are no remainders, so no plan waits for one that is there again.
    const lost = await lostPlans(ledger, servers.accountId);
    const account = { id: servers.accountId, name: ACCOUNT };
    for (const { file } of lost.filter(({ planId }) => planId !== null)) {
      const dismissal = { file, againstEvidence: true };
      const by = { who: 'Ada', why: 'it was no remainder' };
      await dismissLostPlans(ledger, account, dismissal, by).catch(orMoved);
    }
  }

  return {
    strikes: serverStrikes(scene, servers),
    subjects: SERVER_SUBJECTS,
    person: openPerson(scene, controlsOf(ledger, restorePlans), {
      seed: seed ^ number,
      share: settles,
    }),
    async startPlan(nth) {
      const file = await writePlan(folder, nth, schedule.plans[nth]!);
      await retryWhileAway(() => ensurePlan(file).catch(orMoved));
      files.push(file);
    },
    async pendingOrders() {
      return pendingIn(await listPlans(ledger));
    },
    read: () => retryWhileAway(() => readLedger(ledger)),
  };
}

/** Returns its id, also when it was there already. */
async function submit(
  { ledger, accountId }: Servers,
  { name, path, check }: PlanFile,
): Promise<number> {
  try {
    const lines = () => readLines(path, check);
    return await submitPlan(ledger, { accountId, name, check, lines, again: false, who: 'Ada' });
  } catch (error) {
    if (!hasCode(error, 'duplicate_file')) throw error;
    return error.details.plan;
  }
}

/** They know better than any list. */
const BY_BOOKS = { againstEvidence: true };

function controlsOf(ledger: Ledger, restorePlans: Controls['restorePlans']): Controls {
  return {
    restorePlans,
    pausedReason: async () => (await findAccount(ledger, ACCOUNT)).pausedReason,
    async resume() {
      const by = { who: 'Ada', why: 'the drill goes on' };
      await changeAccount(ledger, ACCOUNT, { resume: true }, by);
    },
    unknown: () =>
      ledger.query<Unknown>(
        `select o.id, o.attempts as attempt, nullif(t.worker, 'lost') as worker, o.bought,
           l.area_code as search, o.quantity,
           t.answered_at is null and t.deadline_tick > a.ticks as "isUnderWay",
           exists (select from ledger.disputes d where d.order_id = o.id) as "isDisputed"
         from ledger.orders o join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
           join ledger.plans p on p.id = o.plan_id join ledger.accounts a on a.id = p.account_id
           join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
         where o.state = 'unknown' order by o.id`,
      ),
    async taken(numbers) {
      const rows = await ledger.query<{ number: string }>(
        'select number::text as number from ledger.numbers where number = any($1::bigint[])',
        [numbers],
      );
      return rows.map(({ number }) => number);
    },
    async settle({ id, attempt }, finding) {
      const by = { who: 'Ada', why: "the vendor's books say so" };
      await settleOrder(ledger, id, finding, by, { attempt, ...BY_BOOKS });
    },
  };
}

async function nobodyIn({ url }: Database): Promise<boolean> {
  const text = `select count(*)::int as n from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
  const { rows } = await inPostgres(url, (client) => client.query<{ n: number }>(text), {
    connectionTimeoutMillis: PATIENCE_MS,
  });
  return rows[0]?.n === 0;
}
