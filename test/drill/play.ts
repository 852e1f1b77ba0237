/** Plays a schedule from its first order to the judge's word. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { booksKey } from '../support/books/books-key.ts';
import { type Breach, type Facts, judge } from '../support/books/judge.ts';
import { findFaketime, sweepMemory, wallClock } from '../support/faketime.ts';
import type { PrivateServer } from '../support/server-process.ts';
import { PATIENCE_MS } from '../support/until.ts';
import { ROLLING_BACK } from './fault-kinds.ts';
import { figuresOf } from './figures.ts';
import { onFolder, openFolder } from './folder.ts';
import { openGateway } from './gateway.ts';
import { retryWhileAway } from './patience.ts';
import { roundOf } from './person.ts';
import { stockOf } from './plans.ts';
import type { Place, Scene } from './scene.ts';
import { type Schedule, SETTLED_AFTER_MS } from './schedule.ts';
import { onServers, openServers } from './servers.ts';
import { storm } from './strikes.ts';
import { AS_UP, AS_WORK, openWorkers } from './workers.ts';

/** Rounds in which nothing was left to do: a late answer can put an order back to waiting. */
const QUIET_ROUNDS = 4;
const ROUND_MS = 250;

type Given = { shared: () => Promise<PrivateServer>; folder: string };

/**
 * `shared`: a PostgreSQL that no other schedule uses meanwhile, for those that need none of their
 * own.
 */
export async function play(schedule: Schedule, given: Given) {
  await using stack = new AsyncDisposableStack();
  const complaints: string[] = [];
  const { scene, place } = await setUp(schedule, given, stack, (what) => complaints.push(what));
  const complain = (error: unknown) => {
    complaints.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
  let isOver = false;
  // Whatever fails, the rest of it is waited for: it puts back what it has taken away.
  const disaster = Promise.allSettled([
    ...storm(scene, place, schedule.faults),
    scene.until(1).then(() => {
      scene.sandbox.setFaultMix(null);
      scene.gateway.calm();
    }),
    ...schedule.plans.map(async ({ startAt }, nth) => {
      await scene.until(startAt);
      await place.startPlan(nth);
    }),
  ]).then((ends) => {
    isOver = true;
    for (const end of ends) if (end.status === 'rejected') complain(end.reason);
  });
  const rest = async () => {
    await untilRest(scene, place, () => isOver);
    await scene.workers.end();
    return place.read();
  };
  // While they end, reconciling may find that an order bought nothing: it waits again.
  const isOpen = ({ orders }: Awaited<ReturnType<Place['read']>>) =>
    orders.some(({ state }) => /^(waiting|sending)$/.test(state));
  try {
    while (isOpen(await rest())) scene.workers.start();
  } catch (error) {
    complain(error);
    await scene.workers.end();
  }
  await disaster;
  await scene.workers.end();
  const { settled, ...reading } = await place.read();
  const has = (kinds: string[]) => schedule.faults.some(({ kind }) => kinds.includes(kind));
  const facts: Facts = {
    ...reading,
    requests: scene.sandbox.books().requests,
    isWhole: !has(ROLLING_BACK),
    isTimed: !has(['clock_set']),
    isByAnswers: false,
  };
  const breaches = [
    ...judge(facts),
    ...complaints.map((detail): Breach => ({ kind: 'out of order', order: null, detail })),
  ];
  const faults = Object.fromEntries(scene.struck);
  const figures = figuresOf(facts, breaches, { kills: scene.kills, faults, settled });
  return { figures, breaches, evidence: evidenceOf(breaches, facts, scene) };
}

type Stack = AsyncDisposableStack;

async function setUp(
  schedule: Schedule,
  { shared, folder: within }: Given,
  stack: Stack,
  complain: Scene['complain'],
): Promise<{ scene: Scene; place: Place }> {
  const folder = mkdtempSync(join(within, `schedule-${schedule.number}-`));
  stack.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  // PostgreSQL may run as another user.
  chmodSync(folder, 0o711);
  const sandbox = await openSandbox(vendorOf(schedule));
  stack.defer(() => sandbox.close());
  const gateway = await openGateway(sandbox.url, schedule);
  stack.defer(() => gateway.close());
  const isEmbedded = schedule.queue === 'embedded';
  const clocks = clocksOf(schedule, folder);
  if (clocks) stack.defer(sweepMemory);
  const disk = isEmbedded ? await openFolder(folder, schedule) : null;
  const databaseEnv = clocks?.database?.env ?? {};
  const servers = disk
    ? null
    : await openServers(schedule, { shared, folder, env: databaseEnv, stack });

  const workersFolder = join(folder, 'workers');
  mkdirSync(workersFolder);
  const workers = openWorkers({
    folder: workersFolder,
    env: {
      ...environmentOf(schedule, gateway.url),
      ...(servers ? { DATABASE_URL: servers.databaseUrl } : {}),
      ...(servers?.redisUrl ? { REDIS_URL: servers.redisUrl } : {}),
      ...disk?.env,
      ...clocks?.workers.env,
    },
    command: disk?.command ?? ((cli) => cli),
    as: disk ? AS_UP : AS_WORK,
    complain,
  });
  stack.defer(() => workers.dismiss());
  for (let n = 0; n < schedule.workers; n++) workers.start();
  await workers.ready();
  const scene: Scene = {
    ...{ sandbox, gateway, workers, clocks, complain },
    until: arrivals(sandbox, schedule),
    struck: new Map(),
    kills: 0,
  };
  const place = disk
    ? onFolder(scene, disk, { schedule, folder })
    : onServers(scene, servers!, { schedule, folder });
  return { scene, place };
}

function vendorOf(schedule: Schedule) {
  const { seed, number, latencyMs, list, faultMix } = schedule;
  return {
    seed: seed ^ number,
    latencyMs,
    listLagMs: list.lagMs,
    listLatencyMs: list.latencyMs,
    faultMix,
    stock: stockOf(schedule),
  };
}

/** Only where one is to be set: a process takes longer to read such a clock. */
function clocksOf({ faults, queue }: Schedule, folder: string): Scene['clocks'] {
  if (!faults.some(({ kind }) => kind === 'clock_set') || !findFaketime()) return null;
  const clockIn = (name: string) => {
    const path = join(folder, name);
    mkdirSync(path);
    return wallClock(path);
  };
  return {
    database: queue === 'embedded' ? null : clockIn('database-clock'),
    workers: clockIn('workers-clock'),
  };
}

function arrivals(sandbox: Sandbox, { plans, stormMs }: Schedule): Scene['until'] {
  const orders = plans.reduce((sum, plan) => sum + plan.orders.length, 0);
  const endsAt = performance.now() + stormMs;
  const lastId = () => sandbox.books(Number.MAX_SAFE_INTEGER).lastId;
  return async (share) => {
    while (lastId() < share * orders && performance.now() < endsAt) await pause(5);
  };
}

/** Nothing pending, nothing that the person still means to do, and that for a while. */
async function untilRest(scene: Scene, place: Place, isOver: () => boolean): Promise<void> {
  let quiet = 0;
  let last = '';
  let changedAt = performance.now();
  while (quiet < QUIET_ROUNDS) {
    await pause(ROUND_MS);
    const left = await roundOf(place.person);
    if (!isOver()) continue;
    const pending = await retryWhileAway(() => place.pendingOrders());
    quiet = left === 0 && pending === 0 ? quiet + 1 : 0;
    const now =
      `${pending} orders are pending, ${left} to be settled, and ` +
      `${scene.sandbox.books(Infinity).lastId} requests have arrived`;
    if (now !== last) changedAt = performance.now();
    last = now;
    if (performance.now() - changedAt > PATIENCE_MS) throw new Error(`It is stuck: ${now}.`);
  }
}

/** No keys: what the workers would buy from without the address is a sandbox as well. */
function environmentOf(
  { rate, concurrency, requestTimeout, reconcile }: Schedule,
  vendorUrl: string,
): Record<string, string> {
  return {
    DIALOGTECH_URL: vendorUrl,
    RATE: String(rate),
    CONCURRENCY: String(concurrency),
    REQUEST_TIMEOUT: String(requestTimeout),
    RECONCILE: reconcile,
    RECONCILE_AFTER: String(SETTLED_AFTER_MS / 1_000),
    LOG_LEVEL: 'info',
  };
}

/** The books, the attempts and the workers' logs on each order that the judge complains of. */
function evidenceOf(breaches: Breach[], facts: Facts, { workers }: Scene): string[] {
  const ids = new Set(breaches.map(({ order }) => order));
  return facts.orders
    .filter(({ id }) => ids.has(id))
    .slice(0, 10)
    .flatMap((order) => [
      JSON.stringify(order),
      ...facts.requests
        .filter((request) => booksKey(request) === booksKey(order))
        .map((request) => JSON.stringify(request)),
      ...workers.logged(order.id),
    ]);
}
