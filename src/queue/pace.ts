import type { OrderQueue } from './open.ts';

/** Windows shorter than this cost more CPU than they smooth (measured). */
const SHORTEST_WINDOW_MS = 5;

const LONG_WINDOW_MS = 1_000;

/**
 * Sets how many orders may start per second, all workers together; in force in every worker within
 * 1.2 s (measured). One start per window of 1/rate: a limit of `rate` per second would let 2 x rate
 * start within one sliding second (measured), which is more than was promised to the vendor.
 */
export async function setPace({ queue }: OrderQueue, ordersPerSecond: number): Promise<void> {
  const window = paceWindow(ordersPerSecond);
  const before = await queue.getGlobalRateLimit();
  if (before?.max === window.max && before.duration === window.durationMs) return;
  await queue.setGlobalRateLimit(window.max, window.durationMs);
  // A long window of the old pace would have to run out first.
  if ((before?.duration ?? 0) > LONG_WINDOW_MS) await queue.removeRateLimitKey();
}

export function paceWindow(ordersPerSecond: number): { max: number; durationMs: number } {
  const max = Math.max(1, Math.floor((ordersPerSecond * SHORTEST_WINDOW_MS) / 1000));
  return { max, durationMs: Math.ceil((max * 1000) / ordersPerSecond) };
}
