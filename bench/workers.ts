/**
 * What more worker processes bring on a machine that one of them nearly fills, and what a session
 * of somebody else costs that keeps a snapshot of the database open.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { watchMachine } from './machine.ts';
import { openServers } from './servers.ts';
import { NO_PACE, openStage } from './stage.ts';
import { whenArrived } from './steady.ts';
import { figure, median, percent, printTable, progress, reached } from './table.ts';
import { CONCURRENCY, LATENCY_MS } from './unpaced.ts';

const RUNS = 3;
const NUMBERS = 3;
const WARM_UP = 3_000;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 3);
/** Enough for the fastest machine. */
const ORDERS = WARM_UP + 6_000 * (SECONDS + 2);

type Case = { name: string; workers: number; snapshot: boolean; least: number };

const CASES: Case[] = [
  { name: 'one worker', workers: 1, snapshot: false, least: 1 },
  { name: 'two workers', workers: 2, snapshot: false, least: 1 },
  { name: 'four workers', workers: 4, snapshot: false, least: 1 },
  { name: 'one worker, beside an open snapshot', workers: 1, snapshot: true, least: 0.9 },
];

await using servers = await openServers();
const rates = new Map<string, number[]>();
const busy = new Map<string, number[]>();
for (let run = 1; run <= RUNS; run++) {
  for (const each of CASES) {
    const found = await measure(each);
    rates.set(each.name, [...(rates.get(each.name) ?? []), found.rate]);
    busy.set(each.name, [...(busy.get(each.name) ?? []), found.busy]);
    progress(`${each.name}: ${figure(found.rate, 0)}/s`);
  }
}
const rateOf = (name: string) => median(rates.get(name) ?? []);
const alone = rateOf('one worker');
printTable(
  `workers: concurrency ${CONCURRENCY} each, RATE=${NO_PACE}, vendor ${LATENCY_MS} ms, ` +
    `${NUMBERS} numbers an order, ${SECONDS} s; medians of ${RUNS} runs in turn`,
  ['', 'orders/s', 'of one worker', 'must be', 'machine busy'],
  CASES.map(({ name, least }) => [
    name,
    figure(rateOf(name), 0),
    figure(rateOf(name) / alone),
    `>= ${figure(least)}: ${reached(rateOf(name) / alone >= least)}`,
    percent(median(busy.get(name) ?? []), 0),
  ]),
);

async function measure({ workers, snapshot }: Case) {
  await using stage = await openStage(servers, {
    latencyMs: LATENCY_MS,
    settings: { RATE: NO_PACE, LOG_LEVEL: 'warn', CONCURRENCY: String(CONCURRENCY) },
  });
  await stage.submit({ orders: ORDERS, numbers: NUMBERS });
  await using _open = snapshot ? await keepSnapshot(stage.settings.DATABASE_URL ?? '') : null;
  for (let n = 0; n < workers; n++) stage.work();
  const begin = await whenArrived(stage.vendor, WARM_UP);
  const busySince = watchMachine();
  await pause(SECONDS * 1_000);
  const end = await whenArrived(stage.vendor, 0);
  const rate = (1_000 * (end.arrived - begin.arrived)) / (end.at - begin.at);
  return { rate, busy: busySince() };
}

/** As a long report of somebody else does: what is changed meanwhile cannot be tidied up. */
async function keepSnapshot(database: string): Promise<AsyncDisposable> {
  const client = new Client({ connectionString: database });
  await client.connect();
  await client.query('begin isolation level repeatable read');
  await client.query('select count(*) from ledger.orders');
  return { [Symbol.asyncDispose]: () => client.end() };
}
