/**
 * Three plans share a pace: a huge one that is half done, and two small ones that are started
 * together while it runs. The books tell a plan's orders by how many numbers they are for.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { openServers } from './servers.ts';
import { ACCOUNT, openStage, type Stage } from './stage.ts';
import { figure, percent, printTable, progress, reached } from './table.ts';

const HUGE = 100_000;
const SMALL = 500;
/** Orders, and numbers of each. */
const PLANS = [
  { name: 'A', numbers: 1 },
  { name: 'B', numbers: 2 },
  { name: 'C', numbers: 3 },
] as const;
/** At first, so that waiting takes its time; and then, so that the starts do not. */
const PACE = 10;
const FASTER = 100;
const STARTS = 600;
const FIRST_WITHIN_MS = 5_000;
const THIRD = 1 / PLANS.length;
const GIVE_OR_TAKE = 0.1;
const LONGEST_MS = 60_000;

type Start = { at: number; quantity: number | null };

await using servers = await openServers();
await using stage = await openStage(servers, {
  latencyMs: 50,
  settings: { CONCURRENCY: '20' },
});
const a = await stage.submit({ orders: HUGE, numbers: 1 }, { start: false });
await fillHalf(stage, a);
const small = [
  await stage.submit({ orders: SMALL, numbers: 2 }, { start: false }),
  await stage.submit({ orders: SMALL, numbers: 3 }, { start: false }),
];
await stage.command('account', ACCOUNT, '--rate', String(PACE));
await stage.command('start', String(a));
const workers = [stage.work(), stage.work()];
await Promise.all(workers.map((worker) => worker.saying(/worker started/)));
await startsWhere((starts) => starts.length >= 3 * PACE);
progress('A runs, B and C are started');
await Promise.all(small.map((id) => stage.command('start', String(id))));
await startsWhere((starts) => firstsOf(starts).every((first) => first !== undefined));
await stage.command('account', ACCOUNT, '--rate', String(FASTER));
const starts = await startsWhere((all) => sinceAll(all).length >= STARTS);

const shared = sinceAll(starts).slice(0, STARTS);
const startedAt = await stage.sql<{ at: Date }>(
  'select started_at as at from ledger.plans order by id',
);
const firsts = firstsOf(starts);
printTable(
  `fairness: A has ${figure(HUGE)} orders, half of them done; B and C have ${SMALL}; the ` +
    `${shared.length} starts from where all three have begun`,
  ['plan', 'starts', 'share', 'must be', `first order at ${PACE}/s after`, 'must be'],
  PLANS.map(({ name, numbers }, nth) => {
    const own = shared.filter(({ quantity }) => quantity === numbers).length;
    const share = own / shared.length;
    const isFair = Math.abs(share - THIRD) <= GIVE_OR_TAKE * THIRD;
    const waitedMs = (firsts[nth]?.at ?? Infinity) - startedAt[nth]!.at.getTime();
    const isSoon = waitedMs <= FIRST_WITHIN_MS;
    return [
      name,
      String(own),
      percent(share),
      `${percent(THIRD)} ± a tenth: ${reached(isFair)}`,
      nth === 0 ? '' : `${figure(waitedMs / 1000, 1)} s`,
      nth === 0 ? '' : `<= ${FIRST_WITHIN_MS / 1000} s: ${reached(isSoon)}`,
    ];
  }),
);

/** Each plan's first order, in the order of the plans. */
function firstsOf(all: Start[]): (Start | undefined)[] {
  return PLANS.map(({ numbers }) => all.find(({ quantity }) => quantity === numbers));
}

/** From the later one of B's and C's first orders on. */
function sinceAll(all: Start[]): Start[] {
  const latest = Math.max(...firstsOf(all).map((first) => (first ? all.indexOf(first) : Infinity)));
  return all.slice(latest);
}

async function startsWhere(isEnough: (starts: Start[]) => boolean): Promise<Start[]> {
  const deadline = performance.now() + LONGEST_MS;
  while (true) {
    const { requests } = await stage.vendor.books();
    if (isEnough(requests)) return requests;
    if (performance.now() > deadline) throw new Error('It takes too long.');
    await pause(200);
  }
}

/** As if it had been bought, from an area code that the sandbox is not asked for. */
async function fillHalf({ sql }: Stage, plan: number): Promise<void> {
  const half = `from ledger.orders where plan_id = ${plan} order by id limit ${HUGE / 2}`;
  await sql(
    `update ledger.orders set state = 'sending', attempts = 1 where id in (select id ${half})`,
  );
  await sql(`insert into ledger.attempts 
      (order_id, no, worker, deadline, answered_at, outcome, status)
    select id, 1, 'bench', now(), now(), 'filled', 200 ${half}`);
  await sql(`insert into ledger.numbers (number, order_id)
    select 9990000000 + row_number() over (order by id), id ${half}`);
  await sql(`update ledger.orders set state = 'filled', bought = quantity where state = 'sending'`);
  await sql('analyze ledger.orders, ledger.attempts, ledger.numbers');
}
