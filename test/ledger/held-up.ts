import { beforeAll } from 'vitest';
import type { Ledger } from '../../src/ledger/index.ts';
import { sql } from '../support/ledger.ts';
import type { Given } from '../support/ledger-drivers.ts';
import { until } from '../support/until.ts';

/**
 * Runs `operations` while the lock is held; it is released once all of them wait for it.
 */
export async function heldUp<T>(
  { ledger, another }: Given,
  lock: string,
  operations: (() => Promise<T>)[],
): Promise<T[]> {
  let started: Promise<T>[] = [];
  await another().transaction(async (tx) => {
    await tx.script(lock);
    for (const [n, operation] of operations.entries()) {
      started = [...started, operation()];
      await untilWaiting(ledger, n + 1);
    }
  });
  return Promise.all(started);
}

/** Waits until that many statements wait for a lock in the database. */
export async function untilWaiting(ledger: Ledger, count: number): Promise<void> {
  await until(async () => (await countWaiting(ledger)) === count, {
    what: `${count} wait for a lock`,
  });
}

export async function countWaiting(ledger: Ledger): Promise<number> {
  const waiting = `select pid from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  return (await sql(ledger, waiting)).length;
}

/** Four handles on the same ledger, opened before the first test. */
export function handlesOn(given: Given): Ledger[] {
  const handles: Ledger[] = [];
  beforeAll(() => void handles.push(...Array.from({ length: 4 }, given.another)));
  return handles;
}
