/** Orders per second with nothing installed: ledger and queue in the embedded database. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeRunFolder } from '../test/support/run-folder.ts';
import { runCommand, startCommand } from './program.ts';
import { startVendor, writePlan } from './sandbox.ts';
import { NO_PACE } from './stage.ts';
import { measureSteady, type Steady } from './steady.ts';
import { figure, median, percent, printTable, progress, reached } from './table.ts';

const RUNS = 3;
/** As many as fit into 20 ms at the pace that is to be reached, several times over. */
const CONCURRENCY = 50;
const LATENCY_MS = 20;
const WARM_UP = 300;
const ORDERS = 1_500;
const MUST_REACH = 150;

const folder = makeRunFolder();
const runs: Steady[] = [];
for (let run = 1; run <= RUNS; run++) {
  runs.push(await measure());
  progress(`embedded: ${figure(runs.at(-1)!.ordersPerSecond, 0)}/s`);
}
rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
const of = (what: keyof Steady) => median(runs.map((run) => run[what]));
const perSecond = of('ordersPerSecond');
printTable(
  `embedded: one process, concurrency ${CONCURRENCY}, RATE=${NO_PACE}, vendor ${LATENCY_MS} ms; ` +
    `medians of ${RUNS} runs of ${figure(ORDERS)} orders for 3 numbers`,
  ['orders/s', 'must be', 'CPU an order', 'machine busy'],
  [
    [
      figure(perSecond, 0),
      `>= ${MUST_REACH}: ${reached(perSecond >= MUST_REACH)}`,
      `${figure(of('cpuUs') / 1000)} ms`,
      percent(of('busy'), 0),
    ],
  ],
);

async function measure(): Promise<Steady> {
  const vendor = await startVendor(folder, LATENCY_MS);
  const settings = {
    DATA_DIR: mkdtempSync(join(folder, 'data-')),
    DIALOGTECH_URL: vendor.url,
    RATE: NO_PACE,
    CONCURRENCY: String(CONCURRENCY),
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
