import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

/**
 * How long a test waits for a fact, ms. Only a test that fails waits so long: on a machine that has
 * far too much to do, what takes seconds has taken minutes.
 */
export const PATIENCE_MS = 600_000;

/** How often a test asks: often at first, seldom what takes long. Each question costs some ms. */
const OFTEN_MS = 20;
const SELDOM_MS = 100;

type Truthy<T> = Exclude<T, undefined | null | false | 0 | ''>;

/**
 * Asks until the answer is truthy, and returns it. This is how a test waits for a fact instead of
 * sleeping for luck. A condition that throws has not come true yet (a server that still refuses
 * connections); the last error is then the cause of the failure.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { what, withinMs = PATIENCE_MS, everyMs }: { what: string; withinMs?: number; everyMs?: number },
): Promise<Truthy<T>> {
  const deadline = performance.now() + withinMs;
  let last = () => 'no answer yet';
  let cause: unknown;
  const ask = async () => {
    try {
      const answer = await condition();
      last = () => inspect(answer);
      cause = undefined;
      return answer;
    } catch (error) {
      last = () => String(error);
      cause = error;
      return undefined;
    }
  };
  // A condition may hang, for example on a connection that nobody answers: time runs out for it
  // too.
  const timer = new AbortController();
  const tooLate = pause(withinMs, 'too late' as const, { signal: timer.signal });
  tooLate.catch(() => {});
  let pauseMs = everyMs ?? OFTEN_MS;
  try {
    do {
      const answer = await Promise.race([ask().then((value) => ({ value })), tooLate]);
      if (answer === 'too late') break;
      if (answer.value) return answer.value as Truthy<T>;
      await pause(pauseMs);
      pauseMs = everyMs ?? Math.min(SELDOM_MS, pauseMs * 1.2);
    } while (performance.now() < deadline);
  } finally {
    timer.abort();
  }
  throw new Error(`Waited ${withinMs / 1000} s in vain until ${what}. Last answer: ${last()}.`, {
    cause,
  });
}
