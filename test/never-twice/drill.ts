import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, inject } from 'vitest';
import { findPlan } from '../../src/ledger/index.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.ts';
import { type Child, startNode } from '../support/child.ts';
import { startCli } from '../support/cli.ts';
import { isLong } from '../support/drill-length.ts';
import { sql } from '../support/ledger.ts';
import { environmentOf, type Storage } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { openShop, type Shop, sandboxOf, startCsv } from '../support/workplace.ts';
import type { Halt } from './halting-worker.ts';
import { judge, type Verdict } from './judge.ts';

/** For what takes long: many drills ask side by side. */
export const SELDOM_MS = 250;

export type Drill = Shop & {
  sandbox: Sandbox;
  /** Stores and starts a plan of `orders` orders, each with a search of its own. */
  plan(orders: number): Promise<number>;
  searchOf(order: number): Promise<string>;
  /** How many orders have arrived at the vendor. */
  arrived(): number;
  untilArrived(orders: number): Promise<unknown>;
  /** Waits until no order arrives any more. */
  untilQuiet(): Promise<unknown>;
  /** Waits for the plan to end, and judges all that was ever bought. */
  verdict(plan: number): Promise<Verdict>;
  /** The same, and all its orders are bought, each by the one request it got. */
  boughtOnce(plan: number): Promise<void>;
};

/** A ledger, a queue and a vendor that keeps books; the workers are the drill's own. */
export async function openDrill(
  storage: Storage,
  { rate = 50, ...options }: SandboxOptions & { rate?: number } = {},
): Promise<Drill> {
  const sandbox = await sandboxOf({ latencyMs: 50, ...options });
  const shop = await openShop(storage, { url: sandbox.url, rate });
  const newSearch = searches();
  const arrived = () => sandbox.books(Number.MAX_SAFE_INTEGER).lastId;
  async function verdict(plan: number): Promise<Verdict> {
    await until(async () => (await findPlan(shop.ledger, plan)).endedAt !== null, {
      what: `plan ${plan} has ended`,
      everyMs: SELDOM_MS,
    });
    return judge(shop.ledger, sandbox.books());
  }
  return {
    ...shop,
    sandbox,
    plan(orders) {
      const lines = Array.from({ length: orders }, (_, at) => `${newSearch()},${1 + (at % 25)}\n`);
      return startCsv(shop, `area_code,quantity\n${lines.join('')}`);
    },
    async searchOf(order) {
      const [line] = await sql<{ search: string }>(
        shop.ledger,
        `select area_code as search from ledger.lines join ledger.orders using (plan_id, line)
         where id = $1`,
        [order],
      );
      return line!.search;
    },
    arrived,
    untilArrived: (orders) =>
      until(() => arrived() >= orders, {
        what: `${orders} orders have arrived`,
      }),
    untilQuiet: () =>
      until(
        // What a worker has fetched may take long to leave a busy machine.
        async () => {
          const before = arrived();
          await pause(2_000);
          return arrived() === before;
        },
        { what: 'nothing arrives' },
      ),
    verdict,
    async boughtOnce(plan) {
      const { states, orders, requests } = await verdict(plan);
      expect({ states, requests }).toEqual({ states: { filled: orders }, requests: orders });
    },
  };
}

/** Six digits each, so that the books say which order a request was for. */
function searches(): () => string {
  let made = 0;
  return () => {
    const index = made++;
    return `${212 + Math.floor(index / 800)}${200 + (index % 800)}`;
  };
}

export type WorkerWishes = {
  /**
   * Seconds. Without a wish the program's own: on a machine with too much to do an answer may take
   * long, and five that time out pause the account.
   */
  requestTimeout?: number;
  concurrency?: number;
  /** What else is in its environment. */
  env?: Record<string, string>;
};

function environment({ storage, url }: Shop, wishes: WorkerWishes): Record<string, string> {
  return {
    ...environmentOf(storage),
    DIALOGTECH_URL: url,
    ...(wishes.requestTimeout ? { REQUEST_TIMEOUT: String(wishes.requestTimeout) } : {}),
    CONCURRENCY: String(wishes.concurrency ?? 10),
    ...wishes.env,
  };
}

/** `bulk-order work` as a process of its own; it is ready for work when this returns. */
export async function startWorker(shop: Shop, wishes: WorkerWishes = {}): Promise<Child> {
  const worker = startCli(['work'], { env: environment(shop, wishes) });
  await untilStarted(worker);
  return worker;
}

export async function untilStarted(worker: Child): Promise<void> {
  await worker.waitFor('worker started');
}

/** A worker process that kills, stops or blocks itself at a certain statement. */
export function startHaltingWorker(shop: Shop, halt: Halt, wishes: WorkerWishes = {}): Child {
  return startNode([join(inject('runFolder'), 'halting-worker'), JSON.stringify(halt)], {
    cwd: temporaryFolder(),
    env: environment(shop, wishes),
  });
}

/** The order at which a worker halted. */
export async function haltedOrder(worker: Child): Promise<number> {
  const [, order] = await worker.waitFor(/halted at order (\d+)\n/);
  return Number(order);
}

/** Ends a worker the polite way; whatever it has been through, it can still do that. */
export async function stopInPeace(...workers: Child[]): Promise<void> {
  for (const worker of workers) worker.kill('SIGTERM');
  for (const worker of workers) {
    const { code, stderr } = await worker.exited;
    expect({ code, lastWords: stderr.trimEnd().split('\n').at(-1) }).toEqual({
      code: 0,
      lastWords: expect.stringContaining('"worker stopped"'),
    });
  }
}

/** How long a server stays away: no wait for something, but the disaster itself. */
export function disaster(shortSeconds: number, longSeconds = 30): Promise<void> {
  return pause((isLong ? longSeconds : shortSeconds) * 1_000);
}

/** All that a worker has logged, oldest first. */
export function logOf(worker: Child): Record<string, unknown>[] {
  const lines = worker.stderr.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
