/**
 * Four worker processes at a pace, with work always waiting, alone and beside programs that take
 * all the processor they can get. The sender's moments are those just
 * before a request is written; the books' are those of its arrival at the sandbox, a process that
 * shares the machine and may wake late itself.
 */
import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { guard } from '../test/support/guard.ts';
import { watchMachine } from './machine.ts';
import { type Pace, paceOf } from './seconds.ts';
import { openServers } from './servers.ts';
import { openStage } from './stage.ts';
import { percent, printTable, progress, reached } from './table.ts';
import { startTimedWorkers } from './timed-workers.ts';

const RUNS = [
  { rate: 4, queue: 'redis' },
  { rate: 10, queue: 'redis' },
  { rate: 10, queue: 'postgres' },
  { rate: 50, queue: 'redis' },
  { rate: 200, queue: 'redis' },
  { rate: 500, queue: 'redis' },
  { rate: 4, queue: 'redis', beside: 2 },
  { rate: 10, queue: 'redis', beside: 2 },
  { rate: 50, queue: 'redis', beside: 2 },
  { rate: 200, queue: 'redis', beside: 2 },
  { rate: 500, queue: 'redis', beside: 2 },
] satisfies Run[];
const WORKERS = 4;
const MS = 1000 * Number(process.env.BENCH_SECONDS ?? 30);
/**
 * Left out: connections are opened and code is compiled. The seconds after it look back into it.
 */
const LEAD_MS = 2_000;
const WANTED = 0.98;
/** Of so fast a pace, what is above it in the books may be the sandbox's own lateness. */
const JUDGED_TOGETHER = 200;

type Run = {
  rate: number;
  queue: 'redis' | 'postgres';
  /** How many other programs keep the machine busy. */
  beside?: number;
};
type Measured = Run & { sender: Pace; books: Pace; busy: number };

await using servers = await openServers();
const measured: Measured[] = [];
for (const run of RUNS) {
  const result = await measure(run);
  measured.push(result);
  progress(`pace ${rowOf(result).join(' | ')}`);
}
printTable(
  `pace: ${WORKERS} workers, ${MS / 1000} s each, single runs; N is the pace, the first ` +
    `${LEAD_MS / 1000} s are left out`,
  [
    'N per second',
    'queue',
    'beside',
    'left in any second',
    'must be <= N',
    'arrived in any second',
    'time above N',
    'must be <= N + 1, < 1 %',
    'used',
    'must be',
    'machine busy',
  ],
  measured.map(rowOf),
);

async function measure(run: Run): Promise<Measured> {
  await using stage = await openStage(servers, {
    queue: run.queue,
    latencyMs: 50,
    settings: { RATE: String(run.rate), CONCURRENCY: '50' },
  });
  const readSends = await startTimedWorkers(stage, WORKERS);
  using _ = startOthers(run.beside);
  await stage.submit({ orders: run.rate * (MS / 1000 + 20), numbers: 1 });
  while ((await stage.vendor.arrivals()) === 0) await pause(20);
  await pause(LEAD_MS);
  const from = Date.now();
  const busySince = watchMachine();
  await pause(MS);
  const to = Date.now();
  const busy = busySince();
  // Until the last sends have been written down.
  await pause(500);
  const books = await stage.vendor.books();
  const arrivals = books.requests.map(({ at }) => at);
  return {
    ...run,
    sender: paceOf(readSends(), run.rate, from, to),
    books: paceOf(arrivals, run.rate, from, to),
    busy,
  };
}

function startOthers(count = 0): Disposable {
  const others = Array.from({ length: count }, () => {
    const other = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    guard(other);
    return other;
  });
  return { [Symbol.dispose]: () => others.forEach((other) => void other.kill('SIGKILL')) };
}

function rowOf({ rate, queue, beside = 0, sender, books, busy }: Measured): string[] {
  const isSenderRight = sender.most <= rate;
  const areBooksRight = books.most <= rate + 1 && books.timeAbove < 0.01;
  const used = books.perSecond / rate;
  return [
    String(rate),
    queue,
    String(beside),
    `N${signed(sender.most - rate)}`,
    reached(isSenderRight),
    `N${signed(books.most - rate)}`,
    percent(books.timeAbove, 2),
    areBooksRight || rate < JUDGED_TOGETHER || !isSenderRight
      ? reached(areBooksRight)
      : 'see sender',
    percent(used),
    `>= ${percent(WANTED, 0)}: ${reached(used >= WANTED)}`,
    percent(busy, 0),
  ];
}

function signed(n: number): string {
  return n < 0 ? ` - ${-n}` : ` + ${n}`;
}
