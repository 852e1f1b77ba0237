/** Orders per second with nothing installed: the ledger embedded, the queue in memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeRunFolder } from '../test/support/run-folder.ts';
import { runCommand, startCommand } from './program.ts';
import { startVendor, writePlan } from './sandbox.ts';
import { NO_PACE } from './stage.ts';
import { measureSteady, type Steady } from './steady.ts';
import { figure, median, percent, printTable, progress, reached } from './table.ts';

const RUNS = 3;
/** As many as fit into 20 ms at the pace that is to be reached, twice and nine times over. */
const CONCURRENCIES = [50, 200];
const LATENCY_MS = 20;
const WARM_UP = 1_000;
const ORDERS = 8_000;
/** Five times what it reached with the queue in the database too, on the same machine. */
const MUST_REACH = 1_670;

const folder = makeRunFolder();
const rows: string[][] = [];
for (const concurrency of CONCURRENCIES) {
  const runs: Steady[] = [];
  for (let run = 1; run <= RUNS; run++) {
    runs.push(await measure(concurrency));
    progress(`embedded, ${concurrency}: ${figure(runs.at(-1)!.ordersPerSecond, 0)}/s`);
  }
  rows.push(rowOf(concurrency, runs));
}
rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
printTable(
  `embedded: one process, RATE=${NO_PACE}, vendor ${LATENCY_MS} ms; ` +
    `medians of ${RUNS} runs of ${figure(ORDERS)} orders for 3 numbers`,
  ['concurrency', 'orders/s', 'must be', 'CPU an order', 'machine busy'],
  rows,
);

function rowOf(concurrency: number, runs: Steady[]): string[] {
  const of = (what: keyof Steady) => median(runs.map((run) => run[what]));
  const perSecond = of('ordersPerSecond');
  return [
    String(concurrency),
    figure(perSecond, 0),
    `>= ${figure(MUST_REACH)}: ${reached(perSecond >= MUST_REACH)}`,
    `${figure(of('cpuUs') / 1000)} ms`,
    percent(of('busy'), 0),
  ];
}

async function measure(concurrency: number): Promise<Steady> {
  const vendor = await startVendor(folder, LATENCY_MS);
  const settings = {
    DATA_DIR: mkdtempSync(join(folder, 'data-')),
    DIALOGTECH_URL: vendor.url,
    RATE: NO_PACE,
    CONCURRENCY: String(concurrency),
    LOG_LEVEL: 'warn',
  };
  const path = writePlan(folder, { orders: WARM_UP + ORDERS + 300, numbers: 3 });
  const { answer } = await runCommand<{ id: number }>(
    ['submit', path, '--start'],
    folder,
    settings,
  );
  const program = startCommand(['watch', String(answer.id), '--work'], folder, settings);
  try {
    return await measureSteady(vendor, program.pid, { warmUp: WARM_UP, orders: ORDERS });
  } finally {
    await program.stop('SIGKILL');
    await vendor.stop();
  }
}
