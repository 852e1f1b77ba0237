/**
 * Where the figures stand: workers of other queues that send the same requests, beside the
 * program's. What each promises stands in README.md beside this file.
 */
import { openServers } from './servers.ts';
import type { Steady } from './steady.ts';
import { figure, median, printTable, progress } from './table.ts';
import { CONCURRENCY, LATENCY_MS, runProgram, runScript } from './unpaced.ts';

const RUNS = 3;
const NUMBERS = 3;

await using servers = await openServers();
const PEERS: Record<string, () => Promise<Steady>> = {
  'BullMQ on Redis, writing nothing': () => run('bare-worker.ts', servers.newRedis()),
  'graphile-worker, a row for each job': async () =>
    run('peer-worker.ts', 'graphile-worker', await servers.newDatabase()),
  'pg-boss, a row for each job': async () =>
    run('peer-worker.ts', 'pg-boss', await servers.newDatabase()),
  'this program': () => runProgram(servers, NUMBERS),
};

const found = new Map<string, Steady[]>();
for (let round = 1; round <= RUNS; round++) {
  for (const [name, measure] of Object.entries(PEERS)) {
    const steady = await measure();
    found.set(name, [...(found.get(name) ?? []), steady]);
    progress(`${name}: ${figure(steady.ordersPerSecond, 0)}/s`);
  }
}
const of = (name: string, what: keyof Steady) =>
  median((found.get(name) ?? []).map((each) => each[what]));
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

function run(...script: [script: string, ...own: string[]]): Promise<Steady> {
  return runScript(servers, NUMBERS, script);
}
