import { expect } from 'vitest';
import { unknownOrders } from '../../src/ledger/index.ts';
import type { Child } from '../support/child.ts';
import { type PrivateServer, privatePostgres } from '../support/servers.ts';
import { type Drill, logOf, openDrill, startWorker } from './drill.ts';
import type { Verdict } from './judge.ts';

const ORDERS = 80;

/** A PostgreSQL that can be taken away, with two worker processes on it. */
export type Scene = {
  server: PrivateServer;
  /** The queue's; null when that is in PostgreSQL. */
  redis: PrivateServer | null;
  drill: Drill;
  workers: [Child, Child];
  newWorker(): Promise<Child>;
  /** In mid-run: a quarter of a new plan's orders have arrived. Judged when the plan has ended. */
  strike(blow: () => Promise<unknown>): Promise<Verdict>;
};

export async function openScene(redis: PrivateServer | null): Promise<Scene> {
  const server = await privatePostgres();
  const storage = { dataDir: '', databaseUrl: server.url, redisUrl: redis?.url ?? null };
  const drill = await openDrill(storage, { latencyMs: 300 });
  const newWorker = () => startWorker(drill, { requestTimeout: 3 });
  return {
    server,
    redis,
    drill,
    newWorker,
    workers: await Promise.all([newWorker(), newWorker()]),
    async strike(blow) {
      const before = drill.arrived();
      const plan = await drill.plan(ORDERS);
      await drill.untilArrived(before + ORDERS / 4);
      await blow();
      return drill.verdict(plan);
    },
  };
}

/**
 * The numbers that a worker has in hand, by its own words, because the ledger does not take them.
 */
export function heldBy(worker: Child): { order: number; numbers: string[] }[] {
  return logOf(worker)
    .filter(({ msg }) => msg === 'an answer is not recorded yet')
    .map(({ order, numbers }) => ({ order: order as number, numbers: numbers as string[] }));
}

/**
 * While the ledger was away it may have made a claim without being able to say so. Such an order is
 * unknown although nobody sent it; all others are bought.
 */
export async function expectOnlyLostClaims({ drill }: Scene, verdict: Verdict): Promise<void> {
  const { filled = 0, unknown = 0, ...others } = verdict.states;
  expect(others).toEqual({});
  expect(filled).toBeGreaterThan(0);
  expect(verdict.recorded).toBe(verdict.sold);
  const searched = new Set(drill.sandbox.books().requests.map(({ search }) => search));
  const lost = await unknownOrders(drill.ledger, {});
  expect(lost).toHaveLength(unknown);
  expect(lost.filter(({ areaCode }) => searched.has(areaCode!))).toEqual([]);
}
