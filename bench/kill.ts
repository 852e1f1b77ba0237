/**
 * Workers are killed at full pace, one after the other. What a dead worker had claimed becomes
 * unknown once its deadline has passed; the books tell which of that had never been sent. No two
 * orders search the same, so they also tell what was bought twice.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Process } from './program.ts';
import { exchangeOf } from './sandbox.ts';
import { openServers } from './servers.ts';
import { openStage } from './stage.ts';
import { median, printTable, progress, reached } from './table.ts';

const PACE = 200;
const WORKERS = 4;
const KILLS = 3;
const BETWEEN_MS = 3_000;
/** So short that its deadline, half a minute later, is not waited for long. */
const REQUEST_TIMEOUT_S = 5;
const LONGEST_MS = 60_000;
/** Claims are made so long before their moment that as many orders are claimed and not sent, ms. */
const BLINK_MS = 25;

type Unknown = { worker: string; search: string };

await using servers = await openServers();
await using stage = await openStage(servers, {
  latencyMs: 50,
  settings: {
    RATE: String(PACE),
    CONCURRENCY: '50',
    REQUEST_TIMEOUT: String(REQUEST_TIMEOUT_S),
    RECONCILE: 'off',
  },
});
const workers: Process[] = Array.from({ length: WORKERS }, () => stage.work());
await Promise.all(workers.map(isAtWork));
await stage.submit({ orders: 70 * PACE, numbers: 1, search: exchangeOf });
while ((await stage.vendor.arrivals()) < PACE) await pause(20);

const inHand: number[] = [];
const killed = workers.slice(0, KILLS);
for (const worker of killed) {
  await pause(BETWEEN_MS);
  await worker.stop('SIGKILL');
  inHand.push(await claimedBy(worker.pid));
  progress(`worker ${worker.pid} was killed with ${inHand.at(-1)} orders in hand`);
  await isAtWork(stage.work());
}

progress('their deadlines are waited for');
const deadline = performance.now() + LONGEST_MS;
while ((await leftByTheDead()).length < sum(inHand) && performance.now() < deadline) {
  await pause(500);
}
const found = await leftByTheDead();
const { requests, soldTwice } = await stage.vendor.books();
const arrived = new Map<string, number>();
for (const { search } of requests) arrived.set(search, (arrived.get(search) ?? 0) + 1);
const twice = [...arrived.values()].filter((times) => times > 1).length;
const neverSent = workers
  .slice(0, KILLS)
  .map(
    ({ pid }) =>
      found.filter(({ worker, search }) => isOf(worker, pid) && !arrived.has(search)).length,
  );
const blink = Math.ceil((PACE * BLINK_MS) / 1000);
printTable(
  `kill: ${KILLS} of ${WORKERS} workers, one each ${BETWEEN_MS / 1000} s, at ${PACE} orders/s; ` +
    'each was replaced',
  ['what', 'each', 'median', 'must be'],
  [
    ['claimed as it died', inHand.join(', '), String(median(inHand)), ''],
    [
      'unknown, and never sent',
      neverSent.join(', '),
      String(median(neverSent)),
      `<= ${blink}: ${reached(neverSent.every((n) => n <= blink))}`,
    ],
    [
      `bought twice, of ${requests.length} orders sent`,
      String(twice + soldTwice),
      '',
      `0: ${reached(twice + soldTwice === 0)}`,
    ],
  ],
);

async function isAtWork(worker: Process): Promise<void> {
  await worker.saying(/worker started/);
}

async function claimedBy(pid: number): Promise<number> {
  const attempts = await stage.sql<{ worker: string }>(
    'select worker from ledger.attempts where outcome is null',
  );
  return attempts.filter(({ worker }) => isOf(worker, pid)).length;
}

/** Others may be unknown, too: a busy machine answers late. */
async function leftByTheDead(): Promise<Unknown[]> {
  const unknown = await stage.sql<Unknown>(
    `select a.worker, l.area_code as search from ledger.orders o
     join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
     join ledger.attempts a on a.order_id = o.id and a.no = o.attempts
     where o.state = 'unknown'`,
  );
  return unknown.filter(({ worker }) => killed.some(({ pid }) => isOf(worker, pid)));
}

/** A worker signs with its host, its process id and something at random. */
function isOf(worker: string, pid: number): boolean {
  return worker.split(':').at(-2) === String(pid);
}

function sum(counts: number[]): number {
  return counts.reduce((all, n) => all + n, 0);
}
