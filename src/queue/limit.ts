import type { OrderQueue } from './open.ts';

/**
 * A second's worth of jobs is handed out within this, ms: somewhat faster than they are sent, so
 * that one is always at hand when its moment comes.
 */
const SECOND_MS = 970;

/** A limit that limits nothing: without one BullMQ does not let a queue rest (measured). */
const NO_LIMIT = { max: 100_000, duration: 1_000 };

/**
 * Sets how many jobs are handed out per second, to all workers together, for a pace of so many
 * orders per second (null: no pace); in force in every worker within 1.2 s (measured).
 *
 * This is not the pace, only its supply: BullMQ hands out a whole second's worth at once, and twice
 * of that within one sliding second (measured). Smaller windows cost more than they smooth.
 */
export async function setLimit(
  { queue }: OrderQueue,
  ordersPerSecond: number | null,
): Promise<void> {
  const limit = limitFor(ordersPerSecond);
  const before = await queue.getGlobalRateLimit();
  const isSet = before?.max === limit.max && before.duration === limit.duration;
  // One that lasts longer than any can is left by a clock that was set back.
  const isEndless = (await queue.getRateLimitTtl()) > Math.max(LONGEST_REST_MS, limit.duration);
  if (isSet && !isEndless) return;
  await queue.setGlobalRateLimit(limit.max, limit.duration);
  // The window of the old limit would have to run out first.
  await queue.removeRateLimitKey();
}

function limitFor(ordersPerSecond: number | null): { max: number; duration: number } {
  if (ordersPerSecond === null) return NO_LIMIT;
  const max = Math.ceil(ordersPerSecond);
  return { max, duration: Math.floor((max / ordersPerSecond) * SECOND_MS) };
}

/** Longest rest, ms. Jobs that come before they are needed wait in a worker's hands. */
const LONGEST_REST_MS = 30_000;

/** No job is handed out for so many ms, half a minute at most, to any worker. */
export async function restQueue({ queue }: Pick<OrderQueue, 'queue'>, ms: number): Promise<void> {
  await queue.rateLimit(Math.min(ms, LONGEST_REST_MS));
}
