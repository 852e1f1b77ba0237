/**
 * A plan of 100,000 waiting orders, all of them in the queue, is cancelled; then plans of more,
 * on their page, with as many in the queue as by default.
 */
import { join } from 'node:path';
import { until } from '../test/support/until.ts';
import { type Cancelled, cancelOnPage } from './cancel-page.ts';
import { startScript } from './program.ts';
import { exchangeOf } from './sandbox.ts';
import { openServers, type Servers } from './servers.ts';
import { openStage } from './stage.ts';
import { figure, median, printTable, progress, reached } from './table.ts';
import { watchQueue } from './watch-queue.ts';

const ROUNDS = 3;
const ORDERS = 100_000;
const WORKERS = 3;
/** As slow as by default, so that nearly all still wait when it is cancelled. */
const RATE = '4';

type Round = Awaited<ReturnType<typeof cancelHuge>>;

await using servers = await openServers();
const rounds: Round[] = [];
for (let round = 1; round <= ROUNDS; round++) {
  progress(`cancel, round ${round} of ${ROUNDS}`);
  rounds.push(await cancelHuge(servers));
}
const each = (what: keyof Round) => rounds.map((round) => round[what]);
const [emptyMs, endedMs] = [median(each('emptyMs')), median(each('endedMs'))];
// A stall is not made good by two rounds without one.
const [pingMs, commandMs] = [Math.max(...each('pingMs')), Math.max(...each('commandMs'))];
printTable(
  `Cancelling a plan of ${figure(ORDERS, 0)} orders in a queue on Redis, ${WORKERS} workers ` +
    `(medians of ${ROUNDS}, and the longest of all)`,
  ['', 'measured', 'must reach', 'reached'],
  [
    ['jobs in the queue then', figure(median(each('jobs')), 0), '', ''],
    ['until the queue is empty, s', figure(emptyMs / 1e3), '<= 10', reached(emptyMs <= 10_000)],
    ['until the plan has ended, s', figure(endedMs / 1e3), '', ''],
    ['longest wait for a PING, ms', figure(pingMs), '<= 100', reached(pingMs <= 100)],
    ['longest command of Redis, ms', figure(commandMs), '<= 100', reached(commandMs <= 100)],
  ],
);

const onPage: [orders: number, cancelled: Cancelled][] = [];
for (const orders of [200_000, 1_000_000]) {
  progress(`cancel, ${figure(orders, 0)} orders on their page`);
  onPage.push([orders, await cancelOnPage(servers, orders)]);
}
printTable(
  `Cancelling on the page of a plan that runs, ${WORKERS} workers (once each; times since the ` +
    'click)',
  ['', ...onPage.map(([orders]) => `${figure(orders, 0)} orders`), 'must reach', 'reached'],
  [
    timesRow('the answer, s', 'answeredMs', 1),
    timesRow('the last order arrived, s', 'lastMs', 2),
    timesRow('the queue is empty, s', 'emptyMs', 5),
    timesRow('the plan has ended, s', 'endedMs'),
    seenRow(),
  ],
);

function timesRow(
  name: string,
  what: 'answeredMs' | 'lastMs' | 'emptyMs' | 'endedMs',
  most?: number,
) {
  const times = onPage.map(([, cancelled]) => cancelled[what] / 1e3);
  const judged =
    most === undefined ? ['', ''] : [`<= ${most}`, reached(Math.max(...times) <= most)];
  return [name, ...times.map((time) => figure(time)), ...judged];
}

function seenRow() {
  const looks = onPage.map(([, { seen, addsUp }]) => (addsUp ? seen : Number.NaN));
  const isSeen = looks.every((seen) => seen >= 3);
  return ['different counts seen, all adding up', ...looks.map(String), '>= 3', reached(isSeen)];
}

async function cancelHuge(given: Servers) {
  const depth = { QUEUE_DEPTH: String(ORDERS), QUEUE_DEPTH_PER_PLAN: String(ORDERS) };
  await using stage = await openStage(given, {
    latencyMs: 20,
    settings: { RATE, RECONCILE: 'off', ...depth },
  });
  const url = stage.settings.REDIS_URL ?? '';
  await using queue = watchQueue(url);
  const workers = Array.from({ length: WORKERS }, () => stage.work());
  await Promise.all(workers.map((worker) => worker.saying(/worker started/)));
  const id = await stage.submit({ orders: ORDERS, numbers: 1, search: exchangeOf });
  const isFull = async () => (await queue.jobs()) > ORDERS - 1_000;
  await until(isFull, { what: 'the queue is full', withinMs: 120_000, everyMs: 100 });
  const jobs = await queue.jobs();

  const pings = startScript(join(import.meta.dirname, 'pings.ts'), [url], given.folder, {});
  await pings.saying(/longest/);
  await queue.forgetSlow();
  const cancelling = stage.command('cancel', String(id));
  const emptyAt = await until(async () => (await queue.jobs()) === 0 && Date.now(), {
    what: 'the queue is empty',
    withinMs: 120_000,
    everyMs: 20,
  });
  const moments = () =>
    stage.sql<{ from: Date; to: Date | null }>(
      `select e.at as from, p.ended_at as to from ledger.plans p
         join ledger.events e on e.plan_id = p.id and e.kind = 'plan_cancelled' where p.id = ${id}`,
    );
  const plan = await until(async () => (await moments()).find(({ to }) => to), {
    what: 'the plan has ended',
    withinMs: 120_000,
  });
  await cancelling;
  const commandMs = await queue.slowest();
  await pings.stop();
  await Promise.all(workers.map((worker) => worker.stop()));
  const from = plan.from.getTime();
  return {
    jobs,
    emptyMs: emptyAt - from,
    endedMs: (plan.to?.getTime() ?? Number.NaN) - from,
    pingMs: longestSince(from, pings.output()),
    commandMs,
  };
}

function longestSince(from: number, output: string): number {
  const lines = output.trim().split('\n');
  const told = lines.map((line) => JSON.parse(line) as { at: number; longest: number });
  return Math.max(...told.filter(({ at }) => at >= from).map(({ longest }) => longest));
}
