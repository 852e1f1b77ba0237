import { beforeAll } from 'vitest';
import { keysOf, readConfig } from '../../src/config/index.ts';
import {
  type Account,
  ensureAccount,
  findPlan,
  type Ledger,
  type PlanDocument,
  steerPlan,
  submitPlan,
} from '../../src/ledger/index.ts';
import type { Log } from '../../src/log.ts';
import type { Meter } from '../../src/monitor/index.ts';
import { checkPlan, readLines } from '../../src/plan/index.ts';
import { openSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import { keepSecret } from '../../src/scrub.ts';
import type { Traces } from '../../src/tracing/index.ts';
import { openWorker, type Worker } from '../../src/worker/index.ts';
import { atEnd } from './clean-up.ts';
import { writePlan } from './plan-on-disk.ts';
import { newAccount } from './plans.ts';
import { silentLog } from './recording-log.ts';
import { openLedger, type Storage } from './storage.ts';
import { until } from './until.ts';

let sandboxes = 0;

/**
 * A sandbox of the test's own, closed at the end. It sells the same in every run, and no two of a
 * file do.
 */
export async function sandboxOf(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await openSandbox({ seed: ++sandboxes, ...options });
  atEnd(sandbox.close);
  return sandbox;
}

export type Shop = {
  ledger: Ledger;
  account: Account;
  storage: Storage;
  /** The vendor's address. */
  url: string;
};

/** A migrated ledger with an account on it, ready for workers that buy from this address. */
export async function openShop(
  storage: Storage,
  { url, rate = 500 }: { url: string; rate?: number },
): Promise<Shop> {
  const ledger = await openLedger(storage);
  const account = await ensureAccount(ledger, { name: 'sandbox', mode: 'sandbox', rate });
  return { ledger, account, storage, url };
}

/** Shops on one ledger, for the tests of a mode; to be opened in them. */
export function shopsIn(makeStorage: () => Promise<Storage>) {
  const given = {} as { storage: Storage; ledger: Ledger };
  beforeAll(async () => {
    const storage = await makeStorage();
    Object.assign(given, { storage, ledger: await openLedger(storage) });
  });
  return {
    /** A new account, whose workers buy from this address. */
    async open({ url, rate = 500 }: { url: string; rate?: number }): Promise<Shop> {
      return { ...given, url, account: await newAccount(given.ledger, rate) };
    },
  };
}

type WorkerWishes = {
  requestTimeoutMs?: number;
  concurrency?: number;
  log?: Log;
  meter?: Meter;
  traces?: Traces;
  /** Another handle than the shop's own, as another process would have. */
  ledger?: Ledger;
};

/** A worker of the shop in this process, stopped at the end; `start` it. */
export async function workerOf(shop: Shop, wishes: WorkerWishes = {}): Promise<Worker> {
  const { requestTimeoutMs = 120_000, concurrency = 20, log = silentLog } = wishes;
  const { url, storage, account } = shop;
  const defaults = await readConfig({}, storage.dataDir);
  const settings = { ...defaults.accounts[0]!, name: account.name, url, concurrency };
  const config = { ...defaults, ...storage, accounts: [settings], requestTimeoutMs };
  const { ledger = shop.ledger, meter, traces } = wishes;
  const keys = keepSecret(keysOf(config.accounts));
  const followed = { settings: () => settings, isHalted: () => false };
  const place = { config, ledger, account, ...followed, keys, log };
  const worker = await openWorker({ ...place, traces, ...(meter ? { meter } : {}) });
  atEnd(worker.stop);
  return worker;
}

/** Stores a plan and starts it, the way a person's CSV goes. Returns its id. */
export async function startCsv(
  { ledger, account }: Pick<Shop, 'ledger' | 'account'>,
  csv: string,
): Promise<number> {
  const path = writePlan(csv);
  const check = await checkPlan(path);
  const id = await submitPlan(ledger, {
    accountId: account.id,
    name: 'plan.csv',
    check,
    lines: () => readLines(path, check),
    again: true,
    who: 'Ada',
  });
  await steerPlan(ledger, id, 'start', { who: 'Ada' });
  return id;
}

export function untilEnded(ledger: Ledger, planId: number): Promise<PlanDocument> {
  return until(
    async () => {
      const plan = await findPlan(ledger, planId);
      // The others are told when time runs out.
      return plan.endedAt !== null && plan;
    },
    { what: `plan ${planId} has ended`, everyMs: 50 },
  );
}

/** The most arrivals in any sliding window of `windowMs`. */
export function mostAtOnce(times: number[], windowMs = 1_000): number {
  const sorted = times.toSorted((a, b) => a - b);
  let from = 0;
  return sorted.reduce((most, time, index) => {
    while (time - sorted[from]! >= windowMs) from += 1;
    return Math.max(most, index - from + 1);
  }, 0);
}
