/**
 * Whether a compiled worker at full speed, and a server that a thousand people watch a plan
 * through, need more memory the longer they run. `BENCH_SECONDS=3600` for an hour.
 */
import { once } from 'node:events';
import { type ClientRequest, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../test/support/free-port.ts';
import { memoryOf } from './machine.ts';
import { buildProgram, startCommand } from './program.ts';
import { openServers } from './servers.ts';
import { NO_PACE, openStage } from './stage.ts';
import { figure, median, printTable, progress, reached } from './table.ts';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 180);
/** After this, s, it has what it needs. */
const WARM_UP = Math.min(60, SECONDS / 3);
const LOOK_MS = 1_000;
const WATCHERS = 1_000;
/** Enough for the whole run; a plan has two million at most. */
const ORDERS = Math.min(2_000_000, 4_000 * SECONDS);
const MOST = { worker: 120, server: 200 };
/** As the Dockerfile and the unit of systemd set it. */
const LEAN = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '65536',
  NODE_OPTIONS: '--max-semi-space-size=8',
};
/** Of what it was: garbage is not collected at the same moment. */
const FLAT = 1.15;

const program = buildProgram();
await using servers = await openServers();
await using stage = await openStage(servers, {
  latencyMs: 20,
  settings: { RATE: NO_PACE, LOG_LEVEL: 'warn', ...LEAN },
  program,
});
const plan = await stage.submit({ orders: ORDERS, numbers: 1 });
const port = `${await freePort()}`;
const settings = { ...stage.settings, PORT: port };
const server = startCommand(['serve'], servers.folder, settings, program);
await server.saying(/serves/);
const watchers = await watch(`http://127.0.0.1:${port}/api/plans/${plan}/events`);
const worker = stage.work();
const processes = { worker: worker.pid, server: server.pid };
const early: Record<string, number> = {};
const late: Record<string, number[]> = { worker: [], server: [] };
for (let second = 1; second <= SECONDS; second++) {
  await pause(LOOK_MS);
  for (const [name, pid] of Object.entries(processes)) {
    const mb = memoryOf(pid) / 1e6;
    if (second <= WARM_UP) early[name] = Math.max(early[name] ?? 0, mb);
    else late[name]?.push(mb);
  }
  if (second % 30 === 0) progress(`memory: ${second} s, ${await stage.vendor.arrivals()} orders`);
}
const arrived = await stage.vendor.arrivals();
for (const each of watchers) each.destroy();
await server.stop();
printTable(
  `memory: a worker without a pace (${figure(arrived, 0)} orders in ${SECONDS} s), and a server ` +
    `with ${figure(WATCHERS, 0)} watchers of the plan`,
  ['', `most in the first ${WARM_UP} s, MB`, 'median after it', 'most', 'must be', 'reached'],
  (['worker', 'server'] as const).map((name) => {
    const all = late[name] ?? [];
    const [first, most, limit] = [early[name] ?? 0, Math.max(...all), MOST[name]];
    const isReached = most <= limit && median(all) <= FLAT * first;
    const must = `<= ${limit}, flat`;
    return [
      name,
      figure(first, 0),
      figure(median(all), 0),
      figure(most, 0),
      must,
      reached(isReached),
    ];
  }),
);

/** Opens the streams and reads them to nowhere. */
async function watch(url: string): Promise<ClientRequest[]> {
  const all: ClientRequest[] = [];
  for (let n = 0; n < WATCHERS; n++) {
    const request = get(url, { agent: false });
    const [response] = await once(request, 'response');
    response.resume();
    request.on('error', () => {});
    all.push(request);
  }
  return all;
}
