/** Plays a schedule from its first order to the judge's word. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { AppError } from '../../src/errors.ts';
import {
  ensureAccount,
  type Ledger,
  listPlans,
  migrate,
  openPostgres,
  steerPlan,
  submitPlan,
} from '../../src/ledger/index.ts';
import { checkPlan, readLines } from '../../src/plan/index.ts';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { createDatabase, type Database } from '../support/fresh-database.ts';
import { redisServer } from '../support/redis-server.ts';
import type { PrivateServer } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { openCrew } from './crew.ts';
import { countSettled, readFacts } from './facts.ts';
import { storm } from './faults.ts';
import { type Figures, figuresOf } from './figures.ts';
import { openGateway } from './gateway.ts';
import { type Breach, type Facts, judge } from './judge.ts';
import { insist } from './patience.ts';
import { openPerson, type Person, roundOf } from './person.ts';
import { ACCOUNT, type Scene } from './scene.ts';
import { booksKey, type PlannedOrder, type Schedule, SETTLED_AFTER_MS } from './schedule.ts';

export type Played = {
  figures: Figures;
  breaches: Breach[];
  /** Of each order with a breach, all that is known. */
  evidence: string[];
};

/** So long after the storm everything has come to rest, or something is stuck, ms. */
const REST_WITHIN_MS = 180_000;
/** Rounds in which nothing was left to do: a late answer can put an order back to waiting. */
const QUIET_ROUNDS = 4;
const ROUND_MS = 250;

/** A database and a Redis of its own, on a PostgreSQL that no other schedule uses meanwhile. */
export async function play(
  schedule: Schedule,
  { postgres, folder }: { postgres: PrivateServer; folder: string },
): Promise<Played> {
  await using stack = new AsyncDisposableStack();
  const place = mkdtempSync(join(folder, `schedule-${schedule.number}-`));
  stack.defer(() => rmSync(place, { recursive: true, force: true, maxRetries: 10 }));
  const database = await createDatabase(postgres.url, 'drill');
  stack.defer(async () => {
    // What has just been closed may still be there, and nobody would hear it being ended by force.
    await until(() => nobodyIn(database), { what: 'all have left the database' }).catch(() => {});
    await insist(() => database.drop());
  });
  const redis = await redisServer(place, { appendOnly: schedule.appendOnly });
  stack.defer(() => redis.discard());
  await redis.start();
  const ledger = openPostgres(database.url);
  stack.defer(() => ledger.close());
  await migrate(ledger);
  const account = await ensureAccount(ledger, {
    name: ACCOUNT,
    mode: 'sandbox',
    rate: schedule.rate,
  });
  const { seed, number, latencyMs, list, mood } = schedule;
  const sandbox = await openSandbox({
    seed: seed ^ number,
    latencyMs,
    listLagMs: list.lagMs,
    listLatencyMs: list.latencyMs,
    mood,
    stock: stockOf(schedule),
  });
  stack.defer(() => sandbox.close());
  const gateway = await openGateway(sandbox.url, schedule);
  stack.defer(() => gateway.close());

  const redisUrl = schedule.queue === 'redis' ? redis.url : null;
  const complaints: string[] = [];
  mkdirSync(join(place, 'crew'));
  const crew = openCrew(
    join(place, 'crew'),
    {
      ...environmentOf(schedule, { database: database.url, redis: redisUrl, vendor: gateway.url }),
      // Who takes a dead one's place is there twice as fast.
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
    },
    (what) => complaints.push(what),
  );
  stack.defer(() => crew.dismiss());
  for (let n = 0; n < schedule.workers; n++) crew.start();
  await crew.ready();
  const scene: Scene = {
    ledger,
    databaseUrl: database.url,
    postgres,
    redis,
    redisUrl,
    sandbox,
    gateway,
    crew,
    plans: [],
    until: arrivals(sandbox, schedule),
    struck: new Map(),
    kills: 0,
  };

  const person = openPerson(scene, { seed: seed ^ number, share: schedule.settles });
  const complain = (error: unknown) => {
    complaints.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
  let isOver = false;
  // Whatever fails, the rest of it is waited for: it puts back what it has taken away.
  const disaster = Promise.allSettled([
    ...storm(scene, schedule.faults),
    scene.until(1).then(() => {
      sandbox.setMood(null);
      gateway.calm();
    }),
    ...schedule.plans.map((plan, nth) => startPlan(scene, place, account.id, nth, plan)),
  ]).then((ends) => {
    isOver = true;
    for (const end of ends) if (end.status === 'rejected') complain(end.reason);
  });
  const rest = async () => {
    await untilRest(scene, person, () => isOver);
    await crew.end();
    // While they ended, reconciling may have found that an order bought nothing: it waits again.
    return (await insist(() => pendingOrders(ledger))) === 0;
  };
  try {
    while (!(await rest())) crew.start();
  } catch (error) {
    complain(error);
  }
  await disaster;
  const facts = await insist(() => readFacts(ledger, sandbox));
  const breaches = [
    ...judge(facts),
    ...complaints.map((detail): Breach => ({ kind: 'out of order', order: null, detail })),
  ];
  const figures = figuresOf(facts, breaches, {
    kills: scene.kills,
    faults: Object.fromEntries(scene.struck),
    settled: await insist(() => countSettled(ledger)),
  });
  return { figures, breaches, evidence: evidenceOf(breaches, facts, scene) };
}

function arrivals(sandbox: Sandbox, { plans, stormMs }: Schedule): Scene['until'] {
  const orders = plans.reduce((sum, plan) => sum + plan.orders.length, 0);
  const endsAt = performance.now() + stormMs;
  const lastId = () => sandbox.books(Number.MAX_SAFE_INTEGER).lastId;
  return async (share) => {
    while (lastId() < share * orders && performance.now() < endsAt) await pause(5);
  };
}

async function nobodyIn({ url }: Database): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
  await client.end();
  return rows[0]?.n === 0;
}

/** Nothing pending, nothing that the person still means to do, and that for a while. */
async function untilRest(scene: Scene, person: Person, isOver: () => boolean): Promise<void> {
  let quiet = 0;
  let overAt = Infinity;
  while (quiet < QUIET_ROUNDS) {
    await pause(ROUND_MS);
    const left = await roundOf(person);
    if (!isOver()) continue;
    overAt = Math.min(overAt, performance.now());
    const pending = await insist(() => pendingOrders(scene.ledger));
    quiet = left === 0 && pending === 0 ? quiet + 1 : 0;
    if (performance.now() - overAt > REST_WITHIN_MS) {
      throw new Error(`It is stuck: ${pending} orders are pending, ${left} to be settled.`);
    }
  }
}

async function pendingOrders(ledger: Ledger): Promise<number> {
  const plans = await listPlans(ledger);
  return plans.reduce((sum, { pendingOrders }) => sum + pendingOrders, 0);
}

async function startPlan(
  { ledger, plans, until: arrived }: Scene,
  folder: string,
  accountId: number,
  nth: number,
  { startAt, orders }: Schedule['plans'][number],
): Promise<void> {
  await arrived(startAt);
  const path = join(folder, `plan-${nth}.csv`);
  writeFileSync(path, csvOf(orders));
  const check = await checkPlan(path);
  const who = 'Ada';
  const name = `plan-${nth}.csv`;
  const id = await insist(async () => {
    try {
      const lines = readLines(path, check);
      return await submitPlan(ledger, { accountId, name, check, lines, again: false, who });
    } catch (error) {
      // The ledger went away between storing it and saying so.
      if (error instanceof AppError && error.code === 'same_file')
        return Number(error.details.plan);
      throw error;
    }
  });
  await insist(() =>
    steerPlan(ledger, id, 'start', { who }).catch((error) => {
      if (!(error instanceof AppError && error.code === 'wrong_state')) throw error;
    }),
  );
  plans.push(id);
}

function csvOf(orders: PlannedOrder[]): string {
  const rows = orders.map(
    ({ search, quantity, fillQuantity, distance }) =>
      `${search},${quantity},${fillQuantity ? 1 : 0},${distance || ''}\n`,
  );
  return `area_code,quantity,fill_quantity,distance\n${rows.join('')}`;
}

function stockOf({ plans }: Schedule): Record<string, number> {
  return Object.fromEntries(
    plans.flatMap(({ orders }) =>
      orders.flatMap(({ search, stock }) => (stock === null ? [] : [[search, stock]])),
    ),
  );
}

/** No keys: what the workers would buy from without the address is a sandbox as well. */
function environmentOf(
  { rate, concurrency, requestTimeout, reconcile }: Schedule,
  url: { database: string; redis: string | null; vendor: string },
): Record<string, string> {
  return {
    DATABASE_URL: url.database,
    ...(url.redis === null ? {} : { REDIS_URL: url.redis }),
    DIALOGTECH_URL: url.vendor,
    RATE: String(rate),
    CONCURRENCY: String(concurrency),
    REQUEST_TIMEOUT: String(requestTimeout),
    RECONCILE: reconcile,
    RECONCILE_AFTER: String(SETTLED_AFTER_MS / 1_000),
    LOG_LEVEL: 'info',
  };
}

/** The books, the attempts and the workers' logs on each order that the judge complains of. */
function evidenceOf(breaches: Breach[], facts: Facts, { crew }: Scene): string[] {
  const ids = new Set(breaches.map(({ order }) => order));
  return facts.orders
    .filter(({ id }) => ids.has(id))
    .slice(0, 10)
    .flatMap((order) => [
      JSON.stringify(order),
      ...facts.requests
        .filter((request) => booksKey(request) === booksKey(order))
        .map((request) => JSON.stringify(request)),
      ...crew.logged(order.id),
    ]);
}
