import { isLedgerClosed } from '../errors.ts';
import type { Log } from '../log.ts';
import { repeat } from '../timing/index.ts';

/** Repeats the operation as `repeat` does, and logs what fails. */
export function keepUp(
  everyMs: number,
  log: Log,
  operation: () => Promise<unknown>,
): () => Promise<void> {
  return repeat(everyMs, operation, seldom(log, 'the upkeep failed and is tried again'));
}

/** One line per message in 5 s: a server that is away raises thousands of errors a second. */
export function seldom(log: Log, words: string): (error: Error) => void {
  const saidAt = new Map<string, number>();
  return (err) => {
    const now = performance.now();
    if (isLedgerClosed(err)) return;
    if (now - (saidAt.get(err.message) ?? -Infinity) < 5_000) return;
    saidAt.set(err.message, now);
    log.error({ err }, words);
  };
}
