/**
 * How long the compiled program takes to begin its work, with an embedded database, beside Node
 * alone.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openSandbox, type Sandbox } from '../src/sandbox/index.ts';
import { freePort } from '../test/support/free-port.ts';
import { makeRunFolder } from '../test/support/run-folder.ts';
import { until } from '../test/support/until.ts';
import { buildProgram, runScript, startScript } from './program.ts';
import { figure, median, printTable, progress, reached } from './table.ts';

const ROUNDS = 5;
const ROOT = resolve(import.meta.dirname, '..');
const PLAN = join(ROOT, 'examples/first-plan.csv');
const COMPILED = buildProgram();

const folder = makeRunFolder();
const empty = join(folder, 'empty.js');
writeFileSync(empty, '');

const node: number[] = [];
const help: number[] = [];
const up = { first: [] as number[], later: [] as number[] };
const order = { first: [] as number[], later: [] as number[] };
for (let round = 1; round <= ROUNDS; round++) {
  progress(`start, round ${round} of ${ROUNDS}`);
  node.push(await runScript(empty, [], folder));
  help.push(await runScript(COMPILED, ['--help'], folder));
  const data = mkdtempSync(join(folder, 'up-'));
  up.first.push(await startUp(join(data, 'data')));
  up.later.push(await startUp(join(data, 'data')));
  const other = mkdtempSync(join(folder, 'order-'));
  // The same vendor: at another one the account would first find out whose numbers those are.
  await using vendor = await openSandbox();
  order.first.push(await startOrder(join(other, 'data'), vendor));
  order.later.push(await startOrder(join(other, 'data'), vendor));
}
rmSync(folder, { recursive: true, force: true });

const alone = median(node);
const row = (what: string, times: number[], limitMs: number) => {
  const ms = median(times);
  const most = Math.max(...times);
  const must = `<= ${figure(limitMs / 1e3)}`;
  return [what, figure(ms / 1e3), figure(most / 1e3), must, reached(ms <= limitMs)];
};
printTable(
  `From the start of the process, in seconds (medians of ${ROUNDS} rounds)`,
  ['', 'median', 'slowest', 'must reach', 'reached'],
  [
    ['Node with an empty script', figure(alone / 1e3), figure(Math.max(...node) / 1e3), '', ''],
    row('--help, to its end', help, alone + 100),
    row('up to /readyz, a new embedded database', up.first, 2_000),
    row('up to /readyz, an existing one', up.later, 800),
    row('order to its first request, a new one', order.first, 2_000),
    row('order to its first request, an existing one', order.later, 1_000),
  ],
);

async function startUp(data: string): Promise<number> {
  const port = await freePort();
  const from = performance.now();
  const settings = { DATA_DIR: data, PORT: `${port}` };
  const server = startScript(COMPILED, ['--json', 'up'], folder, settings);
  const isReady = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  await until(isReady, { what: '/readyz says yes', withinMs: 60_000, everyMs: 10 });
  const ms = performance.now() - from;
  await server.stop();
  return ms;
}

/** The vendor is a sandbox of this process, which notes when it hears of the first order. */
async function startOrder(data: string, vendor: Sandbox): Promise<number> {
  const { lastId } = vendor.books();
  const settings = { DATA_DIR: data, DIALOGTECH_URL: vendor.url };
  const from = Date.now();
  const words = ['--json', 'order', PLAN, '--again'];
  const ordering = startScript(COMPILED, words, folder, settings);
  const first = await until(() => vendor.books(lastId).requests[0], {
    what: 'the first order arrives',
    withinMs: 60_000,
    everyMs: 5,
  });
  await ordering.stop();
  return first.at - from;
}
