import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../src/errors.ts';

/** Whether it only says that the ledger is away: the drill has just seen to that. */
export function isAway(error: unknown): boolean {
  return error instanceof AppError && error.code === 'ledger_down';
}

/** Again until the ledger is there. What was asked may then have been done already, by the first try. */
export async function insist<T>(deed: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      return await deed();
    } catch (error) {
      if (!isAway(error) || performance.now() > deadline) throw error;
      await pause(100);
    }
  }
}
