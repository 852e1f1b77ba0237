/**
 * What the ledger costs: a worker without a pace against a bare BullMQ worker that sends the same
 * requests and writes nothing down. The vendor takes 20 ms; worker, vendor, PostgreSQL and Redis
 * share the machine, so both are as fast as all of them together allow.
 */
import { openServers } from './servers.ts';
import { NO_PACE } from './stage.ts';
import type { Steady } from './steady.ts';
import { figure, median, percent, printTable, progress, reached } from './table.ts';
import { CONCURRENCY, LATENCY_MS, ORDERS, runProgram, runScript } from './unpaced.ts';

const RUNS = 3;
const CASES = [
  { numbers: 3, share: 0.9 },
  { numbers: 25, share: 0.8 },
];
const MOST_CPU = 1.2;

await using servers = await openServers();
const rows: string[][] = [];
for (const { numbers, share } of CASES) {
  const bare: Steady[] = [];
  const safe: Steady[] = [];
  for (let run = 1; run <= RUNS; run++) {
    bare.push(await runScript(servers, numbers, ['bare-worker.ts', servers.newRedis()]));
    safe.push(await runProgram(servers, numbers));
    progress(`${numbers} numbers: bare ${inShort(bare.at(-1)!)}; safe ${inShort(safe.at(-1)!)}`);
  }
  rows.push(...rowsOf(numbers, share, bare, safe));
}
printTable(
  `safety: one worker, concurrency ${CONCURRENCY}, RATE=${NO_PACE}, vendor ${LATENCY_MS} ms, ` +
    `fsync on; medians of ${RUNS} interleaved runs of ${figure(ORDERS)} orders`,
  [
    'numbers an answer',
    'worker',
    'orders/s',
    'of bare',
    'must be',
    'worker CPU an order',
    'of bare',
    'must be',
    'vendor CPU an order',
    'machine busy',
  ],
  rows,
);

function rowsOf(numbers: number, share: number, bare: Steady[], safe: Steady[]): string[][] {
  const of = (runs: Steady[], what: keyof Steady) => median(runs.map((run) => run[what]));
  const ratio = (what: keyof Steady) => of(safe, what) / of(bare, what);
  const common = (runs: Steady[]) => [
    `${figure(of(runs, 'vendorUs'), 0)} µs`,
    percent(of(runs, 'busy'), 0),
  ];
  const speed = ratio('ordersPerSecond');
  const cost = ratio('cpuUs');
  const cpu = (runs: Steady[]) => `${figure(of(runs, 'cpuUs'), 0)} µs`;
  const pace = (runs: Steady[]) => figure(of(runs, 'ordersPerSecond'), 0);
  return [
    [String(numbers), 'bare', pace(bare), '1', '', cpu(bare), '1', '', ...common(bare)],
    [
      String(numbers),
      'safe',
      pace(safe),
      figure(speed),
      `>= ${share}: ${reached(speed >= share)}`,
      cpu(safe),
      figure(cost),
      `<= ${MOST_CPU}: ${reached(cost <= MOST_CPU)}`,
      ...common(safe),
    ],
  ];
}

function inShort({ ordersPerSecond, cpuUs }: Steady): string {
  return `${figure(ordersPerSecond, 0)}/s, ${figure(cpuUs, 0)} µs`;
}
