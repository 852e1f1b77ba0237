/** A plan of a million lines: into PostgreSQL, to the vendor after `start`, and into Redis. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { openSandbox } from '../src/sandbox/index.ts';
import { until } from '../test/support/until.ts';
import { LINES, writeBigPlan } from './big-plan.ts';
import { runCommand, startCommand } from './program.ts';
import { openServers, type Servers } from './servers.ts';
import { figure, median, printTable, progress, reached } from './table.ts';
import { watchQueue } from './watch-queue.ts';

const ROUNDS = 3;
/**
 * As slow as it gets by default, so that the worker is still there when the queue has been filled.
 */
const RATE = '4';
/** The first request may be so much later than that of a plan of one line. */
const FIRST_LATER_MS = 200;
/** A queue that has not grown for this long is full, ms. */
const SETTLED_MS = 3_000;

type Round = Awaited<ReturnType<typeof submitAndStart>>;
type Plan = { id: number; lines: number; orders: number };

await using servers = await openServers();
const path = await writeBigPlan(servers.folder);
const line = join(servers.folder, 'line.csv');
writeFileSync(line, 'area_code,quantity\n212,3\n');
const rounds: Round[] = [];
const ofOneLine: Round[] = [];
for (let round = 1; round <= ROUNDS; round++) {
  progress(`submitting, round ${round} of ${ROUNDS}`);
  ofOneLine.push(await submitAndStart(servers, line));
  rounds.push(await submitAndStart(servers, path));
}
progress('submitting after small plans');
const beside = await submitBesideSmallPlans(servers);
const of = (what: keyof Round) => median(rounds.map((round) => round[what]));
const [rate, peakMb, firstMs, redisMb] = [of('rate'), of('peakMb'), of('firstMs'), of('redisMb')];
const firstOfOneMs = median(ofOneLine.map((round) => round.firstMs));
const mostFirstMs = firstOfOneMs + FIRST_LATER_MS;
printTable(
  `Submitting ${figure(LINES, 0)} lines as ${figure(of('orders'), 0)} orders to PostgreSQL, ` +
    `fsync on (medians of ${ROUNDS}; times are of whole processes)`,
  ['', 'measured', 'must reach', 'reached'],
  [
    ['submit, lines/s', figure(rate), '>= 30,000', reached(rate >= 30_000)],
    ['submit, peak memory, MB', figure(peakMb), '<= 220', reached(peakMb <= 220)],
    ['`start` to the first request of a plan of one line, s', figure(firstOfOneMs / 1e3), '', ''],
    [
      '`start` to the first request, s',
      figure(firstMs / 1e3),
      `<= ${figure(mostFirstMs / 1e3)}`,
      reached(firstMs <= mostFirstMs),
    ],
    ['Redis for the plan, MB', figure(redisMb), '<= 50', reached(redisMb <= 50)],
    ['jobs in the queue then', figure(of('jobs'), 0), '', ''],
    [
      '20,000 lines after 60 small plans and analyze, of a new database',
      figure(beside, 2),
      '<= 1.5',
      reached(beside <= 1.5),
    ],
  ],
);

async function submitAndStart({ folder, newDatabase, newRedis }: Servers, path: string) {
  const database = await newDatabase();
  const settings = { DATABASE_URL: database, REDIS_URL: newRedis(), RATE };
  await runCommand(['migrate'], folder, settings);
  const { answer, ms, peakBytes } = await runCommand<Plan>(['submit', path], folder, settings);
  const started = await startPlan(answer, folder, settings);
  await drop(database);
  return {
    rate: (answer.lines / ms) * 1_000,
    peakMb: peakBytes / 1e6,
    orders: answer.orders,
    ...started,
  };
}

/**
 * How much longer storing takes once the database has counted small plans: it then expects every
 * plan to be small. Pairs in turn; the median of their ratios.
 */
async function submitBesideSmallPlans({ folder, newDatabase }: Servers): Promise<number> {
  const large = join(folder, 'large.csv');
  writeFileSync(large, `area_code,quantity\n${'212,10\n'.repeat(20_000)}`);
  const small = join(folder, 'small.csv');
  const store = async (smallPlans: number) => {
    const database = await newDatabase();
    const settings = { DATABASE_URL: database };
    await runCommand(['migrate'], folder, settings);
    for (let n = 0; n < smallPlans; n++) {
      writeFileSync(small, `area_code,quantity\n212,${n + 1}\n312,10\n`);
      await runCommand(['submit', small], folder, settings);
    }
    await ask(database, 'analyze');
    const { ms } = await runCommand(['submit', large], folder, settings);
    await drop(database);
    return ms;
  };
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const alone = await store(0);
    ratios.push((await store(60)) / alone);
  }
  return median(ratios);
}

async function ask(database: string, text: string): Promise<void> {
  const client = new Client({ connectionString: database });
  await client.connect();
  await client.query(text);
  await client.end();
}

/** A worker is waiting; the plan is started, and the vendor's books say when it heard of it. */
async function startPlan(
  { id }: Plan,
  folder: string,
  settings: { DATABASE_URL: string; REDIS_URL: string },
) {
  await using vendor = await openSandbox({ latencyMs: 20 });
  await using queue = watchQueue(settings.REDIS_URL);
  const before = await queue.usedBytes();
  const selling = { ...settings, DIALOGTECH_URL: vendor.url };
  const worker = startCommand(['work'], folder, selling);
  await worker.saying(/worker started/);
  const from = Date.now();
  const starting = runCommand(['start', String(id)], folder, settings);
  const first = await until(() => vendor.books().requests[0], {
    what: 'the first order is sent',
    withinMs: 60_000,
    everyMs: 5,
  });
  await starting;
  const jobs = await whenFull(queue.jobs);
  const redisMb = ((await queue.usedBytes()) - before) / 1e6;
  await worker.stop();
  return { firstMs: first.at - from, redisMb, jobs };
}

/** Waits until the queue has not grown for a while. Returns how many jobs were in it. */
async function whenFull(jobsNow: () => Promise<number>): Promise<number> {
  let most = 0;
  let grewAt = performance.now();
  await until(
    async () => {
      const jobs = await jobsNow();
      if (jobs > most) [most, grewAt] = [jobs, performance.now()];
      return performance.now() - grewAt > SETTLED_MS;
    },
    { what: 'the queue is full', withinMs: 120_000, everyMs: 100 },
  );
  return most;
}

/** Its upkeep would go on beside the next round. */
async function drop(database: string): Promise<void> {
  const url = new URL(database);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  await client.query(`drop database ${name} with (force)`);
  await client.end();
}
