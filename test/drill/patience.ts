import { setTimeout as pause } from 'node:timers/promises';
import { hasCode } from '../../src/errors.ts';
import { PATIENCE_MS } from '../support/until.ts';

/** A process that stands still for longer, ms, is noticed to have done so. */
export const STALL_MS = 1_000;
const TICK_MS = 100;
let tickedAt = performance.now();
let stalledAt = Number.NEGATIVE_INFINITY;

function tick(): void {
  const now = performance.now();
  if (now - tickedAt > STALL_MS) stalledAt = now;
  tickedAt = now;
}

setInterval(tick, TICK_MS).unref();

/** When this process last came to itself, by performance.now(), after it had had no time to run. */
export function lastStall(): number {
  tick();
  return stalledAt;
}

/** Whether it only says that the ledger is away: the drill has just seen to that. */
export function isAway(error: unknown): boolean {
  return hasCode(error, 'ledger_down', 'server_down');
}

/**
 * Something else has moved it at the same moment: another process, reconciling, a late answer, or
 * a ledger that went back and does not know it any more.
 */
export function isMoved(error: unknown): boolean {
  return hasCode(error, 'wrong_state', 'not_found');
}

export function orMoved(error: unknown): void {
  if (!isMoved(error)) throw error;
}

/**
 * Again until the ledger is there. What was asked may then have been done already, by the first
 * try.
 */
export async function retryWhileAway<T>(operation: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await operation();
    } catch (error) {
      if (!isAway(error) || performance.now() > deadline) throw error;
      await pause(100);
    }
  }
}
