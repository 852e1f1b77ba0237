/** The command `up` with an embedded database that is there already, until /readyz says yes. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../test/support/free-port.ts';
import { makeRunFolder } from '../test/support/run-folder.ts';
import { until } from '../test/support/until.ts';
import { startCommand } from './program.ts';
import { figure, median, printTable, progress, reached } from './table.ts';

const ROUNDS = 5;

const folder = makeRunFolder();
progress(`start, ${ROUNDS} times after the first one`);
const first = await startUp();
const times: number[] = [];
for (let round = 1; round <= ROUNDS; round++) times.push(await startUp());
rmSync(folder, { recursive: true, force: true });

const usual = median(times);
printTable(
  `From the start of the process to /readyz (median of ${ROUNDS})`,
  ['', 'measured', 'must reach', 'reached'],
  [
    ['up, a new embedded database, s (once)', figure(first / 1e3), '', ''],
    ['up, an existing one, s', figure(usual / 1e3), '<= 2', reached(usual <= 2_000)],
    ['the slowest of them, s', figure(Math.max(...times) / 1e3), '', ''],
  ],
);

async function startUp(): Promise<number> {
  const port = await freePort();
  const from = performance.now();
  const up = startCommand(['up'], folder, { DATA_DIR: join(folder, 'data'), PORT: `${port}` });
  const isReady = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  await until(isReady, { what: '/readyz says yes', withinMs: 60_000, everyMs: 10 });
  const ms = performance.now() - from;
  await up.stop();
  return ms;
}
