/** One worker without a pace, measured: the program's, or a script that it is compared with. */
import { join } from 'node:path';
import { startScript } from './program.ts';
import { startVendor } from './sandbox.ts';
import type { Servers } from './servers.ts';
import { NO_PACE, openStage } from './stage.ts';
import { measureSteady, type Steady } from './steady.ts';

export const LATENCY_MS = 20;
export const CONCURRENCY = 200;
const WARM_UP = 2_000;
export const ORDERS = 5_000;
/** More than are measured, so that none of the last ones waits for company. */
const PLAN = WARM_UP + ORDERS + 2_000;

/** After its own arguments the script gets the vendor's address, jobs, numbers and concurrency. */
export async function runScript(
  servers: Servers,
  numbers: number,
  [script, ...own]: [script: string, ...own: string[]],
): Promise<Steady> {
  const vendor = await startVendor(servers.folder, LATENCY_MS);
  const args = [...own, vendor.url, PLAN, numbers, CONCURRENCY].map(String);
  const worker = startScript(join(import.meta.dirname, script), args, servers.folder, {});
  try {
    await worker.saying(/worker started/);
    return await measureSteady(vendor, worker.pid, { warmUp: WARM_UP, orders: ORDERS });
  } finally {
    await worker.stop('SIGKILL');
    await vendor.stop();
  }
}

export async function runProgram(servers: Servers, numbers: number): Promise<Steady> {
  await using stage = await openStage(servers, {
    latencyMs: LATENCY_MS,
    // The scripts write no line of log for each order either.
    settings: { RATE: NO_PACE, LOG_LEVEL: 'warn', CONCURRENCY: String(CONCURRENCY) },
  });
  await stage.submit({ orders: PLAN, numbers });
  const worker = stage.work();
  return await measureSteady(stage.vendor, worker.pid, { warmUp: WARM_UP, orders: ORDERS });
}
