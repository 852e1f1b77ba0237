import { Counter, collectDefaultMetrics, Histogram, Registry } from '@prometheus-io/client';
import { NUMBER_TYPES } from '../plan/index.ts';

/** What a worker counts while it works for an account. A call costs microseconds. */
export type Meter = {
  /** An order was claimed and is being sent; the ledger took that many ms. */
  claimed(ms: number): void;
  /** The vendor answered like this, after that many ms. */
  answered(outcome: Outcome, ms: number): void;
  /** The ledger took the answer in that many ms, and the order has this state now. */
  recorded(order: { state: string; type: string; bought: number }, ms: number): void;
  /** The sweep repaired that many orders. */
  swept(repair: Repair, orders: number): void;
};

type Outcome = (typeof OUTCOMES)[number];
type Repair = (typeof REPAIRS)[number];

const OUTCOMES = [
  'filled',
  'short',
  'refused',
  'credentials',
  'throttled',
  'not_sent',
  'unknown',
] as const;
const ENDS = ['filled', 'short', 'refused', 'undelivered', 'unknown'] as const;
/** Given up without an answer; queued again after the queue lost them; removed from the queue. */
const REPAIRS = ['expired', 'restored', 'removed'] as const;

const VENDOR_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300];
const LEDGER_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * What this process has done since it started, in Prometheus' terms. The shared state (orders,
 * queues, pauses) is read from the ledger at each scrape instead: facts.ts.
 */
export type Meters = ReturnType<typeof openMeters>;

type SignInFailure = (typeof SIGN_IN_FAILURES)[number];
const SIGN_IN_FAILURES = ['wrong', 'throttled'] as const;

/** Every 100 ms, as the package would, it is a fifth of what an idle worker costs. */
const LOOK_EVERY_MS = 1_000;

/** Of Node itself. What the package begins for them it never ends: a process has them once. */
let ofNode: Registry | undefined;

function registryOfNode(): Registry {
  if (ofNode) return ofNode;
  ofNode = new Registry();
  collectDefaultMetrics({ register: ofNode, eventLoopUtilizationTimeout: LOOK_EVERY_MS });
  return ofNode;
}

/** The metrics of this process: its own all at zero, and Node's. */
export function openMeters() {
  const registry = Registry.merge([registryOfNode()]);
  const counters = countersIn(registry);
  for (const why of SIGN_IN_FAILURES) counters.signIns.inc({ why }, 0);
  const operations = new Map<string, number>();
  return {
    registry,
    meter: (account: string): Meter =>
      meterOf(counters, account, () => operations.set(account, (operations.get(account) ?? 0) + 1)),
    /** Operations done for orders of an account. It grows as long as anything moves. */
    operations: (account: string): number => operations.get(account) ?? 0,
    /** A sign-in failed: its password or token was wrong, or was not checked. */
    signInFailed: (why: SignInFailure): void => counters.signIns.inc({ why }),
    /** How long the ledger took to read the statistics, ms. */
    looked: (ms: number): void => counters.ledger.observe({ operation: 'look' }, ms / 1000),
  };
}

type Counters = ReturnType<typeof countersIn>;

function countersIn(registry: Registry) {
  const registers = [registry];
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name: `bulk_order_${name}_total`, help, labelNames, registers });
  const ofAccount = (name: string, help: string, ...labelNames: string[]) =>
    counter(name, help, 'account', ...labelNames);
  const seconds = (name: string, help: string, label: string, buckets: number[]) =>
    new Histogram({
      name: `bulk_order_${name}_duration_seconds`,
      ...{ help, labelNames: [label], buckets, registers },
    });
  return {
    started: ofAccount(
      'attempts_started',
      'Attempts that this process has claimed. Those that sent nothing count, too.',
    ),
    attempts: ofAccount('attempts', 'Attempts that have ended, by what came of them.', 'outcome'),
    orders: ofAccount(
      'orders_ended',
      'Orders that are pending no more, by how they ended.',
      'outcome',
    ),
    numbers: ofAccount('numbers_bought', 'Phone numbers bought.', 'type'),
    repairs: ofAccount('sweep_repairs', 'Orders that the sweep put right.', 'repair'),
    signIns: counter(
      'sign_in_failures',
      'Wrong passwords and tokens, and tries that had to wait because there were too many.',
      'why',
    ),
    vendor: seconds(
      'vendor_answer',
      'From sending an order until its answer, or until it is given up.',
      'account',
      VENDOR_BUCKETS,
    ),
    ledger: seconds(
      'ledger',
      'How long the ledger took: to claim an order, to record an answer, to be looked at here.',
      'operation',
      LEDGER_BUCKETS,
    ),
  };
}

function meterOf(counters: Counters, account: string, noteOperation: () => void): Meter {
  const { started, attempts, orders, numbers, repairs, vendor, ledger } = counters;
  // Set to zero at the start: Prometheus sees an increase only from a value that was there before.
  started.inc({ account }, 0);
  for (const outcome of OUTCOMES) attempts.inc({ account, outcome }, 0);
  for (const outcome of ENDS) orders.inc({ account, outcome }, 0);
  for (const type of NUMBER_TYPES) numbers.inc({ account, type }, 0);
  for (const repair of REPAIRS) repairs.inc({ account, repair }, 0);
  return {
    claimed(ms) {
      noteOperation();
      started.inc({ account });
      ledger.observe({ operation: 'claim' }, ms / 1000);
    },
    answered(outcome, ms) {
      noteOperation();
      attempts.inc({ account, outcome });
      if (outcome !== 'not_sent') vendor.observe({ account }, ms / 1000);
    },
    recorded({ state, type, bought }, ms) {
      ledger.observe({ operation: 'record' }, ms / 1000);
      if (state !== 'waiting') orders.inc({ account, outcome: state });
      if (bought > 0) numbers.inc({ account, type }, bought);
    },
    swept(repair, count) {
      repairs.inc({ account, repair }, count);
      if (repair === 'expired') orders.inc({ account, outcome: 'unknown' }, count);
    },
  };
}
