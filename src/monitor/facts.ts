import { Gauge, Registry } from '@prometheus-io/client';
import { type AccountStats, readAccountStats } from '../ledger/index.ts';
import { OBSTACLE_KINDS } from '../obstacle-kinds.ts';
import { obstaclesOfAll } from '../obstacles/index.ts';
import type { Meters } from './meters.ts';
import { answeredBy, type Monitored, readDepth } from './serving.ts';

const ORDER_STATES = [
  'held',
  'waiting',
  'sending',
  'filled',
  'short',
  'refused',
  'undelivered',
  'unknown',
  'cancelled',
];
const PLAN_STATES = ['ready', 'running', 'standing', 'paused', 'finished', 'cancelled'];

const BY_STATE = [
  [
    'orders',
    'Orders of plans that have not ended, by state, and all that are unknown. ' +
      'Held: of plans that are ready, paused or being cancelled.',
    ORDER_STATES,
  ],
  ['plans', 'Plans, by state.', PLAN_STATES],
] as const;

type Figure = number | boolean | null;
/** Null is left out. */
const FIGURES: [name: string, help: string, of: (stats: AccountStats) => Figure][] = [
  [
    'plans_finished_missing',
    'Plans that finished within the last hour with fewer numbers than were asked for.',
    (stats) => stats.finishedMissing,
  ],
  [
    'oldest_unknown_seconds',
    'Seconds since the oldest unknown order was sent; 0 when none is unknown.',
    (stats) => stats.oldestUnknown,
  ],
  [
    'pace_orders_per_second',
    'Orders that may start per second; absent for an account without a pace.',
    (stats) => stats.rate,
  ],
  ['account_paused', 'Whether a person must resume the account.', (stats) => stats.isPaused],
  [
    'account_resting',
    'Whether the account rests: as the vendor asked, for a limit, or while the ledger is compared.',
    (stats) => stats.isResting,
  ],
  ['workers', 'Workers that were heard of lately.', (stats) => stats.workers],
];

/** What Prometheus scrapes, in its text format: this process' counters, and the facts. */
export async function exposition(watched: Monitored, meters: Meters) {
  const facts = await readFacts(watched, meters);
  const text = `${await facts.metrics()}\n${await meters.registry.metrics()}`;
  return { type: meters.registry.contentType, text };
}

/**
 * What ledger and queues say now. Every process reports the same, so count them once: `max by
 * (account)`. While ledger and queues are away, only that is reported.
 */
async function readFacts({ ledger, queueOf }: Monitored, meters: Meters): Promise<Registry> {
  const { registry, gauge } = gauges();
  const began = performance.now();
  const stats = await answeredBy(readAccountStats(ledger));
  if (stats) meters.looked(performance.now() - began);
  gauge('ledger_up', 'Whether the database answers.').set(stats ? 1 : 0);
  if (!stats) return registry;
  tellStats(gauge, stats);
  tellLimits(gauge, stats);
  await tellObstacles(gauge, { ledger, queueOf });
  const up = gauge('queue_up', "Whether the account's queue answers.", 'account');
  const jobs = gauge(
    'queue_jobs',
    'Jobs in the queue, by what they are doing.',
    'account',
    'state',
  );
  await Promise.all(
    stats.map(async ({ account }) => {
      const depth = await answeredBy(readDepth(queueOf, account));
      up.set({ account }, depth ? 1 : 0);
      for (const [state, n] of Object.entries(depth ?? {})) jobs.set({ account, state }, n);
    }),
  );
  return registry;
}

/** 0 for an obstacle that is absent, so that its alert ends. */
async function tellObstacles(gauge: MakeGauge, watched: Monitored): Promise<void> {
  const obstacles = gauge(
    'obstacle',
    'Whether this keeps the account from buying at the moment: 1 when it does.',
    'account',
    'kind',
  );
  for (const [account, found] of (await answeredBy(obstaclesOfAll(watched))) ?? []) {
    for (const kind of OBSTACLE_KINDS) {
      obstacles.set({ account, kind }, found.some((each) => each.kind === kind) ? 1 : 0);
    }
  }
}

type MakeGauge = ReturnType<typeof gauges>['gauge'];

/** A new registry per scrape, so that concurrent scrapes stay apart. */
function gauges() {
  const registry = new Registry();
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `bulk_order_${name}`, help, labelNames, registers: [registry] });
  return { registry, gauge };
}

/**
 * A limit of all together has a blank person. One by plan has no state, and is left out; so is a
 * sum that nobody knows.
 */
function tellLimits(gauge: MakeGauge, stats: AccountStats[]): void {
  const labels = ['account', 'person', 'period', 'unit'];
  const most = gauge('limit', 'What may be bought in a day or a month.', ...labels);
  const spent = gauge('limit_spent', 'What counts toward it by now.', ...labels);
  for (const { account, limits } of stats) {
    for (const limit of limits) {
      if (limit.spent === null) continue;
      const { person, period } = limit;
      for (const unit of ['numbers', 'money'] as const) {
        if (limit[unit] === null) continue;
        const labelled = { account, person: person ?? '', period, unit };
        most.set(labelled, Number(limit[unit]));
        const sum = limit.spent[unit];
        if (sum !== null) spent.set(labelled, Number(sum));
      }
    }
  }
}

function tellStats(gauge: MakeGauge, stats: AccountStats[]): void {
  for (const [name, help, states] of BY_STATE) {
    const counted = gauge(name, help, 'account', 'state');
    for (const { account, [name]: counts } of stats) {
      for (const state of states) counted.set({ account, state }, counts[state] ?? 0);
    }
  }
  for (const [name, help, figureOf] of FIGURES) {
    const figures = gauge(name, help, 'account');
    for (const each of stats) {
      const figure = figureOf(each);
      if (figure !== null) figures.set({ account: each.account }, Number(figure));
    }
  }
}
