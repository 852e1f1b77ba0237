/**
 * Where the figures stand: workers of other queues that send the same requests, beside the
 * program's. What each promises stands in README.md beside this file.
 */
import { join } from 'node:path';
import { startScript } from './program.ts';
import { startVendor } from './sandbox.ts';
import { openServers } from './servers.ts';
import { openStage } from './stage.ts';
import { measureSteady, type Steady } from './steady.ts';
import { figure, median, printTable, progress } from './table.ts';

const RUNS = 3;
const LATENCY_MS = 20;
const CONCURRENCY = 200;
const NUMBERS = 3;
const WARM_UP = 2_000;
const ORDERS = 5_000;
const PLAN = WARM_UP + ORDERS + 2_000;

await using servers = await openServers();
const PEERS: Record<string, () => Promise<Steady>> = {
  'BullMQ on Redis, writing nothing': () => runScript('bare-worker.ts', [servers.newRedis()]),
  'graphile-worker, a row for each job': async () =>
    runScript('peer-worker.ts', ['graphile-worker', await servers.newDatabase()]),
  'pg-boss, a row for each job': async () =>
    runScript('peer-worker.ts', ['pg-boss', await servers.newDatabase()]),
  'this program': runSafe,
};

const found = new Map<string, Steady[]>();
for (let run = 1; run <= RUNS; run++) {
  for (const [name, measure] of Object.entries(PEERS)) {
    const steady = await measure();
    found.set(name, [...(found.get(name) ?? []), steady]);
    progress(`${name}: ${figure(steady.ordersPerSecond, 0)}/s`);
  }
}
const of = (name: string, what: keyof Steady) =>
  median((found.get(name) ?? []).map((run) => run[what]));
const [first = ''] = Object.keys(PEERS);
printTable(
  `peers: one worker process, concurrency ${CONCURRENCY}, no pace, vendor ${LATENCY_MS} ms, ` +
    `${NUMBERS} numbers an answer; medians of ${RUNS} runs in turn`,
  ['worker', 'orders/s', 'of the first', 'worker CPU an order', 'machine busy'],
  Object.keys(PEERS).map((name) => [
    name,
    figure(of(name, 'ordersPerSecond'), 0),
    figure(of(name, 'ordersPerSecond') / of(first, 'ordersPerSecond')),
    `${figure(of(name, 'cpuUs'), 0)} µs`,
    `${figure(100 * of(name, 'busy'), 0)} %`,
  ]),
);

async function runScript(script: string, args: string[]): Promise<Steady> {
  const vendor = await startVendor(servers.folder, LATENCY_MS);
  const all = [...args, vendor.url, PLAN, NUMBERS, CONCURRENCY].map(String);
  const worker = startScript(join(import.meta.dirname, script), all, servers.folder, {});
  try {
    await worker.saying(/worker started/);
    return await measureSteady(vendor, worker.pid, { warmUp: WARM_UP, orders: ORDERS });
  } finally {
    await worker.stop('SIGKILL');
    await vendor.stop();
  }
}

async function runSafe(): Promise<Steady> {
  await using stage = await openStage(servers, {
    latencyMs: LATENCY_MS,
    settings: { RATE: 'none', LOG_LEVEL: 'warn', CONCURRENCY: String(CONCURRENCY) },
  });
  await stage.submit({ orders: PLAN, numbers: NUMBERS });
  const worker = stage.work();
  return await measureSteady(stage.vendor, worker.pid, { warmUp: WARM_UP, orders: ORDERS });
}
