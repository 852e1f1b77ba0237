import type { Log } from '../log.ts';

/**
 * Runs the operation at once and repeats it, each time `everyMs` after the last run has ended. A
 * run that fails is logged and does not end this. Returns a function that ends it and waits for the
 * run under way.
 */
export function keepUp(
  everyMs: number,
  log: Log,
  operation: () => Promise<unknown>,
): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const complain = seldom(log, 'the upkeep failed and is tried again');
  const round = async () => {
    await operation().catch(complain);
    if (!isStopped) timer = setTimeout(next, everyMs);
  };
  let running = round();
  function next() {
    running = round();
  }
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };
}

/** One line per message in 5 s: a server that is away raises thousands of errors a second. */
export function seldom(log: Log, words: string): (error: Error) => void {
  const saidAt = new Map<string, number>();
  return (err) => {
    const now = performance.now();
    if (now - (saidAt.get(err.message) ?? -Infinity) < 5_000) return;
    saidAt.set(err.message, now);
    log.error({ err }, words);
  };
}
