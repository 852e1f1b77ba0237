/** The pace is changed while four workers are at it: 10, then 40, then 5 orders a second. */
import { setTimeout as pause } from 'node:timers/promises';
import { countsBefore, perHalfSecond } from './seconds.ts';
import { openServers } from './servers.ts';
import { ACCOUNT, openStage } from './stage.ts';
import { figure, printTable, progress, reached } from './table.ts';
import { startTimedWorkers } from './timed-workers.ts';

const WORKERS = 4;
const [BEGINNING, UP, DOWN] = [10, 40, 5];
/** At each pace, ms. */
const STAY_MS = 6_000;
/** So long may it take until the pace is right, ms. */
const WITHIN_MS = 1_000;

await using servers = await openServers();
await using stage = await openStage(servers, {
  latencyMs: 50,
  settings: { CONCURRENCY: '50' },
});
const readSends = await startTimedWorkers(stage, WORKERS);
await stage.command('account', ACCOUNT, '--rate', String(BEGINNING));
await stage.submit({ orders: 1_000, numbers: 1 });
while ((await stage.vendor.arrivals()) === 0) await pause(20);
await pause(STAY_MS);
progress(`now ${UP} per second`);
const upAt = await changeTo(UP);
await pause(STAY_MS);
progress(`now ${DOWN} per second`);
const downAt = await changeTo(DOWN);
await pause(STAY_MS);

const end = Date.now();
const books = (await stage.vendor.books()).requests.map(({ at }) => at);
await pause(500);
const sends = readSends();
const halves = (from: number, to: number) => perHalfSecond(books, from, to).join(' ');
process.stdout.write(
  `\nArrivals in each 500 ms: ${halves(upAt - 2_000, upAt)} | ${UP}: ${halves(upAt, downAt)} | ` +
    `${DOWN}: ${halves(downAt, end)}\n`,
);
printTable(
  `pace-change: ${BEGINNING}, ${UP}, ${DOWN} per second; from the change in the ledger on; ` +
    'single run',
  ['change', 'right after', 'must be', 'left in any second', 'arrived in any second', 'must be'],
  [
    rowOf(`${BEGINNING} to ${UP}`, upAt, downAt, { rate: UP, bound: UP }),
    rowOf(`${UP} to ${DOWN}`, downAt, end, { rate: DOWN, bound: UP }),
    rowOf(`${UP} to ${DOWN}, a second later`, downAt + 2 * WITHIN_MS, end, {
      rate: DOWN,
      bound: DOWN,
    }),
  ],
);

/** Returns when the change was committed, ms since 1970. */
async function changeTo(rate: number): Promise<number> {
  await stage.command('account', ACCOUNT, '--rate', String(rate));
  const [event] = await stage.sql<{ at: Date }>(
    `select at from ledger.events where kind = 'account_rate' order by id desc limit 1`,
  );
  return event!.at.getTime();
}

function rowOf(
  change: string,
  from: number,
  to: number,
  { rate, bound }: { rate: number; bound: number },
): string[] {
  const right = rightAfter(from, to, rate);
  const left = most(sends, from, to);
  const arrived = most(books, from, to);
  return [
    change,
    `${figure(right, 0)} ms`,
    `<= ${WITHIN_MS} ms: ${reached(right <= WITHIN_MS)}`,
    String(left),
    String(arrived),
    `<= ${bound}, ${bound + 1}: ${reached(left <= bound && arrived <= bound + 1)}`,
  ];
}

function most(moments: number[], from: number, to: number): number {
  const ends = moments.filter((at) => at >= from && at < to);
  return Math.max(0, ...countsBefore(moments, ends));
}

/**
 * After how many ms a second begins in which as many leave as should: N, or one or a tenth fewer.
 */
function rightAfter(from: number, to: number, rate: number): number {
  const fewest = rate - Math.max(1, rate / 10);
  const begins = Array.from({ length: Math.max(0, to - from - 1000) }, (_, ms) => from + ms);
  const ends = begins.map((at) => at + 1000);
  const right = countsBefore(sends, ends).findIndex((n) => n >= fewest && n <= rate);
  return right < 0 ? to - from : right;
}
