import { constants } from 'node:os';
import { say } from './screen.ts';

/** The first signal asks to stop, the second asks not to wait. */
type StopSignals = { first: Promise<void>; second: Promise<void> };

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** From now on SIGINT, SIGTERM and SIGHUP do not end the process: the caller must. */
export function stopSignals(): StopSignals {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let count = 0;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      count += 1;
      (count === 1 ? first : second).resolve();
    });
  }
  return { first: first.promise, second: second.promise };
}

/**
 * Until it is disposed of, a signal ends the process after these words. Process 1, as in a
 * container, is not ended by the signal itself.
 */
export function lastWords(words: string): Disposable {
  const end = (signal: NodeJS.Signals) => {
    say(words);
    forget();
    process.kill(process.pid, signal);
    process.exit(128 + constants.signals[signal]);
  };
  const forget = () => {
    for (const signal of SIGNALS) process.removeListener(signal, end);
  };
  for (const signal of SIGNALS) process.once(signal, end);
  return { [Symbol.dispose]: forget };
}
