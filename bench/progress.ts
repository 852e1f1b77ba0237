/**
 * What it costs to look at a huge plan while it is worked on, for who looks and for the workers.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findAccount, findPlan, openPostgres, planEvents } from '../src/ledger/index.ts';
import { freePort } from '../test/support/free-port.ts';
import { writeLargePlan } from './large-plan.ts';
import { lookAtPages } from './pages.ts';
import { runCommand, startCommand, startScript } from './program.ts';
import { openServers } from './servers.ts';
import { figure, median, percent, printTable, progress, quantile, reached } from './table.ts';

const ORDERS = 1_000_000;
/** Of work that is looked at, and of work that is not, in turns. */
const ROUNDS = 5;
const ROUND_MS = 3_000;
/** Each of the ways to look is taken so often: more than any page or script does. */
const LOOK_EVERY_MS = 250;
/** Then once more, to know of more looks how long they take. */
const MANY = { ms: 12_000, everyMs: 40 };

await using servers = await openServers();
const { folder } = servers;
const database = await servers.newDatabase();
const settings = { DATABASE_URL: database, RATE: '10', PORT: `${await freePort()}` };
await runCommand(['migrate'], folder, settings);
progress('progress: writing the plan');
const plan = await writeLargePlan(database, { lines: ORDERS, quantity: 3, filled: ORDERS / 2 });
const ten = await writeLargePlan(database, { lines: 10, quantity: 3, filled: 5 });
const ledger = openPostgres(database);
const account = await findAccount(ledger, 'sandbox');
const server = startCommand(['serve'], folder, settings);
await server.saying(/serves/);
const args = [database, `${plan}`, `${account.id}`, `${ORDERS / 2 + 1}`];
const writers = startScript(join(import.meta.dirname, 'writers.ts'), args, folder, {});
await writers.saying(/"done":[1-9]/);

const api = `http://127.0.0.1:${settings.PORT}/api/plans/${plan}`;
const looks: Record<string, () => Promise<unknown>> = {
  '`show`': () => Promise.all([findPlan(ledger, plan), planEvents(ledger, plan)]),
  'GET /api/plans/ID': () => get(api),
  'GET /api/plans/ID/progress': () => get(`${api}/progress`),
};
const took: Record<string, number[]> = {};
for (const [name, look] of Object.entries(looks)) {
  took[name] = [];
  // What is compiled and planned at the first look, is.
  await look();
}
const slower: number[] = [];
for (let round = 1; round <= ROUNDS; round++) {
  progress(`progress, round ${round} of ${ROUNDS}`);
  const unseen = await rateFor(pause(ROUND_MS));
  const seen = await rateFor(lookFor(ROUND_MS, looks));
  const again = await rateFor(pause(ROUND_MS));
  // They slow down a little as the plan goes on, so what is compared lies before and after.
  slower.push(1 - seen / ((unseen + again) / 2));
}
await lookFor(MANY.ms, looks, MANY.everyMs);
progress('progress, the pages');
const pages = await lookAtPages(`http://127.0.0.1:${settings.PORT}`, { huge: plan, small: ten });
await writers.stop('SIGKILL');
await server.stop();
await ledger.close();

const cost = median(slower);
printTable(
  `Looking at a plan of ${figure(ORDERS, 0)} orders, half done, each ${LOOK_EVERY_MS} ms, two ` +
    'writers at full speed',
  ['', 'p50, ms', 'p99, ms', 'must reach', 'reached'],
  [
    ...Object.entries(took).map(([name, times]) => {
      const p99 = quantile(times, 0.99);
      return [name, figure(median(times)), figure(p99), 'p99 <= 20 ms', reached(p99 <= 20)];
    }),
    ['writers slower for it (median)', percent(cost), '', '< 5 %', reached(cost < 0.05)],
  ],
);

async function get(address: string): Promise<void> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  await response.arrayBuffer();
}

async function lookFor(ms: number, ways: typeof looks, everyMs = LOOK_EVERY_MS): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    for (const [name, look] of Object.entries(ways)) {
      const from = performance.now();
      await look();
      took[name]?.push(performance.now() - from);
      await pause(everyMs / Object.keys(ways).length);
    }
  }
}

/** Orders per second of the writers meanwhile, as they tell it. */
async function rateFor(work: Promise<unknown>): Promise<number> {
  const from = written();
  await work;
  const to = written();
  return ((to.done - from.done) / (to.at - from.at)) * 1_000;
}

function written(): { at: number; done: number } {
  const lines = writers.output().trimEnd().split('\n');
  return JSON.parse(lines.at(-1) ?? '');
}

const later = pages.huge.p99 - pages.small.p99;
const kb = (bytes: number) => figure(bytes / 1e3);
printTable(
  'The pages of that plan and of one of ten orders, in turns, beside the same writers',
  ['', 'a million orders', 'ten orders', 'must reach', 'reached'],
  [
    ['p50, ms', figure(pages.huge.p50), figure(pages.small.p50), '', ''],
    ['p99, ms', figure(pages.huge.p99), figure(pages.small.p99), '+ 10 ms', reached(later <= 10)],
    ['slowest, ms', figure(pages.huge.slowest), figure(pages.small.slowest), '', ''],
    [
      'on the wire, kB',
      kb(pages.huge.bytes),
      kb(pages.small.bytes),
      '<= 30',
      reached(pages.huge.bytes <= 30_000),
    ],
    [
      'largest live update, kB',
      kb(pages.huge.update),
      kb(pages.small.update),
      '<= 2',
      reached(pages.huge.update <= 2_000),
    ],
  ],
);
