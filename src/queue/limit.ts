import type { OrderQueue } from './open.ts';

/** BullMQ hands out a second's jobs within this, ms: slightly faster than orders are sent. */
const SECOND_MS = 970;

/** A limit that limits nothing: without one BullMQ does not let a queue rest (measured). */
const NO_LIMIT = { max: 100_000, duration: 1_000 };

/** Longest rest, ms. Jobs that come too early wait in a worker's hands. */
const LONGEST_REST_MS = 30_000;

/**
 * Sets how many jobs per second all workers together get, for a pace in orders per second (null: no
 * pace). Every worker follows within 1.2 s (measured). A queue without a limit is new, or Redis was
 * emptied. Then `isPaused` says whether a person had paused the queue. Call this before jobs are
 * added.
 *
 * This is only the supply, not the pace. BullMQ hands out a whole second's jobs at once, and up to
 * twice that within a sliding second (measured). Smaller windows cost more than they smooth.
 */
export async function setLimit(
  { queue }: OrderQueue,
  ordersPerSecond: number | null,
  isPaused: () => Promise<boolean> = async () => false,
): Promise<void> {
  const limit = limitFor(ordersPerSecond);
  const before = await queue.getGlobalRateLimit();
  if (!before && (await isPaused())) await queue.pause();
  const isSet = before?.max === limit.max && before.duration === limit.duration;
  // A clock that was set back prolongs a rest.
  const isTooLong = (await queue.getRateLimitTtl()) > Math.max(LONGEST_REST_MS, limit.duration);
  if (isSet && !isTooLong) return;
  await queue.setGlobalRateLimit(limit.max, limit.duration);
  // Otherwise the old limit's window would have to end first.
  await queue.removeRateLimitKey();
}

function limitFor(ordersPerSecond: number | null): { max: number; duration: number } {
  if (ordersPerSecond === null) return NO_LIMIT;
  const max = Math.ceil(ordersPerSecond);
  return { max, duration: Math.floor((max / ordersPerSecond) * SECOND_MS) };
}

/** Hands out no job to any worker for `ms`, half a minute at most. */
export async function restQueue({ queue }: Pick<OrderQueue, 'queue'>, ms: number): Promise<void> {
  await queue.rateLimit(Math.min(ms, LONGEST_REST_MS));
}
